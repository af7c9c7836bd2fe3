import { randomUUID } from 'node:crypto'
import type { Work } from '../backup/daemon/daemon.ts'
import { type Job, Run } from '../backup/daemon/run.ts'
import type { Destination } from '../backup/model/destination.ts'
import { Fault } from '../backup/model/faults.ts'
import type { BackupEvent, Clock, CycleResult, Parts, WatchedSource } from '../backup/model/parts.ts'
import { Endpoints } from '../backup/outage/endpoints.ts'
import { excluder } from '../backup/plan/exclude.ts'
import type { Rules } from '../backup/plan/plan.ts'
import type { Selection } from '../backup/plan/selection.ts'
import { uploadSweep } from '../backup/transfer/sweep.ts'
import type { FeedRead } from '../backup/watch/cycle.ts'
import { createCatalog } from '../catalog/catalog.ts'
import { knownDestinations, recordBootEnded, registerDestinations } from '../catalog/destinations.ts'
import { saveMassChangeLimits } from '../catalog/items/mass-change.ts'
import type { CatalogDatabase } from '../catalog/open.ts'
import { findSource, forgetOldLogs, knownSources, recordCycle, saveSource, unwatchAllBut } from '../catalog/sources.ts'
import { timeMs } from '../catalog/times.ts'
import { clampDue, recoverClaims } from '../catalog/work/claim.ts'
import { noteRules } from '../catalog/work/fill.ts'
import { repairUnexplained } from '../catalog/work/invariant.ts'
import { knownOutages } from '../catalog/work/outages.ts'
import { oweSweep, uploadBook } from '../catalog/work/upload-book.ts'
import type { FolderSelection, ReadyConfig, ReadySource } from '../config/config.ts'
import type { DriveSource } from '../drive/source.ts'
import { takeInventory } from '../verify/inventory.ts'
import { type App, fingerprintOf } from './compose.ts'
import { checkDestination } from './destination-moved.ts'

/** What the daemon and `sync` work with. */
export interface Prepared extends Work {
  parts: Parts
  endpoints: Endpoints
  cycleEnded(source: number, result: CycleResult, read: FeedRead): Promise<void>
  /** What is done once a day, and at the end of a sync when its day has come. */
  jobs: Job[]
  /** Entries whose account could not be asked for, each with the Fault that stood in the way. They are asked again. */
  unknown: ReadonlyMap<string, Fault>
}

const DAY_MS = 24 * 60 * 60 * 1000
const MINUTE_MS = 60_000
/** Taken up together: a claim of 400 files costs the catalog a fifth less a file than four claims of 100. */
const BATCHES = 4

/**
 * Gives what the daemon and `sync` run on, to whoever has taken the catalog. What an earlier run had in hand when it died is
 * taken up again. Asks Google whose drive an entry is only when its credentials are new; one that cannot be asked for keeps
 * nothing from the others. May be repeated. `again`: told when an entry that could not be asked for can be, so that all is to
 * be prepared again. Throws DestinationMoved, or the Fault that stands in the way of every source.
 */
export async function prepareWork(
  app: App,
  tell: (event: BackupEvent) => void,
  signal: AbortSignal,
  again: () => void = () => {},
): Promise<Prepared> {
  const { config, db, clock, destinations } = app
  for (const destination of destinations) await checkDestination(db, destination)
  await registerDestinations(db, destinations)
  await unwatchAllBut(db, config.sources.map(({ name }) => name), clock.now()) // biome-ignore format: one call
  const { sources, unknown } = await registerSources(app, signal)
  if ((await recoverClaims(db)) > 0) await oweSweep(db)
  await clampDue(db, clock.now())
  await saveMassChangeLimits(db, config.sync.massChange)
  await noteRules(db, rulesFingerprint(config))
  const boot = randomUUID()
  const catalog = createCatalog(db, boot)
  const { retry } = config.sync
  const batchSize = BATCHES * config.sync.batchSize
  const parts: Parts = { sources, destinations, catalog, retry, batchSize, boot, clock, random: Math.random, tell }
  const outages = await knownOutages(db)
  const endpoints = new Endpoints(parts, outages)
  const cycleEnded = cycleRecorder(app, sources, again)
  const jobs = jobsOf(app, catalog, tell, { unknown, again })
  const schedule = { mode: config.sync.mode, intervalMs: config.sync.intervalMs, retryDelayMs: retry.delayMs }
  const run = new Run({ parts, endpoints, cycleEnded, schedule, jobs })
  return {
    ...{ parts, endpoints, cycleEnded, jobs, unknown },
    work: (control) => run.work(control),
    checkNow: () => run.checkNow(),
    clockSetBack: () => run.clockSetBack(),
    async [Symbol.asyncDispose]() {
      // Where that cannot be written the next start only looks at more than it would have to; the error at hand says more.
      await recordBootEnded(db, boot).catch(() => {})
    },
  }
}

async function registerSources(
  app: App,
  signal: AbortSignal,
): Promise<{ sources: Map<number, WatchedSource>; unknown: Map<string, Fault> }> {
  const { config, db, drives } = app
  const sources = new Map<number, WatchedSource>()
  const unknown = new Map<string, Fault>()
  const ids = await Promise.all(
    config.sources.map(async (source) => {
      const drive = drives.get(source.name)
      if (drive === undefined) throw new Error(`sources.${source.name} has no connection`)
      try {
        return await registerSource(app, source, drive, signal)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        unknown.set(source.name, error)
        return null
      }
    }),
  )
  const names = new Map((await knownSources(db)).map((row) => [row.id, row.name]))
  for (const [i, source] of config.sources.entries()) {
    const id = ids[i] ?? null
    const drive = drives.get(source.name)
    if (id === null || drive === undefined) continue
    if (sources.has(id)) {
      const detail = `it is the account of another entry of sources: ${names.get(id)}`
      unknown.set(source.name, new Fault('local/settings-unusable', `sources.${source.name}`, { detail }))
      continue
    }
    const { reconcileDays } = config.sync
    const reconcileEveryMs = reconcileDays === 0 ? null : reconcileDays * DAY_MS
    sources.set(id, { id, name: names.get(id) ?? '', drive, rules: rulesOf(source, config), reconcileEveryMs })
  }
  const [first] = unknown.values()
  if (sources.size === 0 && first !== undefined) throw first
  return { sources, unknown }
}

