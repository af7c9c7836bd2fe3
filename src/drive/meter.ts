/** Share of a minute's allowance that may go at once. What flows on top of it is slowed by as much, so that no minute sees more than allowed. */
const BURST = 0.04
/** The rate left by a refusal. */
const DECREASE = 0.9
/** Growth a second, as a share of the rate last refused: below that rate, and beyond it, where it was no limit after all. */
const INCREASE_BELOW = 0.0025
const INCREASE_BEYOND = 0.01
/** So many refusals in a row are believed even where we were far below what should be allowed. */
const INSISTENCE = 3
const SECONDS = 60

/**
 * A token bucket whose rate is learned. Pure: the time is an argument.
 *
 * Limits are per minute, so what was used in the minute before a refusal is the best guess of an unknown one. A refusal far below
 * the believed limit is a whim at first; if Google insists, somebody else shares the quota, and the rate is halved.
 */
export class Meter {
  readonly #ceiling: number
  readonly #smallestBucket: number
  readonly #floor: number
  readonly #usual: number
  #rate: number
  #refusedRate = Number.POSITIVE_INFINITY
  #tokens: number
  #at = 0
  /** What was used in each of the last 60 seconds, by second modulo 60. */
  readonly #used = new Float64Array(SECONDS)
  #second = 0

  /**
   * `perMinute` is never passed. `floor` keeps refusals from stopping everything for good. `usual` is what everybody is granted,
   * believed where no limit is known.
   */
  constructor(options: { perMinute: number; smallestBucket: number; floor: number; usual: number }) {
    this.#usual = options.usual
    this.#ceiling = options.perMinute * (1 - BURST)
    this.#smallestBucket = options.smallestBucket
    this.#floor = Math.min(options.floor, this.#ceiling)
    this.#rate = this.#ceiling
    this.#tokens = this.#bucket()
  }

  /** What is believed to be allowed. */
  get perMinute(): number {
    return this.#rate
  }

  /** ms until so much may be taken. */
  wait(amount: number, now: number): number {
    if (this.#rate === Number.POSITIVE_INFINITY) return 0
    this.#refill(now)
    if (this.#tokens >= amount) return 0
    return ((amount - this.#tokens) / this.#rate) * 60_000
  }

  take(amount: number, now: number): void {
    this.#roll(now)
    const slot = this.#second % SECONDS
    this.#used[slot] = (this.#used[slot] ?? 0) + amount
    if (this.#rate !== Number.POSITIVE_INFINITY) this.#tokens -= amount
  }

  /** `strikes` counts the refusals since the last success, this one included. Only one of them lowers the rate. */
  refused(now: number, strikes: number): void {
    this.#roll(now)
    const lastMinute = this.#used.reduce((sum, one) => sum + one, 0)
    const known = this.#rate !== Number.POSITIVE_INFINITY
    const inUse = lastMinute >= (known ? this.#rate / 2 : this.#usual)
    if (strikes !== (inUse ? 1 : INSISTENCE)) return
    const guess = Math.max(lastMinute, (known ? this.#rate : this.#usual) / 2)
    this.#refusedRate = Math.max(guess, this.#floor)
    this.#rate = Math.min(this.#rate, Math.max(guess * DECREASE, this.#floor))
    this.#tokens = 0
    this.#at = now
  }

  #refill(now: number): void {
    // A clock set back must not freeze the bucket.
    const elapsed = Math.max(0, now - this.#at)
    this.#at = now
    if (elapsed === 0) return
    this.#grow(elapsed)
    this.#tokens = Math.min(this.#bucket(), this.#tokens + (this.#rate * elapsed) / 60_000)
  }

  /** Up to where it was last refused with time alone; beyond that only while the rate is really in use. */
  #grow(elapsed: number): void {
    if (this.#rate >= this.#ceiling) return
    const below = this.#rate < this.#refusedRate
    if (!below && this.#tokens > this.#bucket() / 2) return
    const step = this.#refusedRate * (below ? INCREASE_BELOW : INCREASE_BEYOND) * (elapsed / 1000)
    // A long sleep is no proof of anything: one step never passes the refused rate.
    this.#rate = Math.min(this.#rate + step, below ? this.#refusedRate : this.#rate * 1.1, this.#ceiling)
    // Evidently no limit: the steps may grow too.
    if (this.#rate > 2 * this.#refusedRate) this.#refusedRate = this.#rate
  }

  #bucket(): number {
    return Math.max(this.#rate * BURST, this.#smallestBucket)
  }

  /** Forgets the seconds that are more than a minute old. */
  #roll(now: number): void {
    const second = Math.floor(now / 1000)
    if (second === this.#second) return
    const passed = second - this.#second
    if (passed < 0 || passed >= SECONDS) this.#used.fill(0)
    else for (let one = this.#second + 1; one <= second; one++) this.#used[one % SECONDS] = 0
    this.#second = second
  }
}
