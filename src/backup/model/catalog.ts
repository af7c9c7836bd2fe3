import type { Outage } from '../outage/circuit-breaker.ts'
import type { Selection } from '../plan/selection.ts'
import type { Head, Stored } from './destination.ts'
import type { Fault, SkipReason } from './faults.ts'
import type { Change, Item } from './item.ts'
import type { ScanPage } from './source.ts'

/**
 * What the backup remembers: what is in Drive, what is stored where, what is to be done, what went wrong.
 * Every method is one transaction: after a crash either all of it happened or nothing. Times are ms since 1970, UTC.
 * Destinations are known by their names in the configuration, which is what `destination` means here.
 */
export interface Catalog extends WatchCatalog, DeliverCatalog, KeyCatalog, EnterCatalog {}

/** What watching writes. */
export interface WatchCatalog {
  /** How far a source has been read by now. */
  source(id: number): Promise<SourceState>
  /** Starts a full scan. `cursor` was taken before it, and becomes the feed's position when the scan is complete. */
  beginScan(source: number, cursor: string, reason: ScanReason, now: number): Promise<void>
  /** Records a page's items and the scan's new position together. */
  recordScanPage(source: number, page: ScanPage, now: number): Promise<void>
  /** The scan starts again from its first page, with the cursor taken before. */
  restartScan(source: number): Promise<void>
  /** Items that this scan did not show and the feed has not removed, in batches; asked again after row `after`. */
  unseen(source: number, after: number, limit: number): Promise<{ row: number; id: string }[]>
  /**
   * The scan is complete: the feed is followed from the cursor taken before it. `reconcileAt`: when a full scan is to be
   * compared with the catalog again; null: never.
   */
  finishScan(source: number, reconcileAt: number | null, now: number): Promise<ScanSummary>
  /** Records what the feed said together with the cursor that follows it. */
  recordChanges(source: number, changes: Change[], cursor: string | null, now: number): Promise<void>
  /** Records entries of the feed or a scan that nobody can follow: they had no usable id. */
  recordOdd(source: number, count: number): Promise<void>
  /** Other credentials reach another drive: who it is has to be asked before the source is worked with again. */
  forgetCredentials(source: number): Promise<void>
}

export type ScanReason = 'first' | 'lost-cursor' | 'reconcile'

/** What a complete scan came to. */
export interface ScanSummary {
  reason: ScanReason
  /** Items that were new, changed or removed, and that the feed had not told of. */
  differences: number
  startedAt: number
}

/** What delivering reads and writes. */
export interface DeliverCatalog {
  /**
   * Takes up to `limit` files with deliveries due at `now`, by priority and newest first (`oldest`: the oldest first), each
   * with all of its deliveries that can be claimed: due, and to one of `destinations`. They stay claimed until settled or
   * released. Whether the selection includes a file is decided by where its folders are at this moment.
   */
  claim(ask: ClaimRequest, now: number): Promise<DueFile[]>
  /**
   * Writes down the keys that are about to be written, moved or removed, so that a crash leaves none unexplained. A key that
   * another delivery holds refuses all keys of this one: `blockedBy`.
   */
  reserve(wanted: KeysWanted[]): Promise<Reservation[]>
  /** Gives back deliveries for which nothing was sent. */
  release(held: readonly HeldKeys[]): Promise<void>
  /** Gives back deliveries that were broken off half-way: their keys are uncertain. */
  abandon(held: readonly HeldKeys[]): Promise<void>
  /** Records what was stored and what became of deliveries. */
  settle(settlements: Settlement[], outcomes: Outcome[], now: number): Promise<void>
  /**
   * When the next delivery is due; null: nothing waits. `soon` omits what has failed and is tried daily. `among`: only
   * those of these sources and destinations.
   */
  nextDue(
    which: 'soon' | 'all',
    among?: { sources: readonly number[]; destinations: readonly string[] },
  ): Promise<number | null>
  /** The clock was set back: nothing that waits is due at a time that was set by it. */
  clockSetBack(now: number): Promise<void>
  /**
   * Records what Drive says of an item that was asked for by its id. False: nothing of it is other than it was known. Attempts
   * that were burned stay burned: a file that is edited all the time is not read without a pause.
   */
  recordFetched(source: number, change: Change, now: number): Promise<boolean>
  /** Derives the deliveries that a new destination or changed rules require, a batch at a time. False: nothing is left to derive. */
  fill(now: number): Promise<boolean>
  /** The state of a circuit breaker. With an outage, attempts that were burned at this endpoint since `since` are given back. */
  saveOutage(endpoint: EndpointRef, outage: Outage | null, since: number): Promise<void>
}

