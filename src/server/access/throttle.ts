/** How many tries there are at once, and how soon another one comes back. */
export interface Limit {
  burst: number
  refillMs: number
}

/**
 * A budget of tries for each key that somebody may name. Of a key only one time is kept: when its budget will be full
 * again. A full budget need not be kept, so what is remembered is bounded by what was tried lately, and by `mostKept`.
 */
export class Throttle {
  readonly #limit: Limit
  readonly #mostKept: number
  /** The keys used longest ago come first. */
  readonly #fullAt = new Map<string, number>()

  constructor(limit: Limit, mostKept = 10_000) {
    this.#limit = limit
    this.#mostKept = mostKept
  }

  /** Takes a try. Null: it was granted; else after how many ms there will be one. */
  take(key: string, now: number): number | null {
    const { burst, refillMs } = this.#limit
    const most = burst * refillMs
    // A clock that was set back must not make anybody wait for what it was ahead.
    const fullAt = Math.min(Math.max(this.#fullAt.get(key) ?? now, now), now + most) + refillMs
    if (fullAt - now > most) return fullAt - now - most
    this.#keep(key, fullAt, now)
    return null
  }

  /** A try that did not count after all. */
  giveBack(key: string): void {
    const fullAt = this.#fullAt.get(key)
    if (fullAt !== undefined) this.#fullAt.set(key, fullAt - this.#limit.refillMs)
  }

  get size(): number {
    return this.#fullAt.size
  }

  #keep(key: string, fullAt: number, now: number): void {
    this.#fullAt.delete(key)
    this.#fullAt.set(key, fullAt)
    if (this.#fullAt.size <= this.#mostKept) return
    for (const [kept, at] of this.#fullAt) if (at <= now) this.#fullAt.delete(kept)
    const [oldest] = this.#fullAt.keys()
    if (this.#fullAt.size > this.#mostKept && oldest !== undefined) this.#fullAt.delete(oldest)
  }
}
