import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Activity } from '../../api/types.ts'
import { useLive } from '../../server/live.ts'
import { useLiveActivity } from '../../server/live-activity.ts'
import { Time } from '../../ui/data/amounts.tsx'
import { PathName } from '../../ui/data/path-name.tsx'
import { EmptyState } from '../../ui/page/empty-state.tsx'
import { Link } from '../../ui/page/link.tsx'
import { Loaded } from '../../ui/page/loaded.tsx'
import { Section } from '../../ui/page/section.tsx'
import { ToneShape } from '../../ui/state/state-badge.tsx'
import { actionTone, actionWord } from '../activity/actions.ts'
import { merged } from '../activity/merge.ts'
import { recentActivityQuery } from '../activity/queries.ts'
import classes from './recent-activity.module.css'

const SHOWN = 8
const ROWS = Array.from({ length: SHOWN }, (_, row) => `row ${row}`)

/** The last few things that happened. */
export function RecentActivity() {
  // Not before the stream is there: what happens between the list and the stream would be missed.
  const query = useQuery({ ...recentActivityQuery(SHOWN), enabled: useLive().state !== 'connecting' })
  const { entries: told, gaps } = useLiveActivity()
  const { refetch } = query
  const enough = told.length >= SHOWN
  useEffect(() => {
    if (gaps > 0 && !enough) void refetch()
  }, [gaps, enough, refetch])
  return (
    <Section title="Recent activity" aside={<Link to="/activity">All activity</Link>}>
      <div className={classes.body} data-live>
        <Loaded query={query}>
          {({ entries }) => {
            const newest = merged(told, entries).slice(0, SHOWN)
            if (newest.length === 0) return <NothingYet />
            return (
              <ul className={classes.list}>
                {ROWS.map((row, place) => {
                  const entry = newest[place]
                  // Another entry is another row, which has never been anywhere else.
                  return entry && <Row key={`${row}, ${entry.id}`} entry={entry} />
                })}
              </ul>
            )
          }}
        </Loaded>
      </div>
    </Section>
  )
}

function NothingYet() {
  return (
    <EmptyState title="Nothing has happened yet">
      What is stored, moved or deleted appears here as it happens.
    </EmptyState>
  )
}

function Row({ entry }: { entry: Activity }) {
  return (
    <li className={classes.row}>
      <ToneShape tone={actionTone(entry.action)} />
      <span>{actionWord(entry.action)}</span>
      <PathName path={entry.path ?? entry.message ?? ''} file={entry.file} />
      <span className={classes.time}>
        <Time at={entry.at} style="short" />
      </span>
    </li>
  )
}
