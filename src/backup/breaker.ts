import type { Outcome } from './catalog.ts'
import type { Fault } from './faults.ts'

/**
 * Tells a broken source or destination from a broken file. While it is not clear, outcomes that blame the surroundings
 * are held back: when a file that was begun later succeeds they count against their files, and when none does they count
 * against nobody and the breaker opens. So files that wait for a bucket to come back burn no attempts.
 */
export class Breaker {
  /** A fault that somebody has to mend needs few witnesses; one that may pass needs more. */
  static readonly WITNESSES = { 'after-operator': 3, daily: 3, backoff: 12 } as const

  #suspects: { outcome: Outcome; fault: Fault; at: number }[] = []
  #fault: Fault | null = null
  #succeeded = false

  /** What is out of order, once that is certain. */
  get open(): Fault | null {
    return this.#fault
  }

  /** Takes in an outcome of this moment; gives those that are to be recorded now, as they are. */
  add(outcome: Outcome, now: number): Outcome[] {
    const { end } = outcome
    // A copy at another destination was stored: that is to be written down in any case.
    const partly = outcome.copies.length + outcome.moves > 0
    if (end.status === 'synced' || end.status === 'skipped' || end.fault.kind.scope === 'item' || partly) {
      // Storage and Google both answered for this file. The faults of others before it began are their own; a file that was
      // in flight already when the trouble began only got through the closing door.
      const success = end.status === 'synced' && partly
      this.#succeeded ||= success
      if (this.#suspects.length === 0) return [outcome]
      const begunAt = success ? now - outcome.took : Number.NEGATIVE_INFINITY
      const { own = [], open = [] } = Object.groupBy(this.#suspects, ({ at }) => (at <= begunAt ? 'own' : 'open'))
      this.#suspects = open
      return [outcome, ...own.map((suspect) => suspect.outcome)]
    }
    this.#suspects.push({ outcome, fault: end.fault, at: now })
    const { retry } = end.fault.kind
    const needed =
      retry === 'after-operator' || retry === 'daily' ? Breaker.WITNESSES[retry] : Breaker.WITNESSES.backoff
    if (this.#suspects.length >= needed) this.#fault ??= end.fault
    return []
  }

  /**
   * At the end of a cycle: what was never settled. A few among files that succeeded count against themselves; otherwise
   * these files burn no attempt and are due again at once (in the next cycle), and what was stored of them counts.
   */
  settle(now: number): Outcome[] {
    const suspects = this.#suspects.splice(0)
    if (this.#fault === null && this.#succeeded) return suspects.map((suspect) => suspect.outcome)
    this.#fault ??= suspects[0]?.fault ?? null
    return suspects.map(({ outcome, fault }) => ({
      ...outcome,
      end: { status: 'pending', fault, attempts: outcome.file.attempts, nextAttempt: now + 1 },
    }))
  }
}
