import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { memo } from 'react'
import type { AuditEntry } from '../../../api/types.ts'
import { useForbidden } from '../../../server/session.ts'
import { Time } from '../../../ui/data/amounts.tsx'
import { EmptyState } from '../../../ui/page/empty-state.tsx'
import { ErrorState } from '../../../ui/page/error-state.tsx'
import { LoadingLines } from '../../../ui/page/loaded.tsx'
import { Section } from '../../../ui/page/section.tsx'
import { Mark } from '../../../ui/state/mark.tsx'
import { auditQuery } from '../queries.ts'
import settingsClasses from '../settings.module.css'
import classes from './audit.module.css'
import { aboutInWords, actionInWords, whoIn } from './audit-words.ts'

/** Who did what, and when. */
export function Audit() {
  const forbidden = useForbidden('admin')
  return (
    <Section title="Audit log" flush>
      {forbidden === null ? (
        <AuditList />
      ) : (
        <EmptyState title="The audit log is shown to admins">{forbidden}</EmptyState>
      )}
    </Section>
  )
}

function AuditList() {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(auditQuery)
  if (data === undefined) {
    return (
      <div className={classes.inset}>
        {error === null ? (
          <LoadingLines lines={8} height={32} />
        ) : (
          <ErrorState error={error} retry={() => void refetch()} />
        )}
      </div>
    )
  }
  const entries = data.pages.flatMap((page) => page.entries)
  return (
    <>
      <p className={settingsClasses.intro}>
        Every sign-in and every change, done or refused, newest first. Changes are kept for two years, refusals for 90
        days.
      </p>
      {entries.length === 0 && <EmptyState title="Nothing has been done yet" />}
      {entries.length > 0 && <AuditTable entries={entries} />}
      <div className={classes.foot}>
        {error !== null && <ErrorState error={error} />}
        {hasNextPage && (
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older entries
          </Button>
        )}
        {!hasNextPage && entries.length > 0 && <span>End of the log.</span>}
      </div>
    </>
  )
}

function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <table className={classes.table} aria-label="Audit log">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">About</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <AuditRow key={entry.id} entry={entry} />
        ))}
      </tbody>
    </table>
  )
}

const AuditRow = memo(function AuditRow({ entry }: { entry: AuditEntry }) {
  const { at, action, outcome, address } = entry
  return (
    <tr>
      <td className={classes.when}>
        <Time at={at} style="short" />
      </td>
      <td className={classes.who}>{whoIn(entry) ?? <span className={classes.nobody}>not signed in</span>}</td>
      <td className={classes.what}>
        {actionInWords(action)} {outcome === 'refused' && <Mark>Refused</Mark>}
      </td>
      <td className={classes.about}>{aboutInWords(entry)}</td>
      <td className={classes.from}>{address}</td>
    </tr>
  )
})
