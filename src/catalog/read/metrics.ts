import type { CatalogDatabase } from '../open.ts'
import type { Tables } from '../schema.ts'
import { type TimeText, timeText } from '../times.ts'
import { bytesStored, copyTallies, fileTallies } from './tallies.ts'

export type Resolution = Tables['metrics']['resolution']

/** What happened, to be added up. */
export interface MetricSums {
  files: number
  bytes: number
  failures: number
  api_calls: number
  storage_calls: number
  quota_units: number
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** How long a step is, and how long its rows are kept: at most 2,880 minutes, 1,488 hours and 3,650 days. */
export const RESOLUTIONS: Record<Resolution, { stepMs: number; keptMs: number }> = {
  minute: { stepMs: MINUTE, keptMs: 2 * DAY },
  hour: { stepMs: 60 * MINUTE, keptMs: 62 * DAY },
  day: { stepMs: DAY, keptMs: 3650 * DAY },
}
const ALL = Object.keys(RESOLUTIONS) as Resolution[]

/** The beginning of the step, in UTC. */
export function stepOf(resolution: Resolution, ms: number): number {
  const { stepMs } = RESOLUTIONS[resolution]
  return Math.floor(ms / stepMs) * stepMs
}

/**
 * Adds to the minute, the hour and the day of this moment, with how things stand now: rolled up as it is written, so that
 * there is nothing to catch up with after a restart. A step without a row is one in which nobody wrote: the daemon was off.
 */
export async function addMetrics(db: CatalogDatabase, sums: MetricSums, now: number): Promise<void> {
  const { all } = await fileTallies(db)
  const standing = {
    files_total: all.total,
    files_synced: all.synced,
    files_failed: all.failed,
    bytes_stored: bytesStored(await copyTallies(db)),
  }
  await db
    .insertInto('metrics')
    .values(ALL.map((resolution) => ({ resolution, at: timeText(stepOf(resolution, now)), ...sums, ...standing })))
    .onConflict((conflict) =>
      conflict.columns(['resolution', 'at']).doUpdateSet((to) => ({
        ...standing,
        files: to('metrics.files', '+', sums.files),
        bytes: to('metrics.bytes', '+', sums.bytes),
        failures: to('metrics.failures', '+', sums.failures),
        api_calls: to('metrics.api_calls', '+', sums.api_calls),
        storage_calls: to('metrics.storage_calls', '+', sums.storage_calls),
        quota_units: to('metrics.quota_units', '+', sums.quota_units),
      })),
    )
    .execute()
}

/** Drops what is older than it is kept. */
export async function forgetOldMetrics(db: CatalogDatabase, now: number): Promise<void> {
  for (const resolution of ALL)
    await db
      .deleteFrom('metrics')
      .where('resolution', '=', resolution)
      .where('at', '<', timeText(now - RESOLUTIONS[resolution].keptMs))
      .execute()
}

const SERIES = ['files', 'bytes', 'failures', 'quota_units', 'files_total', 'files_synced', 'bytes_stored'] as const

export type MetricSeries = Record<(typeof SERIES)[number], (number | null)[]> & { times: TimeText[] }

/** The last `steps` steps up to this moment's, which is still going on; null where nobody wrote. */
export async function readMetrics(
  db: CatalogDatabase,
  resolution: Resolution,
  steps: number,
  now: number,
): Promise<MetricSeries> {
  const { stepMs } = RESOLUTIONS[resolution]
  const last = stepOf(resolution, now)
  const times = Array.from({ length: steps }, (_, i) => timeText(last - (steps - 1 - i) * stepMs))
  const rows = await db
    .selectFrom('metrics')
    .select(['at', ...SERIES])
    .where('resolution', '=', resolution)
    .where('at', '>=', times[0] ?? '')
    .where('at', '<=', timeText(last))
    .execute()
  const at = new Map(rows.map((row) => [row.at, row]))
  const series = SERIES.map((name) => [name, times.map((time) => at.get(time)?.[name] ?? null)])
  return { times, ...Object.fromEntries(series) }
}

/** How much was copied a second, in those of the last so many minutes in which anything was; null: in none. */
export async function recentRate(
  db: CatalogDatabase,
  minutes: number,
  now: number,
): Promise<{ files: number; bytes: number } | null> {
  const rows = await db
    .selectFrom('metrics')
    .select(['at', 'files', 'bytes'])
    .where('resolution', '=', 'minute')
    .where('at', '>', timeText(now - minutes * MINUTE))
    // The present minute is not over.
    .where('at', '<=', timeText(stepOf('minute', now) - MINUTE))
    .where((where) => where.or([where('files', '>', 0), where('bytes', '>', 0)]))
    .execute()
  if (rows.length === 0) return null
  const seconds = rows.length * 60
  const total = (of: (row: (typeof rows)[number]) => number) => rows.reduce((sum, row) => sum + of(row), 0)
  return { files: total((row) => row.files) / seconds, bytes: total((row) => row.bytes) / seconds }
}
