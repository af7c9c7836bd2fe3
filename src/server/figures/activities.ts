import type { CatalogDatabase } from '../../catalog/open.ts'
import { fileNumbers, type LogLine } from '../../catalog/read/activity.ts'
import { isoTime } from '../../catalog/times.ts'
import type { Activity } from '../contract/activity.ts'
import { titleOf } from './fault-text.ts'

/** Lines of the log as the API tells them, with the numbers of the files that are still known. */
export async function activitiesOf(db: CatalogDatabase, lines: readonly LogLine[]): Promise<Activity[]> {
  const numberOf = await fileNumbers(db, lines)
  return lines.map((line) => ({
    id: line.id,
    at: isoTime(line.timestamp),
    action: line.action,
    source: line.source_id,
    file: numberOf(line),
    path: line.path,
    destination: line.destination,
    fault: line.fault,
    title: line.fault === null ? null : titleOf(line.fault),
    message: line.message,
    bytes: line.bytes,
    duration_ms: line.duration_ms,
  }))
}
