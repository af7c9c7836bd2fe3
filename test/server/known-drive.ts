import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  Catalog,
  Delivery,
  DeliveryEnd,
  DueFile,
  NewCopy,
  Outcome,
  Settlement,
} from '../../src/backup/model/catalog.ts'
import { Fault, type FaultCode, type SkipReason } from '../../src/backup/model/faults.ts'
import type { Item } from '../../src/backup/model/item.ts'
import { createCatalog } from '../../src/catalog/catalog.ts'
import { registerDestinations } from '../../src/catalog/destinations.ts'
import { type CatalogDatabase, openCatalog } from '../../src/catalog/open.ts'
import { saveSource } from '../../src/catalog/sources.ts'

/** What becomes of a file. */
export type End =
  | { status: 'stored'; at?: string[] }
  | { status: 'skipped'; reason: SkipReason }
  | {
      status: 'failed' | 'pending'
      fault: FaultCode
      /** What the other side said. */
      detail?: string
      nextAttempt?: number | null
      attempts?: number
      /** Where storing met it, and the others got the file; of a fault of reading it says nothing. */
      at?: string
    }

const DAY = 24 * 60 * 60 * 1000

/** A catalog that knows a drive, written by the backup's own side of it. Nothing is in Drive or stored anywhere. */
export class KnownDrive implements AsyncDisposable {
  readonly db: CatalogDatabase
  readonly #clock: { now(): number }
  readonly #folder: string | null
  source = 0
  #version = 1
  readonly #destinations = new Map<string, string>()
  readonly #catalog: Catalog

  private constructor(db: CatalogDatabase, clock: { now(): number }, folder: string | null) {
    this.db = db
    this.#clock = clock
    this.#folder = folder
    this.#catalog = createCatalog(db, 'boot')
  }

  /** In a catalog of its own, on a day in November 2026. */
  static async open(clock = { now: () => Date.parse('2026-11-22T10:00:00Z') }): Promise<KnownDrive> {
    const folder = await mkdtemp(join(tmpdir(), 'drivekeep-test-'))
    return KnownDrive.#of(new KnownDrive(await openCatalog(join(folder, 'sync_state.db')), clock, folder))
  }

  /** In a catalog that is there. */
  static in({ db, clock }: { db: CatalogDatabase; clock: { now(): number } }): Promise<KnownDrive> {
    return KnownDrive.#of(new KnownDrive(db, clock, null))
  }

