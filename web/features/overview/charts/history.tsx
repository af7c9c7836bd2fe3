import { SegmentedControl } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import { useSearchParams } from 'wouter'
import { getMetrics } from '../../../api/operations.ts'
import { later } from '../../../server/later.ts'
import { Loaded } from '../../../ui/page/loaded.tsx'
import classes from './history.module.css'
import { HistoryTable } from './history-table.tsx'
import { points, type Range } from './points.ts'

const Charts = later(() => import('./charts.tsx'))

const metricsQuery = (range: Range) =>
  queryOptions({
    queryKey: ['metrics', range],
    queryFn: ({ signal }) => getMetrics({ query: { range } }, signal),
    // The last step is still going on; a step of a day moves too slowly to be looked at often.
    refetchInterval: range === 'hour' ? 15_000 : 60_000,
    placeholderData: (before) => before, // the old curve stays until the new one is there
  })

/** Throughput and growth over an hour, a day or a month; the address says which. */
export function History() {
  const [address, setAddress] = useSearchParams()
  const range = rangeOf(address.get('range'))
  const [shape, setShape] = useState('charts')
  const query = useQuery(metricsQuery(range))
  return (
    <div className={classes.history}>
      <div className={classes.choices}>
        <SegmentedControl
          aria-label="Time shown"
          size="sm"
          value={range}
          onChange={(chosen) => setAddress(chosen === 'hour' ? {} : { range: chosen }, { replace: true })}
          data={[
            { value: 'hour', label: 'Hour' },
            { value: 'day', label: 'Day' },
            { value: 'month', label: 'Month' },
          ]}
        />
        <SegmentedControl
          aria-label="Shown as"
          size="sm"
          value={shape}
          onChange={setShape}
          data={[
            { value: 'charts', label: 'Charts' },
            { value: 'table', label: 'Table' },
          ]}
        />
      </div>
      <div className={classes.body} data-live>
        <Loaded query={query} loading={null}>
          {(metrics) =>
            shape === 'table' ? (
              <HistoryTable points={points(metrics)} range={range} />
            ) : (
              <Suspense>
                <Charts points={points(metrics)} range={range} />
              </Suspense>
            )
          }
        </Loaded>
      </div>
    </div>
  )
}

function rangeOf(text: string | null): Range {
  return text === 'day' || text === 'month' ? text : 'hour'
}
