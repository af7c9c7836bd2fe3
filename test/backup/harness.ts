import { copyFile, mkdir, mkdtemp, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DriveEmulator, type DriveOptions, startDrive } from '../../emulator/drive/index.ts'
import { type S3Options, type S3Server, startS3 } from '../../emulator/s3/index.ts'
import { type OnceParts, runOnce } from '../../src/backup/daemon/once.ts'
import type { Destination, LayoutName, UploadLog } from '../../src/backup/model/destination.ts'
import type { BackupEvent, Clock, Control, CycleResult, Parts, WatchedSource } from '../../src/backup/model/parts.ts'
import { Endpoints } from '../../src/backup/outage/endpoints.ts'
import { excluder } from '../../src/backup/plan/exclude.ts'
import type { Rules } from '../../src/backup/plan/plan.ts'
import { createCatalog } from '../../src/catalog/catalog.ts'
import { DestinationIds } from '../../src/catalog/destination-ids.ts'
import { askToConvert, layoutOf, recordBootEnded, registerDestinations } from '../../src/catalog/destinations.ts'
import { type MassChangeLimits, saveMassChangeLimits } from '../../src/catalog/items/mass-change.ts'
import { type CatalogDatabase, openCatalog } from '../../src/catalog/open.ts'
import { standing } from '../../src/catalog/read/standing.ts'
import { findSource, knownSources, recordCycle, saveSource } from '../../src/catalog/sources.ts'
import { clampDue, recoverClaims } from '../../src/catalog/work/claim.ts'
import { uploadLog } from '../../src/catalog/work/copies.ts'
import { knownOutages } from '../../src/catalog/work/outages.ts'
import { createFolderDestination } from '../../src/destinations/folder/destination.ts'
import { createS3Destination, type S3Options as DestinationOptions } from '../../src/destinations/s3/destination.ts'
import { createDriveSource, type DriveSource, type DriveOptions as SourceOptions } from '../../src/drive/source.ts'
import { type Inventory, takeInventory } from '../../src/verify/inventory.ts'

/** A clock that only moves when told, or when somebody sleeps. It starts at the present, since signatures carry the time. */
export class TestClock implements Clock {
  time = Date.now()
  now(): number {
    return this.time
  }
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (!signal.aborted) this.time += ms
    // Lets sockets have their turn: a loop that sleeps must not starve what it waits for.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

export interface Setup {
  drive?: DriveOptions
  s3?: S3Options & { versioning?: boolean }
  rules?: Partial<Rules>
  multipartThreshold?: number
  retryAttempts?: number
  /** In place of the usual parts' options: patience, addresses, clocks. */
  source?: Partial<SourceOptions>
  destination?: Partial<DestinationOptions>
  /** Default: no change is a mass change. */
  massChange?: MassChangeLimits
  /** A second destination, at a server of its own. */
  second?: boolean
  /** And a third. */
  third?: boolean
  /** And one in a folder of this machine, called `disk`. */
  disk?: boolean
  /** Default `mirror`, each. */
  layouts?: Readonly<Record<string, LayoutName>>
  /** A source for each of these accounts, the first being the one that owns the data set. Default: one. */
  users?: readonly string[]
  reconcileEveryMs?: number
  /** The same, where it depends on the servers: a way to them that can be cut. */
  wire?: (servers: { drive: DriveEmulator; s3: S3Server }) => Promise<Pick<Setup, 'source' | 'destination'>>
}

export const RUNNING: Control = { drain: new AbortController().signal, abort: new AbortController().signal }
export const BUCKET = 'backup'
/** Without the index of the log, which is made again. */
const CATALOG_FILES = ['sync_state.db', 'sync_state.db-wal'] as const
/** A folder that holds the files of a catalog. */
export type SavedCatalog = string

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

const refreshTokenOf = (email: string) => `1//0 ${email}`

/** A refresh token for another account of the emulator. */
function signIn(drive: DriveEmulator, user: string): void {
  const clientId = drive.credentials.clientId
  const scopes = new Set(['https://www.googleapis.com/auth/drive'])
  drive.tokens.issueRefresh({ user, clientId, scopes }, refreshTokenOf(user))
}

/** The product without its command line: real servers, a real catalog, one source, and one destination or two. */
export class Backup implements AsyncDisposable {
  readonly drive: DriveEmulator
  readonly s3: S3Server
  /** Where the second destination is, if there is one. */
  readonly secondS3: S3Server | null
  readonly thirdS3: S3Server | null
  readonly clock: TestClock = new TestClock()
  readonly events: BackupEvent[] = []
  readonly #folder: string
  #setup: Setup
  db!: CatalogDatabase
  source!: DriveSource
  /** All of them; the first is `source`. */
  #drives: DriveSource[] = []
  /** The numbers of all sources; the first is `id`. */
  ids: number[] = []
  destination!: Destination & AsyncDisposable
  #destinations: (Destination & AsyncDisposable)[] = []
  parts!: Parts
  endpoints!: Endpoints
  id!: number
  #boots = 0

