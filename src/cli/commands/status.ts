import { Fault, type FaultCode, faultKind } from '../../backup/model/faults.ts'
import type { Outage } from '../../backup/outage/circuit-breaker.ts'
import { knownDestinations } from '../../catalog/destinations.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { readDaemon } from '../../catalog/operator.ts'
import { backlog } from '../../catalog/read/backlog.ts'
import { standing } from '../../catalog/read/report.ts'
import { copyTallies, lackingAt } from '../../catalog/read/tallies.ts'
import { startFault } from '../../catalog/settings.ts'
import { knownSources } from '../../catalog/sources.ts'
import { isoTime, timeMs } from '../../catalog/times.ts'
import { outageOf } from '../../catalog/work/outages.ts'
import type { Config } from '../../config/config.ts'
import { type Context, openDatabase, readConfig } from '../context.ts'
import { liveDaemon } from '../process/daemon-process.ts'
import { print } from '../terminal/print.ts'
import { EXIT } from '../terminal/refusal.ts'
import { type OutageText, type Status, statusText } from '../terminal/status-text.ts'

export async function status(context: Context, { json = false }: { json?: boolean }): Promise<number> {
  const config = await readConfig(context)
  await using db = await openDatabase(config.catalogFile)
  const found = await readStatus(db, config, Date.now())
  await print(json ? JSON.stringify(found, null, 2) : statusText(found, Date.now()))
  return EXIT.ok
}

async function readStatus(db: CatalogDatabase, config: Config, now: number): Promise<Status> {
  const counts = await standing(db)
  const { failed } = counts
  const skipped = sum(counts.skipped)
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
    failed: byFault(counts.problems),
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
    outage: await daemonOutage(db),
  }
}

async function daemonOutage(db: CatalogDatabase): Promise<OutageText | null> {
  const found = await startFault(db)
  if (found === null) return null
  const { fault: code, subject, detail, since } = found
  const kind = faultKind(code)
  const message =
    kind === undefined ? `${subject}: ${detail ?? code}` : new Fault(code as FaultCode, subject, { detail }).message
  return { fault: code, message, hint: kind?.hint ?? null, since: new Date(since).toISOString(), next_try: null }
}

function textOf({ fault, since, until }: Outage): OutageText {
  const iso = (ms: number) => new Date(ms).toISOString()
  return { fault: fault.code, message: fault.message, hint: fault.kind.hint, since: iso(since), next_try: iso(until) }
}

async function sources(db: CatalogDatabase): Promise<Status['sources']> {
  return (await knownSources(db)).map((row) => {
    const {
      name,
      kind,
      config_name,
      last_success,
      mass_change,
      mass_change_at,
      mass_change_detail,
      mass_change_items,
    } = row
    const outage = config_name === null ? null : outageOf(row)
    return {
      ...{ name, kind, watched: config_name !== null },
      last_success: isoTime(last_success),
      outage: outage === null ? null : textOf(outage),
      mass_change:
        mass_change === null
          ? null
          : { kind: mass_change_detail ?? '', items: mass_change_items ?? 0, at: isoTime(mass_change_at) ?? '' },
    }
  })
}

async function destinations(db: CatalogDatabase, config: Config): Promise<Status['destinations']> {
  const stored = await copyTallies(db)
  const lacking = await lackingAt(db)
  const known = new Map((await knownDestinations(db)).map((row) => [row.name, row]))
  // Also those that were taken out of the configuration: their copies are still there.
  const names = new Set([...config.destinations.map(({ name }) => name), ...stored.map((one) => one.destination)])
  return [...names].map((name) => {
    const one = stored.find(({ destination }) => destination === name)
    const row = known.get(name)
    const outage = row === undefined || row.active === 0 ? null : outageOf(row)
    return {
      ...{ name, address: row?.address ?? null },
      copies: (one?.mirror.copies ?? 0) + (one?.history.copies ?? 0),
      bytes: (one?.mirror.bytes ?? 0) + (one?.history.bytes ?? 0),
      lacking: lacking.get(name)?.files ?? 0,
      outage: outage === null ? null : textOf(outage),
    }
  })
}

/** A file that fails at two destinations counts at both. */
function byFault(problems: readonly { fault: string; failed: number }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { fault, failed } of problems) if (failed > 0) counts[fault] = (counts[fault] ?? 0) + failed
  return counts
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((a, b) => a + b, 0)
}
