import type { Change, Item } from './item.ts'

/**
 * One change feed to protect, as the backup sees it: an account's My Drive or one shared drive.
 * Sign-in, paging, pacing, time-outs and short retries stay behind it. Throws only Faults (and the signal's reason).
 */
export interface Source {
  /** Which account this is and where the drive's root is. Asked once for each set of credentials. */
  identify(signal: AbortSignal): Promise<Identity>
  /** Proves with one cheap call that sign-in and API work for this drive; throws the Fault that stands in the way. */
  probe(signal: AbortSignal): Promise<void>
  /** The feed's present end. Taken before a scan, so that the feed repeats what the scan missed. */
  startCursor(signal: AbortSignal): Promise<string>
  /**
   * Lists everything, trashed items too: first all folders, then all else, so that a file's path is known when it appears.
   * `position` continues an earlier scan behind its last page. An incomplete answer is a Fault, never a short scan.
   */
  scan(position: string | null, signal: AbortSignal): AsyncIterable<ScanPage>
  /** Reads the feed to its end. Each page's cursor is saved with the page's work; the last page's is the place to wait at. */
  changes(cursor: string, signal: AbortSignal): AsyncIterable<ChangePage>
  /** One item as it is now; null when Drive does not find it (deleted, or no longer visible to the account). */
  get(id: string, signal: AbortSignal): Promise<Item | null>
  /**
   * The bytes of a blob from `offset`, or a native document's export (`offset` 0 only). Ends early only by throwing.
   * An item that is unreadable is the Fault `drive/unreadable-item`.
   * Drive serves the newest bytes unless the revision is pinned, so the reader compares the checksum.
   */
  read(item: Item, offset: number, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>
  /** API calls sent since the start, sign-in not counted. */
  readonly calls: number
}

export interface Identity {
  /** Google's lasting id of the account, which a change of its address keeps; `email:<address>` where Google does not tell it. */
  permissionId: string
  email: string
  rootId: string
}

export interface ScanPage {
  phase: 'folders' | 'files'
  items: Item[]
  /** Entries without a usable id, which cannot be tracked and are not among the items. */
  odd: number
  /** Where the next page starts; null behind the last page of the last phase. */
  next: string | null
}

export interface ChangePage {
  changes: Change[]
  /** Entries without a usable id, which cannot be tracked and are not among the changes. */
  odd: number
  cursor: string
}
