import type { DaemonParts, Watched } from './backup/daemon.ts'
import type { Destination } from './backup/destination.ts'
import { excluder } from './backup/exclude.ts'
import { Outages } from './backup/outages.ts'
import type { BackupEvent, Clock, Parts } from './backup/parts.ts'
import type { Rules } from './backup/plan.ts'
import type { Selection } from './backup/selection.ts'
import { uploadSweep } from './backup/sweep.ts'
import { createCatalog } from './catalog/catalog.ts'
import { recoverClaims } from './catalog/claims.ts'
import { forgetUploads, hasCopies, uploadLog } from './catalog/copies.ts'
import { lockCatalog } from './catalog/lock.ts'
import { type CatalogDatabase, openCatalog } from './catalog/open.ts'
import { operator } from './catalog/operator.ts'
import { applyRules, saveSetting, setting } from './catalog/settings.ts'
import { findSource, forgetOldLogs, recordCycle, saveSource, sourceState } from './catalog/sources.ts'
import { oweSweep, uploadBook } from './catalog/upload-book.ts'
import type {
  Config,
  DestinationConfig,
  DriveAuthConfig,
  FolderSelection,
  ReadyConfig,
  ReadySource,
} from './config/config.ts'
import { createS3Destination } from './destinations/s3/destination.ts'
import type { Credentials } from './drive/auth.ts'
import { credentialsFingerprint } from './drive/credentials-fingerprint.ts'
import { createDriveSource, type DriveSource } from './drive/source.ts'
import { explore, explored, mayHoldStrangers } from './explore.ts'

/**
 * The composition root: a config becomes parts that know one another only by the interfaces of backup/. Nothing else
 * knows every part.
 */
export interface App extends AsyncDisposable {
  config: ReadyConfig
  db: CatalogDatabase
  clock: Clock
  source: DriveSource
  destinations: (Destination & AsyncDisposable)[]
}

export const realClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      // setTimeout takes at most 2^31 - 1 ms and fires at once beyond.
      const timer = setTimeout(end, Math.min(ms, 2 ** 31 - 1))
      signal.addEventListener('abort', end, { once: true })
    }),
}

/** Builds all parts; sends nothing yet. Throws when the catalog cannot be opened. */
export async function compose(config: ReadyConfig, clock: Clock = realClock): Promise<App> {
  const db = await openCatalog(config.catalogFile)
  const app = composeOn(db, config, clock)
  return {
    ...app,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]()
      await db.destroy()
    },
  }
}

/** The same on a catalog that is open already, and stays so. */
export function composeOn(db: CatalogDatabase, config: ReadyConfig, clock: Clock = realClock): App {
  const source = driveSource(config.sources[0])
  const destinations = config.destinations.map((one) => s3Destination(one, config, db, clock))
  return {
    config,
    db,
    clock,
    source,
    destinations,
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]()
      for (const destination of destinations) await destination[Symbol.asyncDispose]()
    },
  }
}

/** Reads a key file where there is one. Throws an Error that says what is wrong with it. */
export function driveSource({
  apiUrl,
  tokenUrl,
  auth,
}: Pick<ReadySource, 'apiUrl' | 'tokenUrl' | 'auth'>): DriveSource {
  return createDriveSource({ apiUrl, tokenUrl, credentials: credentialsOf(auth) })
}

/** By which the catalog knows the source that these credentials open. */
export function fingerprintOf({ apiUrl, auth }: Pick<ReadySource, 'apiUrl' | 'auth'>): string {
  return credentialsFingerprint(apiUrl, credentialsOf(auth))
}

function credentialsOf(auth: DriveAuthConfig): Credentials {
  if (auth.kind === 'refresh-token') {
    const { clientId, clientSecret, refreshToken } = auth
    return { clientId, clientSecret, refreshToken }
  }
  const { key, impersonate } = auth
  return 'file' in key ? { serviceAccountFile: key.file, impersonate } : { serviceAccountKey: key.text, impersonate }
}

export function s3Destination(
  one: DestinationConfig,
  { sync }: Pick<Config, 'sync'>,
  db: CatalogDatabase,
  { now }: Clock,
): Destination & AsyncDisposable {
  return createS3Destination({
    name: one.name,
    type: one.type,
    bucket: one.bucket,
    region: one.region,
    prefix: one.prefix,
    endpoint: one.endpoint,
    forcePathStyle: one.forcePathStyle,
    accessKeyId: one.credentials?.accessKeyId ?? null,
    secretAccessKey: one.credentials?.secretAccessKey ?? null,
    sessionToken: one.credentials?.sessionToken ?? null,
    storageClass: one.storageClass,
    uploads: uploadLog(db, now),
    maxMemoryBytes: sync.maxMemoryBytes,
    now,
  })
}

/** Another process already works on this catalog: two would do everything twice. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning'
}

/**
 * Makes this process the one that works on the catalog, until it is disposed of. Throws AlreadyRunning.
 */
