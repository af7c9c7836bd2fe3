import type { Rules } from '../plan/plan.ts'
import type { Catalog, DueFile, Outcome, SourceState } from './catalog.ts'
import type { Destination } from './destination.ts'
import type { Fault } from './faults.ts'
import type { RetryPolicy } from './retry.ts'
import type { Source } from './source.ts'

/** Everything that watching and delivering work with. Built in the composition root; tests build their own. */
export interface Parts {
  /** By their numbers in the catalog. */
  sources: ReadonlyMap<number, WatchedSource>
  destinations: readonly Destination[]
  catalog: Catalog
  retry: RetryPolicy
  /** How many files are taken from the catalog at a time. */
  batchSize: number
  /** Names this process start: claims and leases belong to it. */
  boot: string
  clock: Clock
  /** 0..1, for spreading retries. */
  random: () => number
  tell: (event: BackupEvent) => void
}

/** A source with the rules that hold for it. */
export interface WatchedSource {
  id: number
  name: string
  drive: Source
  rules: Rules
  /** A full scan is compared with the catalog so often, in ms; null: never. */
  reconcileEveryMs: number | null
}

/** Time as an argument. Ms since 1970, UTC. */
export interface Clock {
  now(): number
  /** Resolves after `ms`, or at once when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** How running work is told to end: `drain` finishes the files in flight and starts none, `abort` drops them, resumably. */
export interface Control {
  drain: AbortSignal
  abort: AbortSignal
}

export function isStopped({ drain, abort }: Control): boolean {
  return drain.aborted || abort.aborted
}

/** What happened, for the log, the progress bar and the dashboard. */
export type BackupEvent =
  | { type: 'cycle-started'; source: SourceState; at: number }
  | { type: 'seen'; source: number; items: number }
  | { type: 'transfer-started'; row: number; path: string; size: number | null }
  | { type: 'transfer-progress'; row: number; bytes: number }
  | { type: 'file-done'; outcome: Outcome }
  | { type: 'fault'; fault: Fault }
  | { type: 'reconciled'; source: string; differences: number }
  | { type: 'cycle-ended'; source: SourceState; result: CycleResult }

export interface CycleResult {
  /** `done`: the feed was read to its end. `drained`: told to stop. `broken`: a source or destination does not work. */
  end: 'done' | 'drained' | 'broken'
  fault: Fault | null
  /** Only some destinations do not work: the others got all that they lacked. */
  partly: boolean
  seen: number
  synced: number
  skipped: number
  moved: number
  failed: number
  retrying: number
  bytes: number
}

/** What was delivered, to be added up. */
export type Counts = Pick<CycleResult, 'synced' | 'skipped' | 'moved' | 'failed' | 'retrying' | 'bytes'>

export function noCounts(): Counts {
  return { synced: 0, skipped: 0, moved: 0, failed: 0, retrying: 0, bytes: 0 }
}

export function countOutcome(counts: Counts, { copies, moves, end }: Outcome): void {
  counts.moved += moves
  for (const copy of copies) if (!copy.found) counts.bytes += copy.stored.size
  if (end.status === 'synced' && copies.length > 0) counts.synced += 1
  else if (end.status === 'skipped') counts.skipped += 1
  else if (end.status === 'failed') counts.failed += 1
  else if (end.status === 'pending') counts.retrying += 1
}

/** The key where a file belongs at a destination. */
export function keyOf(destination: Destination, source: { name: string }, file: DueFile): string {
  const { id: fileId, content } = file.item
  const variant = content.kind === 'native' ? (content.export?.extension.slice(1) ?? null) : null
  const { storedPath: path, revision } = file
  return destination.keys.current({ source: source.name, path, fileId, revision, variant })
}
