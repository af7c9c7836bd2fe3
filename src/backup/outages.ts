import type { Fault } from './faults.ts'
import { delay, type RetryPolicy } from './retry.ts'

export interface Outage {
  fault: Fault
  /** When it is tried again, ms since 1970. */
  until: number
}

/** Each look at what is out of order goes through all that waits for it; a bucket that is back is not left waiting for longer. */
const LONGEST_PAUSE_MS = 10 * 60_000

/**
 * Destinations that are out of order while others take files: they are left alone for a growing time, so that they hold
 * nobody back. Remembered from cycle to cycle, and no longer: a restart tries all of them anew.
 */
export class Outages {
  readonly #policy: RetryPolicy
  readonly #known = new Map<string, Outage & { failures: number }>()

  constructor(policy: RetryPolicy) {
    this.#policy = policy
  }

  /** Those of these destinations that are not to be tried now. None when that would be all of them: then the daemon sets the pace. */
  waiting(names: readonly string[], now: number): Map<string, Outage> {
    const waiting = new Map<string, Outage>()
    for (const name of names) {
      const outage = this.#known.get(name)
      if (outage !== undefined && outage.until > now) waiting.set(name, outage)
    }
    return waiting.size === names.length ? new Map() : waiting
  }

  /** Every destination takes files, as far as is known. */
  get none(): boolean {
    return this.#known.size === 0
  }

  /** What it was out of order by, when it was tried last; null when it takes files. */
  lastFault(name: string): Fault | null {
    return this.#known.get(name)?.fault ?? null
  }

  /** It was tried, in vain. `random` 0..1. */
  failed(name: string, fault: Fault, now: number, random: number): Outage {
    const failures = (this.#known.get(name)?.failures ?? 0) + 1
    const policy = { ...this.#policy, delayMs: Math.max(this.#policy.delayMs, 1000) }
    const pause = Math.min(delay(failures, policy, random), LONGEST_PAUSE_MS)
    const outage = { fault, until: now + Math.max(pause, fault.retryAfterMs ?? 0), failures }
    this.#known.set(name, outage)
    return outage
  }

  /** It takes files again. */
  ended(name: string): void {
    this.#known.delete(name)
  }

  /** Somebody wants all to be tried now. */
  forget(): void {
    this.#known.clear()
  }
}
