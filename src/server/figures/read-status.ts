import type { CatalogDatabase } from '../../catalog/open.ts'
import { readDaemon } from '../../catalog/operator.ts'
import { lastErrors } from '../../catalog/read/activity.ts'
import { recentRate } from '../../catalog/read/metrics.ts'
import {
  bytesStored,
  copyTallies,
  coverage,
  type FileTallies,
  fileTallies,
  oldestUnprotected,
  sum,
} from '../../catalog/read/tallies.ts'
import { isoTime, timeMs } from '../../catalog/times.ts'
import { isFilling } from '../../catalog/work/fill.ts'
import type { Progress, Status } from '../contract/status.ts'
import { estimatedEnd } from './estimate.ts'
import { failsForGood, sentenceOf } from './fault-text.ts'
import { health } from './health.ts'
import { massChangeOf } from './mass-change.ts'
import { readEndpoints } from './outages.ts'

export interface StatusParts {
  db: CatalogDatabase
  now: () => number
  version: string
  /** What goes on at this moment, as the daemon told it last. */
  progress: () => Progress
  /** Whether all steps of the set-up are done. */
  isSetUp: () => Promise<boolean>
}

/** The forecast goes by so many minutes. */
const RATE_OVER_MINUTES = 15

/** How things stand: some rows by their keys, however large the catalog. */
export async function readStatus(parts: StatusParts): Promise<Status> {
  const { db, version } = parts
  const now = parts.now()
  const progress = parts.progress()
  const daemon = await readDaemon(db)
  const { sources, destinations, outages, unremoved } = await readEndpoints(db, now)
  const [outage = null] = outages
  const massChanges = sources.flatMap((source) => {
    const massChange = massChangeOf(source)
    return massChange === null ? [] : [{ source: source.id, name: source.name, ...massChange }]
  })
  const ids = sources.map(({ id }) => id)
  const all = (await fileTallies(db)).of(ids)
  const copies = await copyTallies(db)
  const filling = await isFilling(db)
  const listing = sources.some(({ scan_phase }) => scan_phase !== null)
  const alive = daemon !== null && daemon.pid !== null
  const desired = daemon?.desired ?? null
  const startedAt = alive && daemon.started_at !== null ? daemon.started_at : null
  const times = (values: (string | null)[]) => values.filter((value) => value !== null).toSorted()
  const waitingSince = await oldestUnprotected(db)
  const oldest = Math.min(...ids.flatMap((id) => waitingSince.get(id) ?? []))
  const { pending, waiting, failed } = inTurn(all)
  const everDone = sources.length > 0 && sources.every(({ last_success }) => last_success !== null)
  const rate = (await recentRate(db, RATE_OVER_MINUTES, now)) ?? rateNow(progress)
  return {
    state: alive ? daemon.state : 'stopped',
    desired,
    version,
    as_of: new Date(now).toISOString(),
    uptime: startedAt === null ? null : Math.max(0, (now - timeMs(startedAt)) / 1000),
    started_at: isoTime(startedAt),
    health: health({
      ...{ desired, outage, everDone, pending, waiting, failed },
      setUp: await parts.isSetUp(),
      massChange: massChanges.length > 0,
      listing: listing || filling,
    }),
    ...{ outage, outages, mass_changes: massChanges },
    problems: outages.length + massChanges.length + all.problems.length + unremoved.length,
    sources: sources.map(({ name }) => name),
    destinations: destinations.map(({ name }) => name),
    files_total: all.total,
    files_synced: all.synced,
    pending: all.pending,
    failed: all.failed,
    skipped: sum(all.skipped),
    removed: all.removed,
    total_size: bytesStored(copies),
    coverage: coverage(all),
    oldest_unprotected: Number.isFinite(oldest) ? new Date(oldest).toISOString() : null,
    last_stored_at: isoTime(times(copies.map(({ lastStored }) => lastStored)).at(-1) ?? null),
    last_success: isoTime(times(sources.map(({ last_success }) => last_success)).at(-1) ?? null),
    ...{ listing, filling },
    estimated_end: isoOf(
      estimatedEnd(
        {
          underWay: sources.length > 0 && !everDone,
          held: desired !== 'running' || outage !== null,
          listing,
          files: pending,
          bytes: all.pendingBytes - progress.transfers.reduce((passed, { bytes }) => passed + bytes, 0),
          rate,
        },
        now,
      ),
    ),
    last_error: await lastError(db),
    progress,
  }
}

/**
 * Those that have their turn next, those that were put off (tried again by themselves, soon or tomorrow), and those that a
 * person should look at. A file that waits at several destinations is counted where most wait.
 */
function inTurn({ pending, problems }: FileTallies): { pending: number; waiting: number; failed: number } {
  const reading = problems.filter(({ destination }) => destination === null)
  const storing = Map.groupBy(
    problems.filter(({ destination }) => destination !== null),
    ({ destination }) => destination,
  )
  const count = (of: (problem: FileTallies['problems'][number]) => number) => {
    const total = (some: FileTallies['problems']) => some.reduce((sum, problem) => sum + of(problem), 0)
    return total(reading) + Math.max(0, ...[...storing.values()].map(total))
  }
  const again = count(({ waiting }) => waiting)
  return {
    pending: Math.max(0, pending - again),
    waiting: again + count(({ fault, failed }) => (failsForGood(fault) ? 0 : failed)),
    failed: count(({ fault, failed }) => (failsForGood(fault) ? failed : 0)),
  }
}

function rateNow({ files_per_second: files, bytes_per_second: bytes }: Progress) {
  return files === 0 && bytes === 0 ? null : { files, bytes }
}

async function lastError(db: CatalogDatabase): Promise<Status['last_error']> {
  const [line] = await lastErrors(db, 1)
  if (line === undefined) return null
  const { fault, destination, message } = line
  const path = line.path ?? ''
  return {
    ...{ path, fault, destination },
    message: fault === null ? (message ?? '') : sentenceOf(fault, path, message),
    at: isoTime(line.timestamp),
  }
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
