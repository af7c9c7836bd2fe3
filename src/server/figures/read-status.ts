import { readMessage } from '../../backup/fault-message.ts'
import { lastErrors } from '../../catalog/activity.ts'
import { recentRate } from '../../catalog/metrics.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { readDaemon } from '../../catalog/operator.ts'
import { startTrouble } from '../../catalog/settings.ts'
import { knownSources } from '../../catalog/sources.ts'
import { bytesStored, copyTallies, coverage, fileTallies, oldestUnprotected, sum } from '../../catalog/tallies.ts'
import { isoTime, timeMs } from '../../catalog/times.ts'
import type { Progress, Status, Trouble } from '../contract/status.ts'
import { estimatedEnd } from './estimate.ts'
import { health } from './health.ts'
import { failsForGood, troubleOf } from './trouble.ts'

export interface StatusParts {
  db: CatalogDatabase
  now: () => number
  version: string
  /** What goes on at this moment, as the daemon told it last. */
  progress: () => Progress
  /** Whether all steps of the set-up are done. */
  isSetUp: () => Promise<boolean>
  /** The numbers of the sources that the daemon watches; null: all that are known. */
  watched: () => Promise<readonly number[] | null>
}

/** The forecast goes by so many minutes. */
const RATE_OVER_MINUTES = 15

/** How things stand: some rows by their keys, however large the catalog. */
export async function readStatus(parts: StatusParts): Promise<Status> {
  const { db, version } = parts
  const now = parts.now()
  const progress = parts.progress()
  const daemon = await readDaemon(db)
  const sources = await watchedSources(parts)
  const ids = sources.map(({ id }) => id)
  const all = (await fileTallies(db)).of(ids)
  const copies = await copyTallies(db)
  const trouble = await troubleIn(db, sources)
  const listing = sources.some(({ scan_phase }) => scan_phase !== null)
  const alive = daemon !== null && daemon.pid !== null
  const desired = daemon?.desired ?? null
  const startedAt = alive && daemon.started_at !== null ? daemon.started_at : null
  const times = (values: (string | null)[]) => values.filter((value) => value !== null).toSorted()
  const waitingSince = await oldestUnprotected(db)
  const oldest = Math.min(...ids.flatMap((id) => waitingSince.get(id) ?? []))
  const { pending, waiting } = inTurn(all)
  const failed = sum(Object.fromEntries(Object.entries(all.failed).filter(([fault]) => failsForGood(fault))))
  const everDone = sources.length > 0 && sources.every(({ last_success }) => last_success !== null)
  const rate = (await recentRate(db, RATE_OVER_MINUTES, now)) ?? rateNow(progress)
  return {
    state: alive ? daemon.state : 'stopped',
    desired,
    version,
    as_of: new Date(now).toISOString(),
    uptime: startedAt === null ? null : Math.max(0, (now - timeMs(startedAt)) / 1000),
    started_at: isoTime(startedAt),
    health: health({ setUp: await parts.isSetUp(), desired, trouble, listing, everDone, pending, waiting, failed }),
    trouble,
    files_total: all.total,
    files_synced: all.synced,
    pending: all.pending,
    failed: sum(all.failed),
    skipped: sum(all.skipped),
    removed: all.removed,
    total_size: bytesStored(copies),
    coverage: coverage(all),
    oldest_unprotected: Number.isFinite(oldest) ? new Date(oldest).toISOString() : null,
    last_stored_at: isoTime(times(copies.map(({ lastStored }) => lastStored)).at(-1) ?? null),
    last_success: isoTime(times(sources.map(({ last_success }) => last_success)).at(-1) ?? null),
    listing,
    estimated_end: isoOf(
      estimatedEnd(
        {
          underWay: sources.length > 0 && !everDone,
          held: desired !== 'running' || trouble !== null,
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

async function watchedSources({ db, watched }: StatusParts) {
  const [sources, ids] = [await knownSources(db), await watched()]
  return ids === null ? sources : sources.filter(({ id }) => ids.includes(id))
}

/** What keeps the daemon from its first look, else what the last look of a source met. */
async function troubleIn(
  db: CatalogDatabase,
  sources: readonly { last_fault: string | null; last_fault_message: string | null }[],
): Promise<Trouble | null> {
  const atStart = await startTrouble(db)
  if (atStart !== null) return troubleOf(atStart.fault, atStart.message)
  const troubles = sources.flatMap(({ last_fault: fault, last_fault_message: message }) =>
    fault === null ? [] : [troubleOf(fault, message ?? '')],
  )
  return troubles.find(({ needs_operator }) => needs_operator) ?? troubles[0] ?? null
}

/** Those that have their turn next, and those that were put off: tried again by themselves, soon or tomorrow. */
function inTurn(all: Awaited<ReturnType<typeof fileTallies>>['all']): { pending: number; waiting: number } {
  const again = sum(all.waiting)
  const tomorrow = Object.entries(all.failed).reduce(
    (count, [fault, files]) => count + (failsForGood(fault) ? 0 : files),
    0,
  )
  return { pending: all.pending - again, waiting: again + tomorrow }
}

function rateNow({ files_per_second: files, bytes_per_second: bytes }: Progress) {
  return files === 0 && bytes === 0 ? null : { files, bytes }
}

async function lastError(db: CatalogDatabase): Promise<Status['last_error']> {
  const [line] = await lastErrors(db, 1)
  if (line === undefined) return null
  const { fault, happened } = readMessage(line.message ?? '')
  return { path: line.path ?? '', fault, message: happened, at: isoTime(line.timestamp) }
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
