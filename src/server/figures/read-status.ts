import type { CatalogDatabase } from '../../catalog/open.ts'
import { lastErrors } from '../../catalog/read/activity.ts'
import { recentRate } from '../../catalog/read/metrics.ts'
import { healthOf, needsPerson, standing } from '../../catalog/read/standing.ts'
import { sum } from '../../catalog/read/tallies.ts'
import { isoTime, timeMs } from '../../catalog/times.ts'
import type { Progress, Status } from '../contract/status.ts'
import { estimatedEnd } from './estimate.ts'
import { sentenceOf } from './fault-text.ts'
import { massChangeAnswer, outageAnswer, withUnremoved } from './outages.ts'

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

/** How things stand, with what goes on at this moment. */
export async function readStatus(parts: StatusParts): Promise<Status> {
  const { db, version } = parts
  const now = parts.now()
  const progress = parts.progress()
  const found = await standing(db, now)
  const { daemon, sources, destinations, files, copies, everDone, turns } = found
  // The server is part of the daemon's process, so the daemon that is recorded is alive.
  const alive = daemon !== null && daemon.pid !== null
  const desired = daemon?.desired ?? null
  const startedAt = alive && daemon.started_at !== null ? daemon.started_at : null
  const outages = found.outages.map((outage) => outageAnswer(outage, now))
  const [outage = null] = outages
  const health = healthOf(found, await parts.isSetUp())
  const times = (values: (string | null)[]) => values.filter((value) => value !== null).toSorted()
  return {
    state: alive ? daemon.state : 'stopped',
    desired,
    version,
    as_of: new Date(now).toISOString(),
    uptime: startedAt === null ? null : Math.max(0, (now - timeMs(startedAt)) / 1000),
    started_at: isoTime(startedAt),
    health,
    needs_operator: needsPerson(found, health),
    ...{ outage, outages },
    mass_changes: found.massChanges.map(({ source, ...massChange }) => ({
      ...{ source: source.id, name: source.name },
      ...massChangeAnswer(massChange),
    })),
    problems: outages.length + found.massChanges.length + files.problems.length + withUnremoved(destinations).length,
    sources: sources.map(({ name }) => name),
    destinations: destinations.map(({ name }) => name),
    files_total: files.total,
    files_synced: files.synced,
    pending: files.pending,
    failed: files.failed,
    skipped: sum(files.skipped),
    removed: files.removed,
    total_size: found.bytes,
    coverage: found.coverage,
    oldest_unprotected: isoOf(found.oldestUnprotected),
    last_stored_at: isoTime(times(copies.map(({ lastStored }) => lastStored)).at(-1) ?? null),
    last_success: isoTime(times(sources.map(({ last_success }) => last_success)).at(-1) ?? null),
    scanning: found.scanning,
    filling: found.filling,
    estimated_end: isoOf(
      estimatedEnd(
        {
          underWay: sources.length > 0 && !everDone,
          held: desired !== 'running' || outage !== null,
          scanning: found.scanning,
          files: turns.pending,
          bytes: files.pendingBytes - progress.transfers.reduce((passed, { bytes }) => passed + bytes, 0),
          rate: (await recentRate(db, RATE_OVER_MINUTES, now)) ?? rateNow(progress),
        },
        now,
      ),
    ),
    last_error: await lastError(db),
    progress,
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
