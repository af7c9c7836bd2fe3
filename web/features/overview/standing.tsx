import type { Status } from '../../api/types.ts'
import { useLive } from '../../server/live.ts'
import { Figure, Figures } from '../../ui/data/figure.tsx'
import { bytes, clock, day, duration, exactBytes, exactTime, number, percent, plural } from '../../ui/data/format.ts'
import { useNow } from '../../ui/data/now.ts'
import { Link } from '../../ui/page/link.tsx'

/** How much there is, how much of it is protected, and since when. */
export function Standing({ status }: { status: Status }) {
  const live = useLive()
  const present = useNow()
  // Nothing is known of what came after.
  const now = live.state === 'interrupted' ? live.since : present
  const due = status.files_synced + status.pending + status.failed
  return (
    <Figures label="Figures" columns={6}>
      <Figure
        label="Files Synced"
        value={number(status.files_synced)}
        note={
          <>
            {status.skipped > 0 && <Link to="/problems#skipped">{number(status.skipped)} skipped</Link>}
            {status.skipped > 0 && status.removed > 0 && ', '}
            {status.removed > 0 && `${number(status.removed)} deleted in Drive, kept`}
          </>
        }
      />
      <Figure
        label="Failed"
        value={number(status.failed)}
        note={status.pending > 0 ? `${number(status.pending)} waiting` : undefined}
      />
      <Figure
        label="Total Size"
        value={bytes(status.total_size)}
        exact={exactBytes(status.total_size)}
        note="of the copies"
      />
      <Figure
        label="Coverage"
        value={status.coverage === null ? 'none yet' : percent(status.coverage)}
        exact={`${number(status.files_synced)} of ${plural(due, 'file')}`}
        note={status.filling ? 'still being worked out' : due > 0 && `of ${plural(due, 'file')}`}
      />
      <OldestUnprotected since={status.oldest_unprotected} now={now} />
      <Uptime status={status} now={now} />
    </Figures>
  )
}

function OldestUnprotected({ since, now }: { since: string | null; now: number }) {
  if (since === null) return <Figure label="Waiting longest" value="–" note="nothing waits" />
  const seconds = (now - Date.parse(since)) / 1000
  return (
    <Figure
      label="Waiting longest"
      value={duration(seconds)}
      exact={exactTime(since)}
      note={`since ${moment(since, now)}`}
    />
  )
}

function Uptime({ status, now }: { status: Status; now: number }) {
  const { uptime, started_at: startedAt, as_of: asOf } = status
  if (uptime === null) return <Figure label="Uptime" value="not running" />
  const seconds = uptime + Math.max(0, now - Date.parse(asOf)) / 1000
  const since = startedAt === null ? {} : { exact: exactTime(startedAt), note: `since ${moment(startedAt, now)}` }
  return <Figure label="Uptime" value={duration(seconds)} {...since} />
}

/** The time of today, the day of another. */
function moment(at: string, now: number): string {
  return day(at) === day(new Date(now).toISOString()) ? clock(at) : day(at)
}
