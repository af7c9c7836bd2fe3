/**
 * Where copies go: a bucket with a prefix, a local folder. Parts, upload ids, short retries and quirks stay behind it.
 * Throws only Faults (and the signal's reason).
 */
export interface Destination {
  /** Its name in the config; the catalog knows copies by it. */
  readonly name: string
  /** Where it points (`s3://bucket/prefix at endpoint`). A changed address is another destination. */
  readonly address: string
  /** The names of its objects. */
  readonly keys: Keys
  /** What it can do beyond storing, reading, listing and removing. */
  readonly can: Capabilities
  /**
   * Nothing appears under `key` unless all bytes arrived and match what `payload` says of them. Safe to repeat.
   *
   * `beforeVisible` is where the caller keeps aside what is under `key`. It is called at most once, just before the bytes
   * become visible:
   * - for bytes that are held in memory, once they were read and compared with the checksum in `payload`, before they are sent;
   * - for bytes that are streamed in one request whose receiver alone compares them, before that request: they may still be
   *   refused afterwards;
   * - for parts, once all were stored and the whole was compared, before they are joined.
   * It is not called for bytes that do not match, nor where an earlier call had stored this content and only its end was not
   * noted. What it throws ends the `put` and comes through as it is; finished parts are kept for the next call. It must not
   * call `put` of the same destination, which may wait for memory that this call holds.
   */
  put(
    key: string,
    payload: Payload,
    labels: Labels,
    signal: AbortSignal,
    beforeVisible?: () => Promise<void>,
  ): Promise<Stored>
  /** The bytes from `offset` on. `storage/not-found` where the object is not there. */
  open(object: ObjectRef, offset: number, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>
  /** In key order where the provider keeps to it; safe to stop early. */
  list(prefix: string, signal: AbortSignal): AsyncIterable<ListedObject>
  /** What is stored under the key, or as this version of it, if anything. */
  head(key: string, signal: AbortSignal, versionId?: string | null): Promise<Head | null>
  /** A key that is not there is no error: a repeated removal must succeed. */
  remove(key: string, signal: AbortSignal): Promise<void>
  /** Proves step by step, with a probe object, what the credentials and the server can do. */
  check(signal: AbortSignal): Promise<CheckResult[]>
  /** Storage requests sent since the start. */
  readonly calls: number
}

/** What not every kind of destination can do. */
interface Capabilities {
  /**
   * Copies on the server's side; nothing is downloaded. `labels` null keeps those it has. Safe to repeat.
   *
   * A missing object is the Fault `storage/not-found`. Where `from` has an ETag and no version, an object with another ETag is
   * `storage/replaced`. If it is replaced during the copy, a server that ignores conditions may have copied it all the same. With
   * `labels`, `key` must have been free, and that copy is removed again; without, it stays: `key` may have held an object before.
   */
  copy(from: ObjectRef, key: string, labels: Labels | null, signal: AbortSignal): Promise<StoredCopy>
  /**
   * Aborts multipart uploads of ours, of any age, that no file is waiting for (`keep`: upload ids still wanted), and says how
   * many. Ours is what lies in the folder of one of these sources or in our own; the bucket may serve others too.
   */
  abandonUploads(keep: ReadonlySet<string>, sources: readonly string[], signal: AbortSignal): Promise<number>
  /** Whether storage itself keeps what is overwritten. The answer is at most a minute old. */
  keepsVersions(signal: AbortSignal): Promise<boolean>
  /** It can be taken away and leave an empty place behind, as a disk that is not mounted: a missing marker is an outage then. */
  readonly detachable: boolean
}

/** How copies are named: `mirror` after their paths in Drive, `id` after the file's id and revision, for good. */
export const LAYOUTS = ['mirror', 'id'] as const
export type LayoutName = (typeof LAYOUTS)[number]

/** The keys of one destination. All functions are pure; keys have at most 1,024 bytes of UTF-8. */
export interface Keys {
  readonly layout: LayoutName
  /** The key under which a file's current copy lives: distinct for distinct paths (`mirror`) or contents (`id`). */
  current(file: KeyedFile): string
  /** The key of a content by its file's id and revision: for a file whose own key can be neither kept aside nor written. */
  spare(fileId: string, revision: string): string
  /**
   * The key that keeps an old revision where the bucket itself keeps no versions. `etag` is that of the object that is kept, so
   * different contents have different keys, and copying an object to its history key again does no harm.
   */
  history(fileId: string, revision: string, etag: string | null): string
  /** The key that keeps aside an object that is not ours, before `key` is written. Equal only for equal ETags. */
  stranger(key: string, etag: string | null): string
  /** The key of the small object that identifies this destination. Nothing in a destination writes or removes it by itself. */
  readonly marker: string
  /** Where it is instead if a rule refuses names with a dot in front. */
  readonly plainMarker: string
  /** The prefix of all that is ours and no file's current copy. */
  readonly own: string
  /** The prefixes of all keys that can be ours: the folder of each of these sources where copies are named by path, and our own. */
  folders(sources: readonly string[]): string[]
  /** Whether the key belongs to its content: then the copy of an old revision stays where it is. */
  isOfContent(key: string): boolean
}

/** What a key is made of. `path` is unique within `source` and has only safe segments (see catalog/items/names.ts). */
export interface KeyedFile {
  source: string
  path: string
  fileId: string
  revision: string
  /** Which of several forms of a revision: the extension of an export, without its dot. Null: its own bytes. */
  variant: string | null
}

export interface ObjectRef {
  key: string
  versionId: string | null
  size: number
  /** Lower-case hex, where it is known. */
  sha256?: string | null
  /** Of the object that is meant, where it is known: what has another one by now is not it. */
  etag?: string | null
}

/** Kept as metadata with every object, so that a bucket explains itself. */
export interface Labels {
  fileId: string
  revision: string
  /** ms since 1970, UTC. */
  modifiedTime: number
  /** The path in Drive, as people see it. */
  path: string
  mimeType: string
}

/** What `put` may expect of the bytes. Checksums are lower-case hex. */
export type Payload =
  /** A blob: storage, or we on the way, refuse other bytes. Both checksums may be missing on old files; then the size must match. */
  | { kind: 'known'; size: number; sha256: string | null; md5: string | null; read: Read }
  /** An export: its size is unknown before its end, and nothing can be compared; hashed on the way. */
  | { kind: 'unknown'; read: Read }
/**
 * Opens the bytes from an offset; may be called again, for a retry, after the last finished part, or by another destination that
 * takes the same content. A chunk is the taker's: nobody writes into it again.
 */
export type Read = (offset: number, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>

export interface StoredCopy {
  etag: string | null
  /** Null where storage keeps none, also where it calls that version `null`. */
  versionId: string | null
}

export interface Stored extends StoredCopy {
  size: number
  /** What was computed or proved on the way; null where neither was. */
  sha256: string | null
  md5: string | null
}

export interface ListedObject {
  key: string
  size: number
  etag: string | null
  /** ms since 1970, by the clock of storage. */
  lastModified: number | null
}

export interface Head {
  size: number
  etag: string | null
  versionId: string | null
  fileId: string | null
  revision: string | null
  sha256: string | null
}

export interface CheckResult {
  step: string
  ok: boolean
  message: string
}

/**
 * Remembers large uploads under way, so that a restart sends no finished part again.
 * Kept in the catalog, offered to destinations.
 */
export interface UploadLog {
  find(destination: string, key: string): Promise<UploadUnderWay | null>
  begin(upload: Omit<UploadUnderWay, 'parts'>): Promise<void>
  /** Parts finish in any order. One of the same number is replaced. */
  part(destination: string, key: string, part: FinishedPart): Promise<void>
  end(destination: string, key: string): Promise<void>
}

export interface UploadUnderWay {
  destination: string
  key: string
  uploadId: string
  /** Identifies the bytes: an upload of another revision is abandoned, not continued. */
  revision: string
  partSize: number
  /** By number. */
  parts: FinishedPart[]
}

/** A part that storage has. */
export interface FinishedPart extends UploadPart {
  /** Of its bytes, so that a continued upload can tell whether they are what Drive gives now. */
  sha256: string
}

export interface UploadPart {
  number: number
  size: number
  etag: string
}
