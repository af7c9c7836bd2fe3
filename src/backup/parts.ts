import type { Catalog, Outcome, SourceState } from './catalog.ts'
import type { Destination } from './destination.ts'
import type { Fault } from './faults.ts'
import type { Outages } from './outages.ts'
import type { Rules } from './plan.ts'
import type { RetryPolicy } from './retry.ts'
import type { Source } from './source.ts'

/** Everything a cycle works with. Built once in main.ts; tests build their own. */
export interface Parts {
  source: Source
  destinations: Destination[]
  /** Those, by name, in which objects may lie that the catalog does not know: see strangers.ts. */
  unexplored: ReadonlySet<string>
  catalog: Catalog
  rules: Rules
  retry: RetryPolicy
  /** Kept from cycle to cycle. */
  outages: Outages
  /** How many files are taken from the catalog at a time. */
  batchSize: number
  clock: Clock
  /** 0..1, for spreading retries. */
  random: () => number
  tell: (event: BackupEvent) => void
}

/** Time as an argument. Ms since 1970, UTC. */
export interface Clock {
  now(): number
  /** Resolves after `ms`, or at once when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** How a running cycle is told to end: `drain` finishes the files in flight and starts none, `abort` drops them, resumably. */
export interface Control {
  drain: AbortSignal
  abort: AbortSignal
}

/** What happened, for the log, the progress bar and later the dashboard. */
export type BackupEvent =
  | { type: 'cycle-started'; source: SourceState; at: number }
  | { type: 'seen'; items: number }
  | { type: 'transfer-started'; row: number; path: string; size: number | null }
  | { type: 'transfer-progress'; row: number; bytes: number }
  | { type: 'file-done'; outcome: Outcome }
  | { type: 'trouble'; fault: Fault }
  | { type: 'cycle-ended'; source: SourceState; result: CycleResult }

export interface CycleResult {
  /** `done`: all that was due was looked at. `drained`: told to stop. `broken`: the source or a destination is out of order. */
  end: 'done' | 'drained' | 'broken'
  fault: Fault | null
  /** Only some destinations are out of order: the others got all that they lacked. */
  partly: boolean
  seen: number
  synced: number
  skipped: number
  moved: number
  failed: number
  retrying: number
  bytes: number
}
