import type { FileDetail } from '../../api/types.ts'
import { Time } from '../../ui/data/amounts.tsx'
import { plural } from '../../ui/data/format.ts'
import { RawAnswer } from '../../ui/page/error-state.tsx'
import { Advice } from '../../ui/state/advice.tsx'
import { StateBadge } from '../../ui/state/state-badge.tsx'
import classes from './file-page.module.css'
import { stateOf, whereabouts } from './file-words.ts'

/** The file's state in words: what it is, why, what to do, and when something happens by itself. */
export function FileStanding({ file }: { file: FileDetail }) {
  const state = stateOf(file)
  if (state === null) return <p className={classes.line}>A folder. Its files each have a state of their own.</p>
  return (
    <div className={classes.standing}>
      <p className={classes.lead}>
        <StateBadge tone={state.tone} big>
          {state.word}
        </StateBadge>
        <span>{state.meaning}</span>
      </p>
      {file.skip_explanation !== null && <p className={classes.line}>Skipped because: {file.skip_explanation}.</p>}
      {file.title !== null && (
        <p className={classes.line}>
          {file.title}
          {file.fault_at_destination !== null && `, at ${file.fault_at_destination}`}.
        </p>
      )}
      {file.hint !== null && (
        <p className={classes.line}>
          <Advice>{file.hint}</Advice>
        </p>
      )}
      <Waiting file={file} />
      {state.tone !== 'proven' && whereabouts(file) !== null && <p className={classes.line}>{whereabouts(file)}.</p>}
      {file.last_error !== null && <RawAnswer label="The last error as it came" text={file.last_error} />}
    </div>
  )
}

function Waiting({ file: { pending_since, attempts, next_attempt } }: { file: FileDetail }) {
  if (pending_since === null && next_attempt === null) return null
  return (
    <p className={classes.line}>
      {pending_since !== null && (
        <>
          Not protected since <Time at={pending_since} />
          {attempts > 0 && `, after ${plural(attempts, 'attempt')}`}.
        </>
      )}{' '}
      {next_attempt !== null && (
        <>
          Tried again by itself <Time at={next_attempt} end="." />
        </>
      )}
    </p>
  )
}
