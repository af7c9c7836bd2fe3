import { Anchor } from '@mantine/core'
import { exportActivityAddress } from '../../api/operations.ts'
import { type Filters, queryOf } from './filters.ts'

/** The whole log that the filter lets through, as a file. */
export function ExportLinks({ filters }: { filters: Filters }) {
  const query = queryOf(filters)
  return (
    <>
      <span>Export:</span>
      <Anchor inherit href={exportActivityAddress({ query: { ...query, format: 'csv' } })} download>
        CSV
      </Anchor>
      <Anchor inherit href={exportActivityAddress({ query: { ...query, format: 'jsonl' } })} download>
        JSON Lines
      </Anchor>
    </>
  )
}
