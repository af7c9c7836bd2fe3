import { bytes, number } from '../../../ui/data/format.ts'
import { Table } from '../../../ui/data/table.tsx'
import { Fresh } from '../../../ui/page/fresh.tsx'
import classes from './history.module.css'
import { type Point, type Range, stepName } from './points.ts'

/** What the charts show, in figures, the newest first. */
export function HistoryTable({ points, range }: { points: Point[]; range: Range }) {
  return (
    <div className={classes.table}>
      <Table
        label="Throughput and growth over time"
        columns={[
          { name: { hour: 'Minute', day: 'Hour', month: 'Day' }[range] },
          { name: 'Files stored', align: 'end' },
          { name: 'Stored', align: 'end' },
          { name: 'Failures', align: 'end' },
          { name: 'Quota units', align: 'end' },
          { name: 'Files protected', align: 'end' },
          { name: 'In all', align: 'end' },
        ]}
      >
        {/* With the next step all rows are new ones: as the old ones they would move. */}
        {points.toReversed().map((point) => (
          <tr key={`${point.at}, ${points.at(-1)?.at}`}>
            <td>{stepName(point.at, range)}</td>
            {point.files === null ? (
              <td colSpan={6}>Drivekeep did not run</td>
            ) : (
              <>
                <Cell value={point.files} />
                <Cell value={point.bytes} write={bytes} />
                <Cell value={point.failures} />
                <Cell value={point.quotaUnits} />
                <Cell value={point.filesSynced} />
                <Cell value={point.bytesStored} write={bytes} />
              </>
            )}
          </tr>
        ))}
      </Table>
    </div>
  )
}

function Cell({ value, write = number }: { value: number | null; write?: (value: number) => string }) {
  return (
    <td data-align="end">
      <Fresh>{value === null ? 'unknown' : write(value)}</Fresh>
    </td>
  )
}
