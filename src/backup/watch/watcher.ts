import type { DeliverOptions } from '../deliver/deliver.ts'
import type { Wake } from '../deliver/signal.ts'
import { backOff } from '../model/back-off.ts'
import type { Fault } from '../model/faults.ts'
import {
  type Control,
  type Counts,
  type CycleResult,
  countOutcome,
  isStopped,
  noCounts,
  type Parts,
} from '../model/parts.ts'
import { LONGEST_DELAY_MS } from '../model/retry.ts'
import type { Endpoints, SourceEndpoint } from '../outage/endpoints.ts'
import { type FeedRead, readFeed } from './cycle.ts'

export interface WatcherParts {
  parts: Parts
  endpoints: Endpoints
  wake: Wake
  /** Writes down how a cycle ended. */
  cycleEnded(source: number, result: CycleResult, read: FeedRead): Promise<void>
}

/** Follows one source, a cycle at a time, and adds up what is delivered of it between its cycles. */
export class Watcher {
  readonly source: SourceEndpoint
  readonly #parts: WatcherParts
  #counts: Counts = noCounts()
  /** Cycles in a row that did not come to their end. */
  failures = 0
  /** When something of this source was last seen or delivered, ms since 1970. */
  lastActivity = Number.NEGATIVE_INFINITY
  /** When its feed was last read. */
  lastRead = Number.NEGATIVE_INFINITY
  /** Reconciliations in a row that met a fault though the feed could be read. */
  #reconcileFailures = 0
  #reconcileNotBefore = Number.NEGATIVE_INFINITY

  constructor(source: SourceEndpoint, parts: WatcherParts) {
    this.source = source
    this.#parts = parts
  }

  readonly count: DeliverOptions['ended'] = (outcome) => countOutcome(this.#counts, outcome)

  /**
   * Reads the feed to its end. The outage of a source is known to everybody from then on, and ended by the next success.
   * `patient`: a reconciliation that met a fault is left for later.
   */
  async read(control: Control, patience: 'patient' | 'now' = 'now'): Promise<FeedRead> {
    const { parts, endpoints, wake } = this.#parts
    const { source } = this.source
    this.lastRead = parts.clock.now()
    const reconciles = patience === 'now' || this.lastRead >= this.#reconcileNotBefore
    const read = await readFeed(this.source, parts, wake, control, reconciles)
    const now = parts.clock.now()
    if (read.fault === null && reconciles) this.#reconcileFailures = 0
    if (read.fault !== null) this.source.identified = false
    if (read.fault === null || read.followed) {
      if (!isStopped(control)) {
        this.failures = 0
        endpoints.watched(source.id, null)
      }
      if (read.fault !== null) {
        this.#reconcileFailures += 1
        this.#reconcileNotBefore = now + this.#pause(read.fault, this.#reconcileFailures)
      }
    } else {
      this.failures += 1
      const since = this.source.watchOutage?.since ?? now
      endpoints.watched(source.id, {
        fault: read.fault,
        since,
        until: now + this.#pause(read.fault, this.failures),
        tries: this.failures,
      })
    }
    return read
  }

  /** The clock was set back: nothing waits until a time that was set by it. */
  clockSetBack(now: number): void {
    this.lastRead = Math.min(this.lastRead, now)
    this.lastActivity = Math.min(this.lastActivity, now)
    this.#reconcileNotBefore = Math.min(this.#reconcileNotBefore, now)
  }

  /** Writes the cycle down, with what was delivered since the one before. */
  async end(read: FeedRead, control: Control): Promise<CycleResult> {
    const { parts, endpoints } = this.#parts
    const counts = this.#counts
    this.#counts = noCounts()
    const { fault, partly } = standing(endpoints, this.source, read.fault)
    const end = isStopped(control) ? 'drained' : fault === null ? 'done' : 'broken'
    const result: CycleResult = { end, fault, partly, seen: read.seen, ...counts }
    if (result.seen + result.synced + result.moved > 0) this.lastActivity = parts.clock.now()
    await endpoints.saved()
    await this.#parts.cycleEnded(this.source.source.id, result, read)
    parts.tell({ type: 'cycle-ended', source: read.state, result })
    return result
  }

  /** What a lost position needs is another try at once; more than one in a row is a fault like any other. */
  #pause(fault: Fault, failures: number): number {
    const { retry, random } = this.#parts.parts
    if (fault.kind.retry === 'next-cycle' && failures === 1) return 0
    const pauses = { firstMs: Math.max(retry.delayMs, 1000), longestMs: LONGEST_DELAY_MS }
    const wait = backOff(failures, pauses, random())
    return Math.min(Math.max(wait, fault.retryAfterMs ?? 0), LONGEST_DELAY_MS)
  }
}

/** What keeps a source's files from being protected: all of them, or only at some destinations (`partly`). */
export function standing(
  endpoints: Endpoints,
  source: SourceEndpoint,
  watchFault: Fault | null,
): { fault: Fault | null; partly: boolean } {
  const out = [...endpoints.destinations.values()].flatMap(({ outage }) => outage ?? [])
  const stuck =
    source.reading.outage ?? (out.length > 0 && out.length === endpoints.destinations.size ? out[0] : null) ?? null
  if (stuck !== null) return { fault: stuck.fault, partly: false }
  if (watchFault !== null) return { fault: watchFault, partly: false }
  const [first] = out
  return { fault: first?.fault ?? null, partly: first !== undefined }
}
