import { Button } from '@mantine/core'
import { clock } from '../ui/data/format.ts'
import { useNow } from '../ui/data/now.ts'
import { ToneShape } from '../ui/state/state-badge.tsx'
import classes from './shell.module.css'

interface Props {
  /** When the page last heard of the server, while it hears no more; null: it does. */
  since: number | null
  /** The server has a newer dashboard than this page. */
  outdated: boolean
}

/** A break of a moment is no news: reconnecting takes about a second. */
const WORTH_SAYING = 3_000

/** Says over the page, so that nothing on it moves, that figures may be old, or that the page itself is. */
export function LiveBanner({ since, outdated }: Props) {
  return (
    <div aria-live="polite">
      {since !== null && <Interrupted since={since} />}
      {since === null && outdated && (
        <div className={classes.banner}>
          <p>A newer version of Drivekeep is running.</p>
          <Button size="compact-sm" onClick={() => location.reload()}>
            Reload
          </Button>
        </div>
      )}
    </div>
  )
}

function Interrupted({ since }: { since: number }) {
  useNow() // looks again every second
  if (Date.now() - since < WORTH_SAYING) return null
  return (
    <div className={classes.banner}>
      <ToneShape tone="mending" size={20} />
      <p>Live updates are interrupted since {clock(since)}; figures may be old. This page tries again by itself.</p>
    </div>
  )
}
