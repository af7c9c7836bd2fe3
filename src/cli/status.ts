import { faultKind } from '../backup/faults.ts'
import { backlog } from '../catalog/backlog.ts'
import type { CatalogDatabase } from '../catalog/open.ts'
import { readDaemon } from '../catalog/operator.ts'
import { standing } from '../catalog/report.ts'
import { setting, startTrouble } from '../catalog/settings.ts'
import { knownSources } from '../catalog/sources.ts'
import { copyTallies } from '../catalog/tallies.ts'
import { isoTime, timeMs } from '../catalog/times.ts'
import type { Config } from '../config/config.ts'
import { type Context, openDatabase, readConfig } from './context.ts'
import { liveDaemon } from './daemon-process.ts'
import { print } from './print.ts'
import { EXIT } from './refusal.ts'
import { statusText } from './status-text.ts'

/** What `status --json` prints. Times are ISO 8601, sizes bytes; null where there is nothing to tell. */
export interface Status {
  daemon: {
    state: 'running' | 'paused' | 'stopped'
    /** What the operator chose last; null when nobody has chosen anything yet. */
    desired: 'running' | 'paused' | 'stopped' | null
    pid: number | null
    uptime_seconds: number | null
    /** It ended without a word: killed, or the machine went down. */
    crashed: boolean
    /** What keeps it from its first look at Drive. */
    trouble: { fault: string; message: string } | null
  }
  /** The share of items that are protected, of those that should be: 0 to 1, and 1 only when none is missing. */
  coverage: number | null
  oldest_unprotected: string | null
  listing: boolean
  items: { total: number; synced: number; pending: number; failed: number; skipped: number; removed: number }
  skipped: Record<string, number>
  failed: Record<string, number>
  bytes: number
  sources: { name: string; kind: string; last_success: string | null; trouble: SourceTrouble | null }[]
  destinations: { name: string; address: string | null; copies: number; bytes: number }[]
}

interface SourceTrouble {
  fault: string
  message: string
  hint: string | null
}

export async function status(context: Context, { json = false }: { json?: boolean }): Promise<number> {
  const config = await readConfig(context)
  await using db = await openDatabase(config.catalogFile)
  const found = await readStatus(db, config, Date.now())
  await print(json ? JSON.stringify(found, null, 2) : statusText(found, Date.now()))
  return EXIT.ok
}

async function readStatus(db: CatalogDatabase, config: Config, now: number): Promise<Status> {
  const counts = await standing(db)
  const [failed, skipped] = [sum(counts.failed), sum(counts.skipped)]
  const wanted = counts.filesTotal - skipped
  return {
    daemon: await daemonStatus(db, config, now),
    coverage: wanted === 0 ? null : counts.synced / wanted,
    oldest_unprotected: isoTime(counts.oldestUnprotected),
    listing: (await backlog(db)).listing,
    items: {
      total: counts.filesTotal,
      synced: counts.synced,
      pending: counts.pending,
      failed,
      skipped,
      removed: counts.removed,
    },
    skipped: counts.skipped,
    failed: counts.failed,
    bytes: counts.bytes,
    sources: await sources(db),
    destinations: await destinations(db, config),
  }
}

async function daemonStatus(db: CatalogDatabase, config: Config, now: number): Promise<Status['daemon']> {
  const row = await readDaemon(db)
  const live = await liveDaemon(db, config.catalogFile)
  const startedAt = live?.started_at ?? null
  return {
    state: live?.state ?? 'stopped',
    desired: row?.desired ?? null,
    pid: live?.pid ?? null,
    uptime_seconds: startedAt === null ? null : Math.max(0, Math.round((now - timeMs(startedAt)) / 1000)),
    crashed: live === null && row?.pid != null,
    trouble: await startTrouble(db),
  }
}

async function sources(db: CatalogDatabase): Promise<Status['sources']> {
  const rows = await knownSources(db)
  return rows.map(({ name, kind, last_success, last_fault, last_fault_message }) => ({
    name,
    kind,
    last_success: isoTime(last_success),
    trouble:
      last_fault === null
        ? null
        : { fault: last_fault, message: last_fault_message ?? '', hint: faultKind(last_fault)?.hint ?? null },
  }))
}

async function destinations(db: CatalogDatabase, config: Config): Promise<Status['destinations']> {
  const stored = await copyTallies(db)
  // Also those that were taken out of the configuration: their copies are still there.
  const names = new Set([...config.destinations.map(({ name }) => name), ...stored.map((one) => one.destination)])
  const rows: Status['destinations'] = []
  for (const name of names) {
    const one = stored.find(({ destination }) => destination === name)
    const copies = (one?.mirror.copies ?? 0) + (one?.history.copies ?? 0)
    const bytes = (one?.mirror.bytes ?? 0) + (one?.history.bytes ?? 0)
    rows.push({ name, address: await setting(db, `destination.${name}`), copies, bytes })
  }
  return rows
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((a, b) => a + b, 0)
}