export function takeCatalog({ catalogFile }: Config): Disposable {
  const lock = lockCatalog(catalogFile)
  if (lock === null)
    throw new AlreadyRunning(`another Drivekeep (a daemon, or a sync) works on ${catalogFile}. Let it end first.`)
  return lock
}

/**
 * Gives what the daemon and `sync` run on, to whoever has taken the catalog. What an earlier run had in hand when it died
 * is taken up again. Asks Google whose drive it is only when the credentials are new. May be repeated.
 * Throws DestinationMoved, or the Fault that stands in the way.
 */
export async function prepareWork(
  app: App,
  tell: (event: BackupEvent) => void,
  signal: AbortSignal,
): Promise<DaemonParts> {
  const { config, db, clock, source, destinations } = app
  for (const destination of destinations) await checkAddress(db, destination)
  const id = await registerSource(app, signal)
  const state = await sourceState(db, id)
  const unexplored = await explore(db, destinations, state.name, signal)
  if ((await recoverClaims(db)) > 0) await oweSweep(db)
  await applyRules(db, rulesFingerprint(config), clock.now())
  const sweep = uploadSweep(destinations, uploadBook(db), tell)
  const parts: Parts = {
    source,
    destinations,
    unexplored,
    catalog: createCatalog(db),
    rules: rulesOf(config),
    retry: config.sync.retry,
    outages: new Outages(config.sync.retry),
    batchSize: config.sync.batchSize,
    clock,
    random: Math.random,
    tell,
  }
  return {
    sources: [watched(app, id, parts, unexplored)],
    operator: operator(db, clock.now),
    schedule: { mode: config.sync.mode, intervalMs: config.sync.intervalMs, retryDelayMs: config.sync.retry.delayMs },
    clock,
    async tidy(signal) {
      await forgetOldLogs(db, clock.now())
      await sweep(signal)
    },
  }
}

function watched({ db, clock, source, destinations }: App, id: number, parts: Parts, unexplored: Set<string>): Watched {
  const storageCalls = () => destinations.reduce((sum, destination) => sum + destination.calls, 0)
  let before = { api: source.calls, storage: storageCalls() }
  return {
    id,
    parts,
    async ended(result, startedAt) {
      const now = { api: source.calls, storage: storageCalls() }
      await recordCycle(db, id, result, {
        startedAt,
        endedAt: clock.now(),
        apiCalls: now.api - before.api,
        storageCalls: now.storage - before.storage,
      })
      before = now
      if (unexplored.size === 0 || result.end !== 'done' || (await parts.catalog.nextDue(id, 'all')) !== null) return
      for (const name of unexplored) await explored(db, name)
      unexplored.clear()
    },
  }
}

async function registerSource({ config, db, clock, source, destinations }: App, signal: AbortSignal): Promise<number> {
  const key = { driveId: null, credentials: fingerprintOf(config.sources[0]) }
  const known = await findSource(db, key)
  if (known !== null) return known
  const who = await source.identify(signal)
  for (const { name } of destinations) await mayHoldStrangers(db, name)
  return saveSource(db, key, who, clock.now())
}

/** A destination's name stands for a place: the catalog's copies would be believed to be in the new bucket. */
export class DestinationMoved extends Error {
  override readonly name = 'DestinationMoved'
}

async function checkAddress(db: CatalogDatabase, destination: Destination): Promise<void> {
  const moved = await movedAway(db, destination)
  if (moved !== null) throw new DestinationMoved(moved)
  const { name, address } = destination
  if ((await setting(db, `destination.${name}`)) === address) return
  await forgetUploads(db, name)
  await mayHoldStrangers(db, name)
  await saveSetting(db, `destination.${name}`, address)
}

/** Why this destination cannot be where it now points to; null when it can. */
export async function movedAway(
  db: CatalogDatabase,
  { name, address }: Pick<Destination, 'name' | 'address'>,
): Promise<string | null> {
  const known = await setting(db, `destination.${name}`)
  // As long as nothing is stored there, a wrong bucket or endpoint may be corrected.
  if (known === null || known === address || !(await hasCopies(db, name))) return null
  return (
    `destinations.${name} now points to ${address}, but the copies in the catalog are in ${known}. ` +
    `Give the new place a name of its own under destinations (and set enabled: false for ${name} when it is no longer wanted), or restore the old address.`
  )
}

function rulesOf({ sources: [source], sync }: ReadyConfig): Rules {
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

/** Stands for all that `plan` decides by: when it changes, every file is looked at anew. */
function rulesFingerprint({ sources: [source], sync, destinations }: ReadyConfig): string {
  const names = destinations.map(({ name }) => name)
  const selection = source.folders && [source.folders.rest, source.folders.folders.map(({ id, mode }) => [id, mode])]
  return JSON.stringify([
    selection,
    source.excludePatterns,
    source.excludePaths,
    sync.maxFileSizeBytes,
    sync.checkRecentDays,
    names,
  ])
}
