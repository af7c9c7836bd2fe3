import { useEffect, useRef } from 'react'
import type { SkipGroup } from '../../api/types.ts'
import { number } from '../../ui/data/format.ts'
import { Table } from '../../ui/data/table.tsx'
import { EmptyState } from '../../ui/page/empty-state.tsx'
import { Link } from '../../ui/page/link.tsx'
import { Section } from '../../ui/page/section.tsx'

const COLUMNS = [{ name: 'Why' }, { name: 'Files', align: 'end' }] as const

/** What is not stored and is not meant to be: no problem, but nothing is skipped in silence. */
export function SkippedItems({ groups }: { groups: SkipGroup[] }) {
  const top = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // The address may lead here, and the browser looked for the place before it was there.
    if (location.hash === '#skipped') top.current?.scrollIntoView()
  }, [])
  return (
    <div id="skipped" ref={top}>
      <Section title="Skipped on purpose" flush>
        {groups.length === 0 ? (
          <EmptyState title="Nothing is skipped">
            Files that are excluded, too large or forbidden to copy are counted here.
          </EmptyState>
        ) : (
          <Table label="Skipped on purpose, by reason" columns={COLUMNS}>
            {groups.map(({ reason, explanation, files }) => (
              <tr key={reason}>
                <td>{explanation.slice(0, 1).toUpperCase() + explanation.slice(1)}</td>
                <td data-align="end">
                  <Link to={`/files?${new URLSearchParams({ status: 'skipped', reason })}`}>{number(files)}</Link>
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Section>
    </div>
  )
}
