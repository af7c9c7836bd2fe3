import type { Stored } from './destination.ts'
import type { Fault, SkipReason } from './faults.ts'
import type { Change, Item } from './item.ts'
import type { Selection } from './selection.ts'
import type { ScanPage } from './source.ts'

/**
 * What the backup remembers: what is in Drive, what is stored where, what went wrong.
 * Every method is one transaction: after a crash either all of it happened or nothing. Times are ms since 1970, UTC.
 */
export interface Catalog {
  /** How far a source has been read by now. */
  source(id: number): Promise<SourceState>
  /** Starts a listing of everything. `cursor` was taken before it, and becomes the feed's place when the listing is whole. */
  beginScan(source: number, cursor: string): Promise<void>
  /** Records a page's items and the listing's new position together. */
  recordScanPage(source: number, page: ScanPage, now: number): Promise<void>
  /** The listing starts again from its first page, with the cursor taken before. */
  restartScan(source: number): Promise<void>
  /** Items that this listing did not show and the feed has not removed, in batches; asked again behind `after`. */
  unseen(source: number, after: number, limit: number): Promise<{ row: number; id: string }[]>
  /** The listing is whole: the feed is followed from the cursor taken before it. */
  finishScan(source: number): Promise<void>
  /** Records what the feed said together with the cursor behind it. */
  recordChanges(source: number, changes: Change[], cursor: string | null, now: number): Promise<void>

  /**
   * Takes up to `limit` files with work due at `now`, what became due last first: what changes now must not wait
   * behind the weeks of a first backup. They stay claimed until recorded or released.
   * Whether the selection takes them in is decided by where its folders are at this moment; null takes in everything.
   */
  claimDue(source: number, now: number, limit: number, selection: Selection | null): Promise<TrackedFile[]>
  /** Gives claimed files back untouched: a pause, or a destination that is down. */
  release(rows: number[]): Promise<void>
  /** Gives back files that were broken off half-way: they may be stored all the same. */
  drop(rows: number[]): Promise<void>
  /** The copies that live under these keys now, whichever files they belong to. */
  occupants(destination: string, keys: string[]): Promise<Copy[]>
  /** A copy as it is now; null when it was lost. */
  copy(id: number): Promise<Copy | null>
  /** A copy now lives elsewhere. `remove`: the key that it left, to be removed next. */
  recordMoved(copy: Copy, to: Location, remove: string | null): Promise<void>
  /** The object of a copy turned out to be gone: the file is due again. */
  recordLost(copy: Copy, now: number): Promise<void>
  /** Writes down what was stored, and what became of files. A copy may be written down before its file's outcome. */
  record(copies: NewCopy[], outcomes: Outcome[], now: number): Promise<void>
  /** Keys to remove whose bytes live elsewhere now; they survive a crash between the copy and the removal. */
  removals(limit: number): Promise<{ destination: string; key: string }[]>
  removed(destination: string, key: string): Promise<void>

  /** The clock was set back: what waits for a time that lies ahead is due now. What has failed keeps its day. */
  hasten(source: number, now: number): Promise<void>
  /** When the next file of this source is due; null when nothing waits. `pending` leaves out what has failed and is tried daily. */
  nextDue(source: number, which: 'pending' | 'all'): Promise<number | null>
}

/** A file as the catalog knows it. */
export interface TrackedFile {
  row: number
  source: number
  item: Item
  /** Names the item's present content. */
  revision: string
  /** As in Drive, for people: names may contain `/`. */
  path: string
  /** Unique within the source, safe as a key: see catalog/names.ts. */
  storedPath: string
  /** Whether the feed reported it, or only the first listing did. */
  seenBy: 'scan' | 'feed'
  /** No longer in Drive: its copies can move, and nothing can be copied any more. */
  gone: boolean
  /** Whether it lies in what was chosen to be backed up. */
  selected: boolean
  attempts: number
  /** Those in the mirror, of any revision, and those of the present revision, wherever they are. */
  copies: Copy[]
  /** Stored paths under which objects may lie that nobody wrote down: a run died over this file, or an attempt failed half-way. */
  doubts: string[]
}

export interface Location {
  key: string
  versionId: string | null
  etag: string | null
  place: CopyPlace
}

/** `mirror`: under its path's key; `history`: kept aside or as an older version. */
type CopyPlace = 'mirror' | 'history'

export interface Copy {
  id: number
  file: number
  fileId: string
  revision: string
  destination: string
  key: string
  versionId: string | null
  etag: string | null
  size: number
  sha256: string | null
  place: CopyPlace
}

/** A revision that was stored a moment ago. */
export interface NewCopy {
  file: TrackedFile
  destination: string
  key: string
  stored: Stored
  /** It lay there already: nothing was sent. */
  found: boolean
}

/** What became of one file. Copies that succeeded count even when another destination failed. */
export interface Outcome {
  file: TrackedFile
  copies: NewCopy[]
  /** Copies that moved on the server's side; nothing was downloaded. */
  moves: number
  /** Destinations that did what was asked of them: took a copy, or moved one. */
  reached: string[]
  /** What went wrong this time, and at which destination. Empty where nothing was tried: it waits for one that is out of order. */
  faults: { destination: string; fault: Fault }[]
  /** Ms it took. */
  took: number
  end:
    | { status: 'synced' }
    | { status: 'skipped'; reason: SkipReason }
    /** Tried again at `nextAttempt`; null: only when the file changes. */
    | { status: 'pending' | 'failed'; fault: Fault; attempts: number; nextAttempt: number | null }
}

/** One source as the cycle sees it. */
export interface SourceState {
  id: number
  name: string
  /** Where the feed is to be read from; null before the first whole listing. */
  cursor: string | null
  /** A listing under way: where its next page starts (null: at its first page). */
  scan: { position: string | null } | null
}
