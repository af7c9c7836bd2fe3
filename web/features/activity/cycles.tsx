import { useInfiniteQuery } from '@tanstack/react-query'
import { memo } from 'react'
import type { Cycle } from '../../api/types.ts'
import { Size, Time } from '../../ui/data/amounts.tsx'
import { duration, number } from '../../ui/data/format.ts'
import { Table } from '../../ui/data/table.tsx'
import { MoreButton } from '../../ui/form/more-button.tsx'
import { EmptyState } from '../../ui/page/empty-state.tsx'
import { Loaded, LoadingLines } from '../../ui/page/loaded.tsx'
import { Section } from '../../ui/page/section.tsx'
import { StateBadge } from '../../ui/state/state-badge.tsx'
import type { Tone } from '../../ui/state/tone.ts'
import { cyclesQuery } from './queries.ts'

const RESULTS: Record<Cycle['result'], { word: string; tone: Tone }> = {
  done: { word: 'Done', tone: 'proven' },
  drained: { word: 'Ended early', tone: 'idle' },
  broken: { word: 'Broken off', tone: 'mending' },
}

const COLUMNS = [
  { name: 'Ended' },
  { name: 'Result' },
  { name: 'Took', align: 'end' },
  { name: 'Seen', align: 'end' },
  { name: 'Stored', align: 'end' },
  { name: 'Size', align: 'end' },
  { name: 'Moved', align: 'end' },
  { name: 'Failed', align: 'end' },
  { name: 'Calls to Drive', align: 'end' },
  { name: 'Calls to storage', align: 'end' },
] as const

/** Every cycle of a source that found something to do or failed. */
export function Cycles() {
  const query = useInfiniteQuery({ ...cyclesQuery, refetchInterval: 15_000 })
  return (
    <Section title="Checks of Drive" flush>
      <Loaded query={query} loading={<LoadingLines lines={12} height={24} />}>
        {({ pages }) => {
          const cycles = pages.flatMap((page) => page.cycles)
          if (cycles.length === 0) {
            return (
              <EmptyState title="No pass has found anything yet">
                A check of Drive that finds something to do, or fails, appears here.
              </EmptyState>
            )
          }
          return (
            <Table label="Passes, newest first" columns={COLUMNS}>
              {cycles.map((cycle) => (
                <Row key={cycle.id} cycle={cycle} />
              ))}
            </Table>
          )
        }}
      </Loaded>
      <MoreButton query={query}>Show older passes</MoreButton>
    </Section>
  )
}

const Row = memo(function Row({ cycle }: { cycle: Cycle }) {
  const { word, tone } = RESULTS[cycle.result]
  const took = (Date.parse(cycle.ended_at) - Date.parse(cycle.started_at)) / 1000
  return (
    <tr>
      <td>
        <Time at={cycle.ended_at} style="short" />
      </td>
      <td>
        <StateBadge tone={tone}>{word}</StateBadge> {cycle.title}
      </td>
      <td data-align="end">{took < 1 ? 'under 1 s' : duration(took)}</td>
      <td data-align="end">{number(cycle.seen)}</td>
      <td data-align="end">{number(cycle.synced)}</td>
      <td data-align="end">
        <Size bytes={cycle.bytes} />
      </td>
      <td data-align="end">{number(cycle.moved)}</td>
      <td data-align="end">{number(cycle.failed)}</td>
      <td data-align="end">{number(cycle.api_calls)}</td>
      <td data-align="end">{number(cycle.storage_calls)}</td>
    </tr>
  )
})