  static async #of(drive: KnownDrive): Promise<KnownDrive> {
    await drive.addDestination('aws_s3')
    drive.source = await drive.addSource('owner@example.com')
    return drive
  }

  get now(): number {
    return this.#clock.now()
  }

  addSource(email: string, configName = email): Promise<number> {
    const who = { permissionId: `of ${email}`, email, rootId: `root of ${email}` }
    return saveSource(this.db, { configName, driveId: null, credentials: email }, who, this.now)
  }

  /** Copies go to this destination too; what is known already is due there. */
  async addDestination(name: string, address = `s3://${name} at https://storage.example`): Promise<void> {
    this.#destinations.set(name, address)
    await registerDestinations(
      this.db,
      [...this.#destinations].map(([name, address]) => ({ name, address })),
    )
    const catalog = this.#catalog
    while (await catalog.fill(this.now));
  }

  /** Copies go there no more. */
  async removeDestination(name: string): Promise<void> {
    this.#destinations.delete(name)
    await registerDestinations(
      this.db,
      [...this.#destinations].map(([name, address]) => ({ name, address })),
    )
  }

  /** Drive shows these files, by their paths, for the first time or changed; folders are made on the way. Ids are the paths. */
  async see(files: Record<string, Partial<Item> & { size?: number }>): Promise<void> {
    const root = 'root of owner@example.com'
    const items: Item[] = []
    for (const [path, { size = 10, ...more }] of Object.entries(files)) {
      const names = path.split('/')
      for (let depth = 1; depth <= names.length; depth++) {
        const id = names.slice(0, depth).join('/')
        const folder = depth < names.length
        items.push({
          id,
          name: names[depth - 1] ?? '',
          parentId: depth === 1 ? root : names.slice(0, depth - 1).join('/'),
          mimeType: folder ? 'application/vnd.google-apps.folder' : 'text/plain',
          createdTime: this.now - DAY,
          modifiedTime: this.now - DAY,
          version: this.#version++,
          trashed: false,
          explicitlyTrashed: false,
          ownedByMe: true,
          driveId: null,
          canDownload: true,
          content: folder
            ? { kind: 'folder' }
            : { kind: 'blob', size, md5: null, sha256: null, headRevisionId: `r${this.#version}` },
          unreadable: null,
          ...(folder ? {} : more),
        })
      }
    }
    const changes = items.map((item) => ({ type: 'seen' as const, item }))
    await this.#catalog.recordChanges(this.source, changes, null, this.now)
  }

  async remove(...ids: string[]): Promise<void> {
    const changes = ids.map((id) => ({ type: 'removed' as const, id }))
    await this.#catalog.recordChanges(this.source, changes, null, this.now)
  }

  /** Carries out what is due: `ends` by path, and all else is stored. */
  async settle(ends: Record<string, End> = {}): Promise<void> {
    for (const end of Object.values(ends))
      for (const name of namedBy(end)) if (!this.#destinations.has(name)) await this.addDestination(name)
    const catalog = this.#catalog
    const [sources, destinations] = [[{ id: this.source, selection: null }], [...this.#destinations.keys()]]
    const ask = { limit: 1000, oldest: false, priority: 3, sources, destinations }
    for (;;) {
      const files = await catalog.claim(ask, this.now)
      if (files.length === 0) return
      files.sort((a, b) => a.row - b.row) // the log's lines are then in the order in which the files were seen
      const outcomes: Outcome[] = []
      const settlements: Settlement[] = []
      for (const file of files) {
        const mine = await this.#settlements(file, ends[file.path] ?? { status: 'stored' })
        settlements.push(...mine)
        outcomes.push(outcomeOf(file, mine))
      }
      await catalog.settle(settlements, outcomes, this.now)
    }
  }

  async #settlements(file: DueFile, end: End): Promise<Settlement[]> {
    const settlements: Settlement[] = []
    for (const delivery of file.deliveries) {
      const became = this.#endAt(delivery, end)
      const keys = [`home/${file.storedPath}`]
      const copy = became.status === 'settled' && isStored(end, delivery) && !file.gone ? copyOf(file, delivery) : null
      if (copy !== null) {
        await this.#catalog.reserve([{ ...delivery, keys, revision: file.revision }])
        await this.#retire(file, delivery.destination)
      }
      settlements.push({ file, delivery, keys: copy === null ? [] : keys, left: [], copy, end: became })
    }
    return settlements
  }

  #endAt(delivery: Delivery, end: End): DeliveryEnd {
    if (end.status === 'stored') return { status: 'settled' }
    if (end.status === 'skipped') return end
    if (end.at !== undefined && end.at !== delivery.destination) return { status: 'settled' }
    const { status, nextAttempt = this.now + DAY, attempts = delivery.attempts + 1 } = end
    const fault = new Fault(end.fault, 'x', { detail: end.detail ?? null })
    const by = fault.kind.scope === 'destination' || end.fault.startsWith('storage/') ? 'storing' : 'reading'
    return { status, by, fault, attempts, dueAt: nextAttempt }
  }

  /** What is stored of an older revision makes room, as the backup itself does it. */
  async #retire(file: DueFile, destination: string): Promise<void> {
    for (const copy of file.copies.filter((one) => one.place === 'mirror' && one.destination === destination)) {
      const key = `home/.drivekeep/versions/${copy.id}`
      await this.#catalog.recordMoved(copy, { key, versionId: null, etag: null, place: 'history' })
    }
  }

  /** This destination or source does not work since then. */
  async outage(
    at: { destination: string } | { source: number },
    fault: Fault | null,
    { since = this.now, tries = 1 }: { since?: number; tries?: number } = {},
  ): Promise<void> {
    const outage = fault === null ? null : { fault, since, until: this.now + 60_000, tries }
    const endpoint =
      'source' in at
        ? ({ kind: 'source', id: at.source } as const)
        : ({ kind: 'destination', name: at.destination } as const)
    await this.#catalog.saveOutage(endpoint, outage, this.now)
  }

  async id(path: string): Promise<number> {
    const row = await this.db.selectFrom('files').select('id').where('path', '=', path).executeTakeFirstOrThrow()
    return row.id
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#folder === null) return
    await this.db.destroy()
    await rm(this.#folder, { recursive: true })
  }
}

function namedBy(end: End): string[] {
  if (end.status === 'stored') return end.at ?? []
  return end.status === 'skipped' || end.at === undefined ? [] : [end.at]
}

function isStored(end: End, { destination }: Delivery): boolean {
  return end.status !== 'stored' || end.at === undefined || end.at.includes(destination)
}

function outcomeOf(file: DueFile, settlements: readonly Settlement[]): Outcome {
  const copies = settlements.flatMap(({ copy }) => copy ?? [])
  const faults: Outcome['faults'] = []
  let end: Outcome['end'] = { status: 'synced' }
  for (const { delivery, end: one } of settlements) {
    if (one.status === 'skipped') end = one
    if (one.status !== 'failed' && one.status !== 'pending') continue
    const { status, fault, attempts, dueAt } = one
    end = { status, fault, attempts, nextAttempt: dueAt }
    faults.push({ destination: delivery.destination, fault })
  }
  return { file, copies, moves: 0, faults: faults.slice(0, 1), took: 7, end }
}

function copyOf(file: DueFile, { destination }: Delivery): NewCopy {
  const size = file.item.content.kind === 'blob' ? file.item.content.size : 100
  return {
    file,
    destination,
    key: `home/${file.storedPath}`,
    stored: { size, sha256: null, md5: null, etag: '"e"', versionId: null },
    found: false,
  }
}
