import type { Metrics } from '../../../api/types.ts'
import { bytes, plural } from '../../../ui/data/format.ts'

export type Range = 'hour' | 'day' | 'month'

/** One step of the time axis that both charts share. Null: the daemon was off. */
export interface Point {
  at: string
  files: number | null
  bytes: number | null
  failures: number | null
  quotaUnits: number | null
  filesSynced: number | null
  bytesStored: number | null
}

export function points(metrics: Metrics): Point[] {
  return metrics.times.map((at, index) => ({
    at,
    files: metrics.files[index] ?? null,
    bytes: metrics.bytes[index] ?? null,
    failures: metrics.failures[index] ?? null,
    quotaUnits: metrics.quota_units[index] ?? null,
    filesSynced: metrics.files_synced[index] ?? null,
    bytesStored: metrics.bytes_stored[index] ?? null,
  }))
}

/** `14:02`, `Thu 14:00`, `12 Mar`, in the viewer's zone: what a step is called. */
export function stepName(at: string, range: Range): string {
  const date = new Date(at)
  if (range === 'month') return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  return range === 'hour' ? time : `${date.toLocaleDateString('en-GB', { weekday: 'short' })} ${time}`
}

/** One step in a sentence. */
export function inWords(point: Point, range: Range): string {
  const name = stepName(point.at, range)
  if (point.files === null || point.bytes === null) return `${name}: Drivekeep did not run.`
  const failures = point.failures === null || point.failures === 0 ? '' : `, ${plural(point.failures, 'failure')}`
  const all = point.bytesStored === null ? '' : `; ${bytes(point.bytesStored)} in all`
  return `${name}: ${plural(point.files, 'file')} with ${bytes(point.bytes)} stored${failures}${all}.`
}

/** The whole of what is shown in a sentence. */
export function sumInWords(all: readonly Point[], range: Range): string {
  const sum = (of: (point: Point) => number | null) => all.reduce((total, point) => total + (of(point) ?? 0), 0)
  const span = { hour: 'In the last hour', day: 'In the last 24 hours', month: 'In the last 30 days' }[range]
  const failures = sum((point) => point.failures)
  const failed = failures === 0 ? '' : `, ${plural(failures, 'failure')}`
  return `${span}: ${plural(
    sum((point) => point.files),
    'file',
  )} with ${bytes(sum((point) => point.bytes))} stored${failed}.`
}
