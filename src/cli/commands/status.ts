import { isSetUp, setUpSteps } from '../../app/set-up.ts'
import { Fault, type FaultCode, faultKind } from '../../backup/model/faults.ts'
import { knownDestinations } from '../../catalog/destinations.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { healthOf, needsPerson, type Standing, type StandingOutage, standing } from '../../catalog/read/standing.ts'
import { lackingAt, sum } from '../../catalog/read/tallies.ts'
import { knownSources } from '../../catalog/sources.ts'
import { isoTime, timeMs } from '../../catalog/times.ts'
import type { Config } from '../../config/config.ts'
import type { Loaded } from '../../config/file/load.ts'
import { type Context, openDatabase, readLoaded } from '../context.ts'
import { liveDaemon } from '../process/daemon-process.ts'
import { print } from '../terminal/print.ts'
import { EXIT } from '../terminal/refusal.ts'
import { type OutageText, type Status, statusText } from '../terminal/status-text.ts'

export async function status(context: Context, { json = false }: { json?: boolean }): Promise<number> {
  const loaded = await readLoaded(context)
  await using db = await openDatabase(loaded.config.catalogFile)
  const found = await readStatus(db, loaded, Date.now())
  await print(json ? JSON.stringify(found, null, 2) : statusText(found, Date.now()))
  return EXIT.ok
}

async function readStatus(db: CatalogDatabase, loaded: Loaded, now: number): Promise<Status> {
  const found = await standing(db, now)
  const { files, oldestUnprotected } = found
  const health = healthOf(found, isSetUp(await setUpSteps(db, loaded)))
  return {
    daemon: await daemonStatus(db, found, loaded.config, now),
    health,
    needs_operator: needsPerson(found, health),
    coverage: found.coverage,
    oldest_unprotected: oldestUnprotected === null ? null : new Date(oldestUnprotected).toISOString(),
    scanning: found.scanning,
    items: {
      total: files.total,
      synced: files.synced,
      pending: files.pending,
      failed: files.failed,
      skipped: sum(files.skipped),
      removed: files.removed,
    },
    skipped: files.skipped,
    failed: byFault(files.problems),
    bytes: found.bytes,
    sources: await sources(db, found),
    destinations: await destinations(db, found, loaded.config),
  }
}

async function daemonStatus(
  db: CatalogDatabase,
  { daemon, outages }: Standing,
  config: Config,
  now: number,
): Promise<Status['daemon']> {
  const live = await liveDaemon(db, config.catalogFile)
  const startedAt = live?.started_at ?? null
  return {
    state: live?.state ?? 'stopped',
    desired: daemon?.desired ?? null,
    pid: live?.pid ?? null,
    uptime_seconds: startedAt === null ? null : Math.max(0, Math.round((now - timeMs(startedAt)) / 1000)),
    crashed: live === null && daemon?.pid != null,
    outage: textOf(outages.find(({ kind }) => kind === 'daemon')),
  }
}

function textOf(outage: StandingOutage | undefined): OutageText | null {
  if (outage === undefined) return null
  const { fault, subject, detail, since, nextTry } = outage
  const iso = (ms: number) => new Date(ms).toISOString()
  const kind = faultKind(fault)
  const message =
    kind === undefined ? `${subject}: ${detail ?? fault}` : new Fault(fault as FaultCode, subject, { detail }).message
  const next_try = nextTry === null ? null : iso(nextTry)
  return { fault, message, hint: kind?.hint ?? null, since: iso(since), next_try }
}

/** Also those that are not watched any more: their files and copies stay. */
async function sources(db: CatalogDatabase, { outages, massChanges }: Standing): Promise<Status['sources']> {
  return (await knownSources(db)).map((row) => {
    const { id, name, kind, config_name, last_success } = row
    const outage = outages.find((one) => one.kind === 'source' && one.name === name)
    const massChange = massChanges.find(({ source }) => source.id === id)
    return {
      ...{ name, kind, watched: config_name !== null },
      last_success: isoTime(last_success),
      outage: config_name === null ? null : textOf(outage),
      mass_change:
        massChange === undefined
          ? null
          : { kind: massChange.kind, items: massChange.items, at: isoTime(massChange.at) },
    }
  })
}

async function destinations(
  db: CatalogDatabase,
  { copies, outages }: Standing,
  config: Config,
): Promise<Status['destinations']> {
  const lacking = await lackingAt(db)
  const known = new Map((await knownDestinations(db)).map((row) => [row.name, row]))
  // Also those that were taken out of the configuration: their copies are still there.
  const names = new Set([...config.destinations.map(({ name }) => name), ...copies.map((one) => one.destination)])
  return [...names].map((name) => {
    const one = copies.find(({ destination }) => destination === name)
    return {
      ...{ name, address: known.get(name)?.address ?? null },
      copies: (one?.mirror.copies ?? 0) + (one?.history.copies ?? 0),
      bytes: (one?.mirror.bytes ?? 0) + (one?.history.bytes ?? 0),
      lacking: lacking.get(name)?.files ?? 0,
      outage: textOf(outages.find((outage) => outage.kind === 'destination' && outage.name === name)),
    }
  })
}

/** A file that fails at two destinations counts at both. */
function byFault(problems: readonly { fault: string; failed: number }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { fault, failed } of problems) if (failed > 0) counts[fault] = (counts[fault] ?? 0) + failed
  return counts
}
