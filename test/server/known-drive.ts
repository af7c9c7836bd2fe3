import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NewCopy, Outcome, TrackedFile } from '../../src/backup/catalog.ts'
import { Fault, type FaultCode, type SkipReason } from '../../src/backup/faults.ts'
import type { Item } from '../../src/backup/item.ts'
import { createCatalog } from '../../src/catalog/catalog.ts'
import { type CatalogDatabase, openCatalog } from '../../src/catalog/open.ts'
import { saveSource } from '../../src/catalog/sources.ts'

/** What becomes of a file. */
export type End =
  | { status: 'stored'; at?: string[] }
  | { status: 'skipped'; reason: SkipReason }
  | { status: 'failed' | 'pending'; fault: FaultCode; nextAttempt?: number | null }

const DAY = 24 * 60 * 60 * 1000

/** A catalog that knows a drive, written by the backup's own side of it. Nothing is in Drive or stored anywhere. */
export class KnownDrive implements AsyncDisposable {
  readonly db: CatalogDatabase
  readonly #clock: { now(): number }
  readonly #folder: string | null
  source = 0
  #version = 1

  private constructor(db: CatalogDatabase, clock: { now(): number }, folder: string | null) {
    this.db = db
    this.#clock = clock
    this.#folder = folder
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
    drive.source = await drive.addSource('owner@example.com')
    return drive
  }

  get now(): number {
    return this.#clock.now()
  }

  addSource(email: string): Promise<number> {
    const who = { permissionId: `of ${email}`, email, rootId: `root of ${email}` }
    return saveSource(this.db, { driveId: null, credentials: email }, who, this.now)
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
    await createCatalog(this.db).recordChanges(this.source, changes, null, this.now)
  }

  async remove(...ids: string[]): Promise<void> {
    const changes = ids.map((id) => ({ type: 'removed' as const, id }))
    await createCatalog(this.db).recordChanges(this.source, changes, null, this.now)
  }

  /** Carries out what is due: `ends` by path, and all else is stored. */
  async settle(ends: Record<string, End> = {}): Promise<void> {
    const catalog = createCatalog(this.db)
    for (;;) {
      const files = await catalog.claimDue(this.source, this.now, 1000, null)
      if (files.length === 0) return
      files.sort((a, b) => a.row - b.row) // the log's lines are then in the order in which the files were seen
      const outcomes = files.map((file) => this.#outcome(file, ends[file.path] ?? { status: 'stored' }))
      for (const { file, end } of outcomes) if (end.status === 'synced') await this.#retire(file)
      const copies = outcomes.flatMap((outcome) => outcome.copies)
      await catalog.record(copies, outcomes, this.now)
    }
  }

  /** What is stored of an older revision makes room, as the backup itself does it. */
  async #retire(file: TrackedFile): Promise<void> {
    const catalog = createCatalog(this.db)
    for (const copy of file.copies.filter(({ place }) => place === 'mirror')) {
      const key = `home/.drivekeep/versions/${copy.id}`
      await catalog.recordMoved(copy, { key, versionId: null, etag: null, place: 'history' }, null)
    }
  }

  #outcome(file: TrackedFile, end: End): Outcome {
    const nothing = { file, copies: [], moves: 0, reached: [], faults: [], took: 7 }
    switch (end.status) {
      case 'stored':
        return {
          ...nothing,
          copies: (end.at ?? ['aws_s3']).map((name) => copyOf(file, name)),
          reached: end.at ?? ['aws_s3'],
          end: { status: 'synced' },
        }
      case 'skipped':
        return { ...nothing, end }
      case 'failed':
      case 'pending': {
        const { nextAttempt = this.now + DAY } = end
        const fault = new Fault(end.fault, file.path)
        return {
          ...nothing,
          faults: [{ destination: 'aws_s3', fault }],
          end: { ...end, fault, attempts: file.attempts + 1, nextAttempt },
        }
      }
    }
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

function copyOf(file: TrackedFile, destination: string): NewCopy {
  const size = file.item.content.kind === 'blob' ? file.item.content.size : 100
  return {
    file,
    destination,
    key: `home/${file.storedPath}`,
    stored: { size, sha256: null, md5: null, etag: '"e"', versionId: null },
    found: false,
  }
}
