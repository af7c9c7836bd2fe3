import { S3Error } from '../errors.ts'
import { type Blob, type BlobStore, discardedBlobs, memoryBlobs } from './blob.ts'
import { Bucket, type BucketSettings, type Change } from './bucket.ts'
import { FolderBlobs } from './folder-blobs.ts'
import { Journal } from './journal.ts'

/** Where bodies go: `discard` keeps sizes and hashes only. */
export type StorageKind = 'memory' | 'discard' | { folder: string }

const NEW_BUCKET: BucketSettings = {
  versioning: 'off',
  objectLock: false,
  defaultRetention: null,
  lifecycle: null,
  tagging: null,
}

/** Every bucket of a server, and the store of their bodies. */
export class Buckets {
  readonly blobs: BlobStore
  readonly #buckets = new Map<string, Bucket>()
  readonly #now: () => number
  #record: (change: Change) => void = () => {}
  #journal: Journal | null = null

  constructor(storage: StorageKind, now: () => number) {
    this.#now = now
    if (typeof storage === 'string') {
      this.blobs = storage === 'memory' ? memoryBlobs : discardedBlobs
      return
    }
    const blobs = new FolderBlobs(storage.folder)
    this.blobs = blobs
    const journal = new Journal(storage.folder, blobs)
    for (const change of journal.read()) this.#replay(change)
    blobs.settle(this.#liveBlobs())
    journal.start(this.#history())
    this.#journal = journal
    this.#record = (change) => journal.write(change)
  }

  create(name: string, settings: Partial<BucketSettings> = {}): Bucket {
    const bucket = new Bucket(name, this.#now(), NEW_BUCKET, (change) => this.#record(change))
    this.#buckets.set(name, bucket)
    bucket.configure(settings)
    return bucket
  }

  /** Throws NoSuchBucket. */
  get(name: string): Bucket {
    const bucket = this.#buckets.get(name)
    if (bucket === undefined) throw new S3Error('NoSuchBucket', undefined, { BucketName: name })
    return bucket
  }

  has(name: string): boolean {
    return this.#buckets.has(name)
  }

  /** By name. */
  all(): Bucket[] {
    return [...this.#buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  drop(name: string): void {
    const bucket = this.#buckets.get(name)
    for (const upload of bucket?.uploads.values() ?? []) bucket?.endUpload(upload)
    this.#buckets.delete(name)
    this.#record({ change: 'drop', bucket: name })
  }

  close(): void {
    this.#journal?.close()
  }

  *#history(): Generator<Change> {
    for (const bucket of this.#buckets.values()) yield* bucket.history()
  }

  *#liveBlobs(): Generator<Blob> {
    for (const change of this.#history()) {
      if (change.change === 'part') yield* change.part.body
      if (change.change === 'add' && change.version.kind === 'object') yield* change.version.body
    }
  }

  #replay(change: Change): void {
    const bucket = this.#buckets.get(change.bucket)
    switch (change.change) {
      case 'bucket':
        if (bucket !== undefined) bucket.settings = change.settings
        else {
          const opened = new Bucket(change.bucket, change.created, change.settings, (later) => this.#record(later))
          this.#buckets.set(change.bucket, opened)
        }
        return
      case 'drop':
        this.#buckets.delete(change.bucket)
        return
      case 'add':
        bucket?.add(change.version)
        return
      case 'update': {
        const version = bucket?.find(change.version.key, change.version.versionId)
        if (version?.kind === 'object' && change.version.kind === 'object') bucket?.update(version, change.version)
        return
      }
      case 'forget': {
        const version = bucket?.find(change.key, change.versionId)
        if (version !== undefined) bucket?.remove(version)
        return
      }
      case 'upload':
        bucket?.startUpload({ ...change.upload, parts: new Map() })
        return
      case 'part': {
        const upload = bucket?.uploads.get(change.uploadId)
        if (upload !== undefined) bucket?.addPart(upload, change.part)
        return
      }
      case 'endUpload': {
        const upload = bucket?.uploads.get(change.uploadId)
        if (upload !== undefined) bucket?.endUpload(upload)
      }
    }
  }
}