export type EndpointRef = { kind: 'source'; id: number } | { kind: 'destination'; name: string }

export interface ClaimRequest {
  limit: number
  oldest: boolean
  /** Only deliveries of this priority or a more urgent one (a lower number). */
  priority: number
  /** Those that work, with the folders that are backed up (null: all). */
  sources: readonly { id: number; selection: Selection | null }[]
  destinations: readonly string[]
}

/** What transfers and uncertain keys need of keys and copies. */
export interface KeyCatalog {
  /** A copy as it is now; null when it was lost. */
  copy(id: number): Promise<Copy | null>
  /** The copies of these contents at a destination, wherever they are. */
  copiesOf(destination: string, contents: readonly Content[]): Promise<Copy[]>
  /** A copy was moved on the server's side. The key that it left stays a write until `forgetWrites`. */
  recordMoved(copy: Copy, to: Location): Promise<void>
  /** The bytes of a copy, about to be overwritten, have been copied to `as`; the copy itself stays until its key has another. */
  recordKept(copy: Copy, as: Location, now: number): Promise<void>
  /** A copy's object is about to be removed; the same content is recorded under another key there. False: it is not, and nothing is recorded. */
  recordSuperseded(copy: Copy): Promise<boolean>
  /** A copy turned out to be somewhere else (null: where another copy is recorded already): its file is due there again. */
  recordFoundElsewhere(copy: Copy, to: Location | null, now: number): Promise<void>
  /** The object of a copy turned out to be gone: its file is due there again. */
  recordLost(copy: Copy, now: number): Promise<void>
  /** An object found in storage is a copy of a known file that the catalog did not record. False: the file is not known. */
  adopt(destination: string, found: Head & Location, now: number): Promise<boolean>
  /** Uncertain keys of no delivery that is due, in key order after `after`: what lies there is to be judged. They are claimed. */
  uncertainKeys(destination: string, after: string, limit: number): Promise<string[]>
  /** These keys, which were claimed, are uncertain still. */
  leaveUncertain(destination: string, keys: readonly string[]): Promise<void>
  /** Why uncertain keys could not be explained or emptied; null: they could. */
  recordUnremoved(destination: string, fault: Fault | null, now: number): Promise<void>
  /** Whether there is any such key. */
  hasUncertainKeys(destination: string): Promise<boolean>
  forgetWrites(destination: string, keys: readonly string[]): Promise<void>
  /** An object that no copy explains lies there: the key is looked at before it is written. Claims on keys stay as they are. */
  recordUnknown(destination: string, keys: readonly string[]): Promise<void>
}

interface Content {
  fileId: string
  revision: string
}

/** A file as the catalog knows it, with what is due for it. */
export interface DueFile {
  row: number
  source: number
  item: Item
  /** Names the item's present content. */
  revision: string
  /** As in Drive, for people: names may contain `/`. */
  path: string
  /** Unique within the source, safe as a key: see catalog/names.ts. */
  storedPath: string
  /** Whether only the first full scan has shown it so far. */
  seenBy: 'first-scan' | 'later'
  firstSeen: number
  /** No longer in Drive: its copies can move, and nothing can be copied any more. */
  gone: boolean
  /** Whether it lies in what was chosen to be backed up. */
  selected: boolean
  /** Its source has a mass change that nobody has confirmed, or is being compared: no copy of it is moved until then. */
  frozen: boolean
  /** What kept it from being read last; null: nothing did. */
  readFault: string | null
  /** Attempts to read it from Drive. */
  readAttempts: number
  /** Those in the mirror, of any revision, and those of the present revision, wherever they are. */
  copies: Copy[]
  deliveries: Delivery[]
}

