import { Progress } from '@mantine/core'
import { plural } from '../../ui/data/format.ts'
import classes from './files.module.css'

interface Props {
  found: number
  searched: number
  state: 'loading' | 'enough' | 'done'
}

/** How far a search has come. It is read aloud when it pauses or ends, not at every step. */
export function SearchProgress({ found, searched, state }: Props) {
  return (
    <div className={classes.progress}>
      <span role="status">
        {state === 'done' && `${plural(found, 'file')} found`}
        {state === 'enough' && `${plural(found, 'file')} found so far`}
      </span>
      {state !== 'done' && (
        <>
          <Progress value={searched * 100} className={classes.bar} aria-label="Searched so far" />
          <span className="figures">searched {Math.floor(searched * 100)} %</span>
        </>
      )}
    </div>
  )
}
