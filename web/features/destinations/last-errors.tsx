import type { Destination } from '../../api/types.ts'
import { Time } from '../../ui/data/amounts.tsx'
import { plural } from '../../ui/data/format.ts'
import classes from './destinations.module.css'

/** What went wrong there lately; folded, since most of it has mended itself. */
export function LastErrors({ errors }: { errors: Destination['last_errors'] }) {
  return (
    <details className={classes.errors}>
      <summary>{plural(errors.length, 'latest error', 'latest errors')}</summary>
      <ul>
        {errors.map(({ at, path, title, detail }) => (
          <li key={`${at} ${path}`}>
            <span className={classes.when}>
              <Time at={at} style="short" />
            </span>
            <span>
              {path !== null && <span className={classes.path}>{path}</span>}
              {detail === null ? title : `${title}: ${detail}`}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