/** One file's pending work at one destination. */
export interface Delivery extends DeliveryRef {
  /** What was decided for an earlier generation says nothing about this one. */
  generation: number
  /** See plan/priority.ts. */
  priority: number
  attempts: number
}

export interface DeliveryRef {
  file: number
  destination: string
}

/** A delivery with the keys that were reserved for it. */
export interface HeldKeys extends DeliveryRef {
  keys: readonly string[]
}

export interface KeysWanted extends HeldKeys {
  /** The first of the keys is the one where the file belongs. */
  revision: string
}

export interface Reservation extends DeliveryRef {
  /** The key that another delivery holds; null: all keys are this delivery's now. */
  blockedBy: string | null
  /** The copy that the catalog knows under the first key; null: none. */
  occupant: Copy | null
  /** Something may lie under the first key that the catalog does not know. */
  uncertain: boolean
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
  file: DueFile
  destination: string
  key: string
  stored: Stored
  /** It was there already: nothing was sent. */
  found: boolean
}

/** What became of one delivery. */
export interface Settlement {
  file: DueFile
  delivery: Delivery
  /** All keys that were reserved for it. */
  keys: string[]
  /** Those of them that may still hold something, where the delivery is settled. */
  left: readonly string[]
  copy: NewCopy | null
  end: DeliveryEnd
}

export type DeliveryEnd =
  /** Nothing is due there any more. */
  | { status: 'settled' }
  /** Nothing is due for the file anywhere. */
  | { status: 'skipped'; reason: SkipReason }
  /** It is to be planned again from what is known now, not before `dueAt`; no attempt is burned. */
  | { status: 'again'; dueAt: number; sent: boolean }
  /** Its copy is not moved before the mass change of its source is confirmed, or its news says something else. */
  | { status: 'held' }
  /** Tried again at `dueAt`; null: only when the file changes. `by`: whose fault counts the attempts. */
  | { status: 'pending' | 'failed'; by: 'reading' | 'storing'; fault: Fault; attempts: number; dueAt: number | null }

/** What became of one file, at all destinations that it was brought to together. */
export interface Outcome {
  file: DueFile
  copies: NewCopy[]
  /** Copies that moved on the server's side; nothing was downloaded. */
  moves: number
  /** What went wrong this time, and at which destination. */
  faults: { destination: string; fault: Fault }[]
  /** Ms it took. */
  took: number
  end:
    | { status: 'synced' }
    | { status: 'skipped'; reason: SkipReason }
    /** Tried again at `nextAttempt`; null: only when the file changes. */
    | { status: 'pending' | 'failed'; fault: Fault; attempts: number; nextAttempt: number | null }
}

/** One source as a cycle sees it. */
export interface SourceState {
  id: number
  name: string
  /** Where the feed is to be read from; null before the first complete scan. */
  cursor: string | null
  /** A scan under way: where its next page starts (null: at its first page). `listed`: all pages have been read. */
  scan: { position: string | null; listed: boolean; reason: ScanReason } | null
  /** When the last scan was begun; null: never. */
  scannedAt: number | null
  /** When a full scan is to be compared with the catalog; null: not planned yet. */
  reconcileAt: number | null
  /** Drive's id of the root folder, which tells sources apart. */
  rootId: string
}

/** What entering a destination reads and writes. */
export interface EnterCatalog {
  destination(name: string): Promise<DestinationRecord>
  recordEntered(name: string, entered: { marker: string; lease: string; known: boolean; at: number }): Promise<void>
}

export interface DestinationRecord {
  marker: string | null
  lease: string | null
  /** All that its keys hold is in the catalog. */
  known: boolean
  /** Whether the run that the lease names ended in order. */
  endedInOrder: boolean
  /** How many copies the catalog knows there. */
  copies: number
  /** The names of all sources: the folders of their keys. */
  sources: string[]
}
