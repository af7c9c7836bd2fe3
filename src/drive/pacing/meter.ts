/** Share of a minute's allowance that may go at once. What flows on top of it is slowed by as much, so that no minute sees more than allowed. */
const BURST = 0.04
/** The rate left by a refusal. */
const DECREASE = 0.95
/** Growth a second, as a share of the rate last refused: below that rate, and beyond it, where it was no limit after all. */
const INCREASE_BELOW = 0.0003
const INCREASE_BEYOND = 0.01
/** A rate is tested, and may grow, when so much of it was used in the last minute and nothing was refused. */
const TESTED = 0.94
/** So many refusals in a row are believed even where we were far below what should be allowed. */
const INSISTENCE = 3
/** Share of the usual limit whose use makes a refusal believable at once. */
const IN_USE = 0.9
const SECONDS = 60
/** Where the usual limit is near, in calls: as many as may be under way before it, and some to see whether it holds. */
const CALLS_BEFORE_USUAL = 64
const CALLS_BEHIND_USUAL = 32

/**
 * A token bucket whose rate is learned. Pure: the time is an argument.
 *
 * Limits are per minute, so what was used in the minute before a refusal is the best guess of an unknown one. A refusal far below
 * the believed limit is a whim at first; if Google insists, somebody else shares the quota, and the rate is halved.
 *
 * Below the rate last refused the way up is slow: each step too far costs refusals and a pause. Beyond it, that was no limit.
 */
export class Meter {
  readonly #ceiling: number
  readonly #smallestBucket: number
  readonly #floor: number
  readonly #usual: number
  #rate: number
  #refusedRate = Number.POSITIVE_INFINITY
  /** Whether the present run of refusals has lowered the rate. */
  #lowered = false
  #tokens: number
  #at = 0
  /** What was used in each of the last 60 seconds, by second modulo 60, and its sum. */
  readonly #used = new Float64Array(SECONDS)
  #lastMinute = 0
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
    this.#lastMinute += amount
    if (this.#rate !== Number.POSITIVE_INFINITY) this.#tokens -= amount
  }

  /** While no limit is known: whether so much more comes near the one that everybody is granted. */
  nearUsual(now: number, amount: number): boolean {
    if (this.#rate !== Number.POSITIVE_INFINITY) return false
    this.#roll(now)
    const beyond = this.#lastMinute - this.#usual
    return beyond > -CALLS_BEFORE_USUAL * amount && beyond < CALLS_BEHIND_USUAL * amount
  }

  /** ms until the oldest of what was used in the last minute is older than that: then a limit per minute has room again. */
  relief(now: number): number {
    this.#roll(now)
    for (let second = this.#second - SECONDS + 1; second <= this.#second; second++) {
      if ((this.#used[second % SECONDS] ?? 0) > 0) return (second + SECONDS) * 1000 - now
    }
    return 0
  }

  /**
   * `strikes` counts the refusals since the last success, this one included. Only one of them lowers the rate. `inFlight` is
   * what was taken and not answered yet, this call's share included: it may be refused as well, and so is no proof of a limit.
   */
  refused(now: number, strikes: number, inFlight: number): void {
    this.#roll(now)
    const lastMinute = Math.max(0, this.#lastMinute - inFlight)
    const known = this.#rate !== Number.POSITIVE_INFINITY
    const inUse = lastMinute >= (known ? this.#rate / 2 : this.#usual * IN_USE)
    if (strikes === 1) this.#lowered = false
    if (this.#lowered || (!inUse && strikes < INSISTENCE)) return
    this.#lowered = true
    const guess = Math.max(lastMinute, (known ? this.#rate : this.#usual) / 2)
    this.#refusedRate = Math.max(guess, this.#floor)
    this.#rate = Math.min(this.#rate, Math.max(guess * DECREASE, this.#floor))
    this.#at = now
  }

  /** A pause is over: what it kept back must not come at once, before a limit that has just begun to open. */
  resume(now: number): void {
    this.#tokens = 0
    this.#at = now
  }

  #refill(now: number): void {
    // A clock set back must not freeze the bucket.
    const elapsed = Math.max(0, now - this.#at)
    this.#at = now
    if (elapsed === 0) return
    this.#roll(now)
    this.#grow(elapsed)
    this.#tokens = Math.min(this.#bucket(), this.#tokens + (this.#rate * elapsed) / 60_000)
  }

  #grow(elapsed: number): void {
    if (this.#rate >= this.#ceiling) return
    const below = this.#rate < this.#refusedRate
    if (this.#lastMinute < TESTED * this.#rate) return
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
    // Summed anew once a second: no rounding error lives longer.
    this.#lastMinute = this.#used.reduce((sum, one) => sum + one, 0)
    this.#second = second
  }
}