  private constructor(
    drive: DriveEmulator,
    s3: { first: S3Server; second: S3Server | null; third: S3Server | null },
    folder: string,
    setup: Setup,
  ) {
    this.drive = drive
    this.s3 = s3.first
    this.secondS3 = s3.second
    this.thirdS3 = s3.third
    this.#folder = folder
    this.#setup = setup
  }

  static async start(setup: Setup = {}): Promise<Backup> {
    const drive = await startDrive({ ...(setup.users === undefined ? {} : { users: setup.users }), ...setup.drive })
    for (const email of (setup.users ?? []).slice(1)) signIn(drive, email)
    const s3 = await startS3({ buckets: [BUCKET], ...setup.s3 })
    const second = setup.second ? await startS3({ buckets: [BUCKET] }) : null
    const third = setup.third ? await startS3({ buckets: [BUCKET] }) : null
    const wired = await setup.wire?.({ drive, s3 })
    const folder = await mkdtemp(join(tmpdir(), 'drivekeep-test-'))
    const backup = new Backup(drive, { first: s3, second, third }, folder, { ...setup, ...wired })
    await backup.open()
    return backup
  }

  /** As a new process would: the catalog is opened, and what was in hand is taken up. */
  async open(): Promise<void> {
    const { drive, s3, clock, events } = this
    const {
      users = [drive.store.primary.email],
      reconcileEveryMs = null,
      rules,
      multipartThreshold,
      retryAttempts,
      source,
      destination,
    } = this.#setup
    this.db = await openCatalog(join(this.#folder, 'sync_state.db'))
    this.#drives = users.map((email, i) =>
      createDriveSource({
        apiUrl: drive.url,
        tokenUrl: `${drive.url}/token`,
        credentials: i === 0 ? { ...drive.credentials } : { ...drive.credentials, refreshToken: refreshTokenOf(email) },
        retryBaseMs: 1,
        ...source,
      }),
    )
    const [first] = this.#drives
    if (first === undefined) throw new Error('there is no source')
    this.source = first
    const layouts = new Map<string, Awaited<ReturnType<typeof layoutOf>>>()
    for (const name of ['aws_s3', 'second', 'third', 'disk']) layouts.set(name, await layoutOf(this.db, name))
    const layoutFor = (name: string) => {
      const [layout, known] = [this.#setup.layouts?.[name] ?? 'mirror', layouts.get(name) ?? null]
      return {
        layout,
        formerLayout: known !== null && known.layout !== layout ? known.layout : (known?.former_layout ?? null),
      }
    }
    const uploads = uploadLog(this.db, () => clock.now(), new DestinationIds(this.db))
    const destinationAt = (name: string, server: S3Server) =>
      createS3Destination({
        ...layoutFor(name),
        name,
        bucket: BUCKET,
        region: 'us-east-1',
        prefix: 'home',
        endpoint: server.url,
        forcePathStyle: true,
        ...server.credentials,
        storageClass: null,
        uploads,
        ...(multipartThreshold === undefined ? {} : { multipartThreshold }),
        ...destination,
      })
    this.destination = destinationAt('aws_s3', s3)
    const others = [['second', this.secondS3], ['third', this.thirdS3]] as const // biome-ignore format: a table
    this.#destinations = [
      this.destination,
      ...others.flatMap(([name, server]) => (server === null ? [] : [destinationAt(name, server)])),
      ...(this.#setup.disk ? [await this.#openDisk(layoutFor('disk'), uploads)] : []),
    ]
    const sources = new Map<number, WatchedSource>()
    const ruled = {
      selection: null,
      excludes: excluder([], []),
      maxFileSizeBytes: 50 * 1024 ** 3,
      recentMs: 0,
      ...rules,
    }
    this.ids = []
    for (const [i, one] of this.#drives.entries()) {
      const key = { configName: i === 0 ? 'google_drive' : `drive_${i + 1}`, driveId: null, credentials: `test ${i}` }
      const known = await findSource(this.db, key)
      const id =
        known ?? (await saveSource(this.db, key, await one.identify(new AbortController().signal), clock.now()))
      const row = (await knownSources(this.db)).find((source) => source.id === id)
      sources.set(id, { id, name: row?.name ?? '', drive: one, rules: ruled, reconcileEveryMs })
      this.ids.push(id)
    }
    this.id = this.ids[0] ?? 0
    await registerDestinations(this.db, this.#destinations)
    await recoverClaims(this.db)
    await saveMassChangeLimits(this.db, this.#setup.massChange ?? { share: 1, items: 1_000_000 })
    await clampDue(this.db, clock.now())
    this.#boots += 1
    const boot = `boot ${this.#boots}`
    this.parts = {
      sources,
      destinations: this.#destinations,
      catalog: createCatalog(this.db, boot),
      retry: { attempts: retryAttempts ?? 5, delayMs: 30_000 },
      batchSize: 100,
      boot,
      clock,
      random: () => 0.5,
      tell: (event) => events.push(event),
    }
    const outages = await knownOutages(this.db)
    this.endpoints = new Endpoints(this.parts, outages)
  }

  async #openDisk(
    layout: { layout: LayoutName; formerLayout: LayoutName | null },
    uploads: UploadLog,
  ): Promise<Destination & AsyncDisposable> {
    const path = join(this.#folder, 'disk')
    await mkdir(path, { recursive: true })
    const row = await this.db.selectFrom('destinations').select('marker').where('name', '=', 'disk').executeTakeFirst()
    const marker = row?.marker ?? null
    return createFolderDestination({
      name: 'disk',
      path,
      prefix: 'home',
      ...layout,
      marker,
      uploads,
      threshold: 1000,
      partSize: 400,
    })
  }

  get hasDisk(): boolean {
    return this.#setup.disk === true
  }

  destinationOf(name: string): Destination {
    const found = this.#destinations.find((one) => one.name === name)
    if (found === undefined) throw new Error(`there is no destination ${name}`)
    return found
  }

  /** As `drivekeep destination convert` and a start after it. */
  async convert(name: string, to: LayoutName, how: 'killed' | 'in-order' = 'in-order'): Promise<void> {
    await askToConvert(this.db, name, to)
    this.#setup = { ...this.#setup, layouts: { ...this.#setup.layouts, [name]: to } }
    await this.close(how)
    await this.open()
  }

  /** Ends in order and starts again, with other settings where they are given. */
  async restart(setup: Pick<Setup, 'destination' | 'source' | 'rules'> = {}): Promise<void> {
    await this.close()
    this.#setup = { ...this.#setup, ...setup }
    await this.open()
  }

  /** What delivers with other parts than those at the start. */
  use(parts: Partial<Parts>): void {
    this.parts = { ...this.parts, ...parts }
    this.endpoints = new Endpoints(this.parts)
  }

  /** Rules of the source from now on. */
  setRules(rules: Partial<Rules>): void {
    const source = this.parts.sources.get(this.id)
    if (source === undefined) throw new Error('there is no source')
    this.use({ sources: new Map([[this.id, { ...source, rules: { ...source.rules, ...rules } }]]) })
  }

  /** As a process ends: in order, or (`killed`) without a word, which leaves the log of the catalog as it is. */
  async close(how: 'in-order' | 'killed' = 'in-order'): Promise<void> {
    const left = how === 'killed' ? await this.saveCatalog() : null
    if (how === 'in-order') await recordBootEnded(this.db, this.parts.boot)
    for (const drive of this.#drives) await drive[Symbol.asyncDispose]()
    for (const destination of this.#destinations) await destination[Symbol.asyncDispose]()
    await this.db.destroy()
    if (left !== null) await this.#replaceCatalog(left)
  }

  /** A copy of the catalog's files as they are at this moment, for `startWith`. */
  async saveCatalog(): Promise<SavedCatalog> {
    const folder = await mkdtemp(join(this.#folder, 'saved-'))
    for (const name of CATALOG_FILES) await copyFile(join(this.#folder, name), join(folder, name)).catch(ignoreMissing)
    return folder
  }

  /** The process is killed and starts again with another catalog: one that was saved, or (null) a new one. */
  async startWith(saved: SavedCatalog | null): Promise<void> {
    await this.close('killed')
    await this.#replaceCatalog(saved)
    await this.open()
  }

  /** How much of the catalog's log would survive if the power failed at this moment, at the least. */
  async logSize(): Promise<number> {
    return (await stat(join(this.#folder, 'sync_state.db-wal'))).size
  }

  /** The power fails: of the catalog's log only the beginning was written to the disk. */
  async powerCut(logSize: number): Promise<void> {
    await this.close('killed')
    await truncate(join(this.#folder, 'sync_state.db-wal'), logSize)
    await this.open()
  }

  async #replaceCatalog(saved: SavedCatalog | null): Promise<void> {
    for (const name of [...CATALOG_FILES, 'sync_state.db-shm']) await rm(join(this.#folder, name), { force: true })
    if (saved === null) return
    for (const name of CATALOG_FILES) await copyFile(join(saved, name), join(this.#folder, name)).catch(ignoreMissing)
  }

  /** Compares each destination with the catalog, as the daemon does once a day. */
  async inventory(): Promise<Inventory[]> {
    this.clock.time += 1000
    const catalog = createCatalog(this.db, this.parts.boot)
    const sources = (await this.db.selectFrom('sources').select('name').execute()).map(({ name }) => name)
    const results: Inventory[] = []
    for (const destination of this.#destinations)
      results.push(await takeInventory(destination, sources, { catalog, clock: this.clock }, RUNNING.abort))
    return results
  }

  get once(): OnceParts {
    return {
      parts: this.parts,
      endpoints: this.endpoints,
      cycleEnded: (id, result, { startedAt }) => {
        const record = { kind: 'check' as const, startedAt, endedAt: this.clock.now(), apiCalls: 0, storageCalls: 0 }
        return recordCycle(this.db, id, result, record)
      },
    }
  }

  async cycle(control: Control = RUNNING): Promise<CycleResult> {
    this.clock.time += 1000
    return runOnce(this.once, control)
  }

  /** Calls `then` once, when so many files have been looked after. */
  afterFiles(count: number, then: () => void): void {
    let done = 0
    this.parts.tell = (event) => {
      if (event.type !== 'file-done') return
      done += 1
      if (done === count) then()
    }
  }

  async standing() {
    const { files, oldestUnprotected } = await standing(this.db, Date.now())
    return { ...files, filesTotal: files.total, oldestUnprotected }
  }

  /** What the bucket holds: key (without prefix and account) → text. History is skipped unless asked for. */
  async contents(
    which: 'mirror' | 'all' = 'mirror',
    s3 = this.s3,
    email = 'owner@example.com',
  ): Promise<Record<string, string>> {
    const contents: Record<string, string> = {}
    for (const { key } of await s3.objects(BUCKET)) {
      const path = key.replace(`home/${email}/`, '')
      if (/(^|\/)(\.drivekeep\/destination|drivekeep)\.json$/.test(key)) continue // the marker of the destination
      if (which === 'mirror' && path.startsWith('home/.drivekeep/')) continue
      contents[path] = (await s3.body(BUCKET, key)).toString()
    }
    return contents
  }

  async row(id: string) {
    return this.db.selectFrom('files').selectAll().where('file_id', '=', id).executeTakeFirstOrThrow()
  }

  /** How many objects were sent to storage, but for the marker of the destination. */
  puts(s3 = this.s3): number {
    const sent = s3.requests.recent().filter(({ operation }) => operation === 'PutObject')
    return sent.filter(({ key }) => key !== 'home/.drivekeep/destination.json').length
  }

  resetCounts(): void {
    this.drive.requests.reset()
    this.s3.requests.reset()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
    await this.drive[Symbol.asyncDispose]()
    await this.s3[Symbol.asyncDispose]()
    await this.secondS3?.[Symbol.asyncDispose]()
    await this.thirdS3?.[Symbol.asyncDispose]()
    await rm(this.#folder, { recursive: true })
  }
}