async function registerSource(
  { db, clock }: App,
  source: ReadySource,
  drive: DriveSource,
  signal: AbortSignal,
): Promise<number> {
  const key = { configName: source.name, driveId: null, credentials: fingerprintOf(source) }
  const known = await findSource(db, key)
  if (known !== null) return known
  return saveSource(db, key, await drive.identify(signal), clock.now())
}

/** Writes down how cycles end, with what they have cost. */
function cycleRecorder(
  { db, clock, destinations }: App,
  sources: ReadonlyMap<number, WatchedSource>,
  again: () => void,
): Prepared['cycleEnded'] {
  const storageCalls = () => destinations.reduce((sum, destination) => sum + destination.calls, 0)
  const apiBefore = new Map([...sources].map(([id, { drive }]) => [id, drive.calls]))
  let storageBefore = storageCalls()
  return async (id, result, { state, startedAt, fault }) => {
    // It is another source from now on.
    if (fault?.code === 'google/other-account') again()
    const api = sources.get(id)?.drive.calls ?? 0
    const storage = storageCalls()
    await recordCycle(db, id, result, {
      kind: state.scan === null && state.cursor !== null ? 'check' : state.cursor === null ? 'scan' : 'reconcile',
      startedAt,
      endedAt: clock.now(),
      apiCalls: api - (apiBefore.get(id) ?? 0),
      storageCalls: storage - storageBefore,
    })
    apiBefore.set(id, api)
    storageBefore = storage
  }
}

function jobsOf(
  { config, db, clock, drives, destinations }: App,
  catalog: ReturnType<typeof createCatalog>,
  tell: (event: BackupEvent) => void,
  { unknown, again }: { unknown: ReadonlyMap<string, Fault>; again: () => void },
): Job[] {
  const sweep = uploadSweep(destinations, uploadBook(db), tell)
  const jobs: Job[] = [
    { name: 'logs', everyMs: DAY_MS, run: () => forgetOldLogs(db, clock.now()) },
    { name: 'uploads', everyMs: DAY_MS, run: sweep },
    { name: 'invariant', everyMs: 7 * DAY_MS, run: async () => void (await repairUnexplained(db, clock.now())) },
    { name: 'inventory', everyMs: 10 * MINUTE_MS, run: inventories(db, catalog, clock, destinations, tell) },
  ]
  if (unknown.size === 0) return jobs
  const askAgain = async (signal: AbortSignal) => {
    for (const source of config.sources) {
      const fault = unknown.get(source.name)
      if (fault === undefined || fault.code === 'local/settings-unusable') continue
      try {
        await drives.get(source.name)?.identify(signal)
        again()
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof Fault)) throw error
        tell({ type: 'fault', fault: error })
      }
    }
  }
  return [...jobs, { name: 'accounts', everyMs: MINUTE_MS, run: askAgain }]
}

/** Compares each destination with the catalog once a day, and as soon as it may hold objects that the catalog does not know. */
function inventories(
  db: CatalogDatabase,
  catalog: ReturnType<typeof createCatalog>,
  clock: Clock,
  destinations: readonly Destination[],
  tell: (event: BackupEvent) => void,
): Job['run'] {
  return async (signal) => {
    const rows = new Map((await knownDestinations(db)).map((row) => [row.name, row]))
    const sources = (await knownSources(db)).map(({ name }) => name)
    for (const destination of destinations) {
      const row = rows.get(destination.name)
      // What nothing was ever written to has nothing to be compared; what is out of order is compared when it is back.
      if (row === undefined || row.lease === null || row.out_fault !== null || signal.aborted) continue
      const last = row.inventory_at === null ? null : timeMs(row.inventory_at)
      const due = last === null || clock.now() - last >= DAY_MS || clock.now() < last - MINUTE_MS
      if (!due && (row.known === 1 || clock.now() - (last ?? 0) < 10 * MINUTE_MS)) continue
      try {
        await takeInventory(destination, sources, { catalog, clock }, signal)
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof Fault)) throw error
        tell({ type: 'fault', fault: error })
      }
    }
  }
}

function rulesOf(source: ReadySource, { sync }: ReadyConfig): Rules {
  return {
    selection: selectionOf(source.folders),
    excludes: excluder(source.excludePatterns, source.excludePaths),
    maxFileSizeBytes: sync.maxFileSizeBytes,
    recentMs: sync.checkRecentDays * 24 * 60 * 60 * 1000,
  }
}

function selectionOf(chosen: FolderSelection | null): Selection | null {
  return chosen && { rest: chosen.rest, folders: new Map(chosen.folders.map(({ id, mode }) => [id, mode])) }
}

/** Stands for all that `plan` decides by: when it changes, every file is planned again. */
function rulesFingerprint({ sources, sync }: ReadyConfig): string {
  const rules = sources.map(({ name, folders, excludePatterns, excludePaths }) => {
    const selection = folders && [folders.rest, folders.folders.map(({ id, mode }) => [id, mode])]
    return [name, selection, excludePatterns, excludePaths]
  })
  return JSON.stringify([rules, sync.maxFileSizeBytes, sync.checkRecentDays])
}
