import { sql } from 'kysely'
import type { CatalogDatabase } from './open.ts'
import { type TimeText, timeMs } from './times.ts'

/** How many files are in each state: what triggers keep, so it is read at once however large the catalog. */
export interface FileTallies {
  total: number
  synced: number
  pending: number
  /** By fault: pending, and tried again by itself. Among `pending`. */
  waiting: Record<string, number>
  /** By fault. */
  failed: Record<string, number>
  /** By reason. */
  skipped: Record<string, number>
  /** Deleted in Drive, copies kept; counted above by what became of them. */
  removed: number
  /** Of the pending blobs: how large an export will be nobody knows beforehand. */
  pendingBytes: number
}

/** Of all sources together, and of some by their numbers. */
export async function fileTallies(
  db: CatalogDatabase,
): Promise<{ all: FileTallies; of: (sources: readonly number[]) => FileTallies }> {
  const rows = await db.selectFrom('file_tallies').selectAll().where('files', '<>', 0).execute()
  return { all: sumUp(rows), of: (sources) => sumUp(rows.filter((row) => sources.includes(row.source_id))) }
}

interface Row {
  sync_status: 'pending' | 'synced' | 'failed' | 'skipped'
  skip_reason: string
  fault: string
  removed: number
  files: number
  bytes: number
}

function sumUp(rows: readonly Row[]): FileTallies {
  const sums: FileTallies = {
    ...{ total: 0, synced: 0, pending: 0, removed: 0, pendingBytes: 0 },
    ...{ waiting: {}, failed: {}, skipped: {} },
  }
  for (const { sync_status, skip_reason, fault, removed, files, bytes } of rows) {
    sums.total += files
    if (removed === 1) sums.removed += files
    switch (sync_status) {
      case 'synced':
        sums.synced += files
        break
      case 'pending':
        sums.pending += files
        sums.pendingBytes += bytes
        if (fault !== '') add(sums.waiting, fault, files)
        break
      case 'failed':
        add(sums.failed, fault, files)
        break
      case 'skipped':
        add(sums.skipped, skip_reason, files)
    }
  }
  return sums
}

function add(counts: Record<string, number>, name: string, count: number): void {
  counts[name] = (counts[name] ?? 0) + count
}

export function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((a, b) => a + b, 0)
}

/** The share that is protected of what should be: 1 only when nothing is missing; null: nothing is to be protected. */
export function coverage({ total, synced, skipped }: FileTallies): number | null {
  const wanted = total - sum(skipped)
  return wanted === 0 ? null : synced / wanted
}

/** What lies at one destination. */
export interface CopyTallies {
  destination: string
  /** Under the paths of the drive. */
  mirror: { copies: number; bytes: number }
  /** Older revisions. */
  history: { copies: number; bytes: number }
  lastStored: TimeText | null
}

export async function copyTallies(db: CatalogDatabase): Promise<CopyTallies[]> {
  const rows = await db.selectFrom('copy_tallies').selectAll().orderBy('destination').execute()
  const tallies = [...Map.groupBy(rows, ({ destination }) => destination)].map(([destination, places]) => {
    const of = (name: 'mirror' | 'history') => {
      const { copies = 0, bytes = 0 } = places.find(({ place }) => place === name) ?? {}
      return { copies, bytes }
    }
    const times = places.flatMap(({ last_stored }) => last_stored ?? [])
    return { destination, mirror: of('mirror'), history: of('history'), lastStored: times.toSorted().at(-1) ?? null }
  })
  return tallies.filter(({ mirror, history }) => mirror.copies + history.copies > 0)
}

/** What the fullest destination shows of the drive. */
export function bytesStored(tallies: readonly CopyTallies[]): number {
  return Math.max(0, ...tallies.map(({ mirror }) => mirror.bytes))
}

/** Since when the longest-waiting change of each source is not protected yet; sources for which nothing waits are left out. */
export async function oldestUnprotected(db: CatalogDatabase): Promise<Map<number, number>> {
  const { rows } = await sql<{ id: number; oldest: TimeText | null }>`
    select id, (select min(pending_since) from files where source_id = sources.id and pending_since is not null) as oldest
    from sources`.execute(db)
  return new Map(rows.flatMap(({ id, oldest }) => (oldest === null ? [] : [[id, timeMs(oldest)]])))
}
