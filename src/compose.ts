import { createHash } from 'node:crypto'
import type { DaemonParts, Watched } from './backup/daemon.ts'
import type { Destination } from './backup/destination.ts'
import { excluder } from './backup/exclude.ts'
import type { BackupEvent, Clock, Parts } from './backup/parts.ts'
import type { Rules } from './backup/plan.ts'
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
import type { Config } from './config/config.ts'
import { createS3Destination } from './destinations/s3/destination.ts'
import { createDriveSource, type DriveSource } from './drive/source.ts'

/**
 * The composition root: a config becomes parts that know one another only by the interfaces of backup/. Nothing else
 * knows every part.
 */
export interface App extends AsyncDisposable {
  config: Config
  db: CatalogDatabase
  clock: Clock
  source: DriveSource
  destinations: Destination[]
}

const realClock: Clock = {
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
export async function compose(config: Config, clock: Clock = realClock): Promise<App> {
  const db = await openCatalog(config.catalogFile)
  const source = driveSource(config.source)
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
      await db.destroy()
    },
  }
}

function driveSource({ apiUrl, tokenUrl, auth }: Config['source']): DriveSource {
  return createDriveSource({
    apiUrl,
    tokenUrl,
    credentials:
      auth.kind === 'refresh-token'
        ? { clientId: auth.clientId, clientSecret: auth.clientSecret, refreshToken: auth.refreshToken }
        : { serviceAccountFile: auth.keyFile, impersonate: auth.impersonate },
  })
}

function s3Destination(one: Config['destinations'][number], { sync }: Config, db: CatalogDatabase, { now }: Clock) {
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
  if ((await recoverClaims(db)) > 0) await oweSweep(db)
  await applyRules(db, rulesFingerprint(config), clock.now())
  const sweep = uploadSweep(destinations, uploadBook(db), tell)
  const parts: Parts = {
    source,
    destinations,
    catalog: createCatalog(db),
    rules: rulesOf(config),
    retry: config.sync.retry,
    batchSize: config.sync.batchSize,
    clock,
    random: Math.random,
    tell,
  }
  return {
    sources: [watched(app, id, parts)],
    operator: operator(db, clock.now),
    schedule: { mode: config.sync.mode, intervalMs: config.sync.intervalMs, retryDelayMs: config.sync.retry.delayMs },
    clock,
    async tidy(signal) {
      await forgetOldLogs(db, clock.now())
      await sweep(signal)
    },
  }
}

function watched({ db, clock, source, destinations }: App, id: number, parts: Parts): Watched {
  const storageCalls = () => destinations.reduce((sum, destination) => sum + destination.calls, 0)
  let before = { api: source.calls, storage: storageCalls() }
  return {
    id,
    parts,
    state: () => sourceState(db, id),
    async ended(result, startedAt) {
      const now = { api: source.calls, storage: storageCalls() }
      await recordCycle(db, id, result, {
        startedAt,
        endedAt: clock.now(),
        apiCalls: now.api - before.api,
        storageCalls: now.storage - before.storage,
      })
      before = now
    },
  }
}

async function registerSource({ config, db, clock, source }: App, signal: AbortSignal): Promise<number> {
  const { auth } = config.source
  const secret = auth.kind === 'refresh-token' ? [auth.clientId, auth.refreshToken] : [auth.keyFile, auth.impersonate]
  // A hash, so that the catalog does not reveal the token.
  const credentials = createHash('sha256')
    .update(JSON.stringify([config.source.apiUrl, ...secret]))
    .digest('hex')
  const key = { driveId: null, credentials }
  return (await findSource(db, key)) ?? (await saveSource(db, key, await source.identify(signal), clock.now()))
}

/** A destination's name stands for a place: the catalog's copies would be believed to be in the new bucket. */
class DestinationMoved extends Error {
  override readonly name = 'DestinationMoved'
}

async function checkAddress(db: CatalogDatabase, { name, address }: Destination): Promise<void> {
  const known = await setting(db, `destination.${name}`)
  if (known === address) return
  // As long as nothing is stored there, a wrong bucket or endpoint may be corrected.
  if (known !== null && (await hasCopies(db, name)))
    throw new DestinationMoved(
      `destinations.${name} now points to ${address}, but the copies in the catalog are in ${known}. ` +
        `Give the new place a name of its own under destinations (and set enabled: false for ${name} when it is no longer wanted), or restore the old address.`,
    )
  await forgetUploads(db, name)
  await saveSetting(db, `destination.${name}`, address)
}

function rulesOf({ source, sync }: Config): Rules {
  return {
    excludes: excluder(source.excludePatterns, source.excludePaths),
    maxFileSizeBytes: sync.maxFileSizeBytes,
    recentMs: sync.checkRecentDays * 24 * 60 * 60 * 1000,
  }
}

/** Stands for all that `plan` decides by: when it changes, every file is looked at anew. */
function rulesFingerprint({ source, sync, destinations }: Config): string {
  const names = destinations.map(({ name }) => name)
  return JSON.stringify([
    source.excludePatterns,
    source.excludePaths,
    sync.maxFileSizeBytes,
    sync.checkRecentDays,
    names,
  ])
}
