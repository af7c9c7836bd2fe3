import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DriveEmulator, type DriveOptions, startDrive } from '../../emulator/drive/index.ts'
import { type S3Options, type S3Server, startS3 } from '../../emulator/s3/index.ts'
import { cycle } from '../../src/backup/cycle.ts'
import type { Destination } from '../../src/backup/destination.ts'
import { excluder } from '../../src/backup/exclude.ts'
import { Outages } from '../../src/backup/outages.ts'
import type { BackupEvent, Clock, Control, CycleResult, Parts } from '../../src/backup/parts.ts'
import type { Rules } from '../../src/backup/plan.ts'
import { createCatalog } from '../../src/catalog/catalog.ts'
import { recoverClaims } from '../../src/catalog/claims.ts'
import { uploadLog } from '../../src/catalog/copies.ts'
import { type CatalogDatabase, openCatalog } from '../../src/catalog/open.ts'
import { standing } from '../../src/catalog/report.ts'
import { saveSource } from '../../src/catalog/sources.ts'
import { createS3Destination, type S3Options as DestinationOptions } from '../../src/destinations/s3/destination.ts'
import { createDriveSource, type DriveSource, type DriveOptions as SourceOptions } from '../../src/drive/source.ts'

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
  /** A second destination, at a server of its own. */
  second?: boolean
  /** The same, where it depends on the servers: a way to them that can be cut. */
  wire?: (servers: { drive: DriveEmulator; s3: S3Server }) => Promise<Pick<Setup, 'source' | 'destination'>>
}

export const RUNNING: Control = { drain: new AbortController().signal, abort: new AbortController().signal }
const BUCKET = 'backup'

/** The product without its command line: real servers, a real catalog, one source, and one destination or two. */
export class Backup implements AsyncDisposable {
  readonly drive: DriveEmulator
  readonly s3: S3Server
  /** Where the second destination is, if there is one. */
  readonly secondS3: S3Server | null
  readonly clock = new TestClock()
  readonly events: BackupEvent[] = []
  readonly #folder: string
  readonly #setup: Setup
  db!: CatalogDatabase
  source!: DriveSource
  destination!: Destination & AsyncDisposable
  #destinations: (Destination & AsyncDisposable)[] = []
  parts!: Parts
  id!: number

  private constructor(
    drive: DriveEmulator,
    s3: { first: S3Server; second: S3Server | null },
    folder: string,
    setup: Setup,
  ) {
    this.drive = drive
    this.s3 = s3.first
    this.secondS3 = s3.second
    this.#folder = folder
    this.#setup = setup
  }

  static async start(setup: Setup = {}): Promise<Backup> {
    const drive = await startDrive(setup.drive ?? {})
    const s3 = await startS3({ buckets: [BUCKET], ...setup.s3 })
    const second = setup.second ? await startS3({ buckets: [BUCKET] }) : null
    const wired = await setup.wire?.({ drive, s3 })
    const folder = await mkdtemp(join(tmpdir(), 'drivekeep-test-'))
    const backup = new Backup(drive, { first: s3, second }, folder, { ...setup, ...wired })
    await backup.open()
    return backup
  }

  /** As a new process would: the catalog is opened, and what was in hand is taken up. */
  async open(): Promise<void> {
    const { drive, s3, clock, events } = this
    const { rules, multipartThreshold, retryAttempts, source, destination } = this.#setup
    this.db = await openCatalog(join(this.#folder, 'sync_state.db'))
    this.source = createDriveSource({
      apiUrl: drive.url,
      tokenUrl: `${drive.url}/token`,
      credentials: { ...drive.credentials },
      retryBaseMs: 1,
      ...source,
    })
    const destinationAt = (name: string, server: S3Server) =>
      createS3Destination({
        name,
        bucket: BUCKET,
        region: 'us-east-1',
        prefix: 'home',
        endpoint: server.url,
        forcePathStyle: true,
        ...server.credentials,
        storageClass: null,
        uploads: uploadLog(this.db, () => clock.now()),
        ...(multipartThreshold === undefined ? {} : { multipartThreshold }),
        ...destination,
      })
    this.destination = destinationAt('aws_s3', s3)
    this.#destinations = [this.destination, ...(this.secondS3 === null ? [] : [destinationAt('second', this.secondS3)])]
    const retry = { attempts: retryAttempts ?? 5, delayMs: 30_000 }
    this.parts = {
      source: this.source,
      destinations: this.#destinations,
      unexplored: new Set(),
      catalog: createCatalog(this.db),
      rules: { selection: null, excludes: excluder([], []), maxFileSizeBytes: 50 * 1024 ** 3, recentMs: 0, ...rules },
      retry,
      outages: new Outages(retry),
      batchSize: 100,
      clock,
      random: () => 0.5,
      tell: (event) => events.push(event),
    }
    const who = await this.source.identify(new AbortController().signal)
    this.id = await saveSource(this.db, { driveId: null, credentials: 'test' }, who, clock.now())
    await recoverClaims(this.db)
  }

  async close(): Promise<void> {
    await this.source[Symbol.asyncDispose]()
    for (const destination of this.#destinations) await destination[Symbol.asyncDispose]()
    await this.db.destroy()
  }

  async cycle(control: Control = RUNNING): Promise<CycleResult> {
    this.clock.time += 1000
    return cycle(this.parts, this.id, control)
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

  standing() {
    return standing(this.db)
  }

  /** What the bucket holds: key (without prefix and account) → text. History is left out unless asked for. */
  async contents(which: 'mirror' | 'all' = 'mirror', s3 = this.s3): Promise<Record<string, string>> {
    const contents: Record<string, string> = {}
    for (const { key } of await s3.objects(BUCKET)) {
      const path = key.replace('home/owner@example.com/', '')
      if (which === 'mirror' && path.startsWith('home/.drivekeep/')) continue
      contents[path] = (await s3.body(BUCKET, key)).toString()
    }
    return contents
  }

  async row(id: string) {
    return this.db.selectFrom('files').selectAll().where('file_id', '=', id).executeTakeFirstOrThrow()
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
    await rm(this.#folder, { recursive: true })
  }
}
