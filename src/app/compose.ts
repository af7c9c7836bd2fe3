import type { Destination } from '../backup/model/destination.ts'
import type { Clock } from '../backup/model/parts.ts'
import { DestinationIds } from '../catalog/destination-ids.ts'
import { layoutOf } from '../catalog/destinations.ts'
import { lockCatalog } from '../catalog/lock.ts'
import { type CatalogDatabase, openCatalog } from '../catalog/open.ts'
import { uploadLog } from '../catalog/work/copies.ts'
import type { Config, DestinationConfig, DriveAuthConfig, ReadyConfig, ReadySource } from '../config/config.ts'
import { createS3Destination } from '../destinations/s3/destination.ts'
import type { Credentials } from '../drive/auth/auth.ts'
import { credentialsFingerprint } from '../drive/auth/credentials-fingerprint.ts'
import { createDriveSource, type DriveSource } from '../drive/source.ts'

/**
 * The composition root: a config becomes parts that know one another only by the interfaces of backup/. Nothing else
 * knows every part.
 */
export interface App extends AsyncDisposable {
  config: ReadyConfig
  db: CatalogDatabase
  clock: Clock
  /** By their names in the configuration. */
  drives: ReadonlyMap<string, DriveSource>
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
  const app = await composeOn(db, config, clock)
  return {
    ...app,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]()
      await db[Symbol.asyncDispose]()
    },
  }
}

/** The same on a catalog that is open already, and stays so. */
export async function composeOn(db: CatalogDatabase, config: ReadyConfig, clock: Clock = realClock): Promise<App> {
  const drives = new Map(config.sources.map((source) => [source.name, driveSource(source)]))
  const destinations = await Promise.all(config.destinations.map((one) => openDestination(one, config, db, clock)))
  return {
    config,
    db,
    clock,
    drives,
    destinations,
    async [Symbol.asyncDispose]() {
      for (const drive of drives.values()) await drive[Symbol.asyncDispose]()
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

/** A destination of the configuration; sends nothing yet. */
export async function openDestination(
  one: DestinationConfig,
  { sync }: Pick<Config, 'sync'>,
  db: CatalogDatabase,
  { now }: Clock,
): Promise<Destination & AsyncDisposable> {
  const known = await layoutOf(db, one.name)
  const formerLayout = known === null || known.layout !== one.layout ? (known?.layout ?? null) : known.former_layout
  const { name, prefix, layout } = one
  const uploads = uploadLog(db, now, new DestinationIds(db))
  if (one.type === 'folder') {
    // Loaded where it is used: a start without a folder is the usual one, and counts in milliseconds.
    const { createFolderDestination } = await import('../destinations/folder/destination.ts')
    const marker = known?.marker ?? null
    return createFolderDestination({ name, path: one.path, prefix, layout, formerLayout, marker, uploads, now })
  }
  return createS3Destination({
    ...{ name, prefix, layout, formerLayout },
    type: one.type,
    bucket: one.bucket,
    region: one.region,
    endpoint: one.endpoint,
    forcePathStyle: one.forcePathStyle,
    accessKeyId: one.credentials?.accessKeyId ?? null,
    secretAccessKey: one.credentials?.secretAccessKey ?? null,
    sessionToken: one.credentials?.sessionToken ?? null,
    storageClass: one.storageClass,
    uploads,
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
