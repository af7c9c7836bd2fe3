import type { Outcome } from './catalog.ts'
import type { Fault } from './faults.ts'

/**
 * Tells a broken source or destination from a broken file. While it is not clear, outcomes that blame the surroundings
 * are held back: when another file succeeds they count against their files, and when none does they count against
 * nobody and the breaker opens. So files that wait for a bucket to come back burn no attempts.
 */
export class Breaker {
  /** A fault that somebody has to mend needs few witnesses; one that may pass needs more. */
  static readonly WITNESSES = { 'after-operator': 3, daily: 3, backoff: 12 } as const

  #suspects: { outcome: Outcome; fault: Fault }[] = []
  #fault: Fault | null = null

  /** What is out of order, once that is certain. */
  get open(): Fault | null {
    return this.#fault
  }

  /** Takes an outcome in; gives those that are to be recorded now, as they are. */
  add(outcome: Outcome): Outcome[] {
    const { end } = outcome
    // A copy at another destination was stored: that is to be written down in any case.
    const partly = outcome.copies.length + outcome.moves > 0
    if (end.status === 'synced' || end.status === 'skipped' || end.fault.kind.scope === 'item' || partly) {
      // Storage and Google both answered for this file, so the others' faults are their own.
      const cleared =
        end.status === 'synced' && outcome.copies.length + outcome.moves > 0 ? this.#suspects.splice(0) : []
      return [outcome, ...cleared.map((suspect) => suspect.outcome)]
    }
    this.#suspects.push({ outcome, fault: end.fault })
    const { retry } = end.fault.kind
    const needed =
      retry === 'after-operator' || retry === 'daily' ? Breaker.WITNESSES[retry] : Breaker.WITNESSES.backoff
    if (this.#suspects.length >= needed) this.#fault ??= end.fault
    return []
  }

  /**
   * At the end of a cycle: what was never settled. These files burn no attempt and are due again at once (in the next
   * cycle); what was stored of them counts.
   */
  settle(now: number): Outcome[] {
    const suspects = this.#suspects.splice(0)
    this.#fault ??= suspects[0]?.fault ?? null
    return suspects.map(({ outcome, fault }) => ({
      ...outcome,
      end: { status: 'pending', fault, attempts: outcome.file.attempts, nextAttempt: now + 1 },
    }))
  }
}
