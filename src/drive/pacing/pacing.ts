import { Meter } from './meter.ts'

/**
 * Decides when the next call may go: a pure state machine, told the time and the answers. `governor.ts` does the waiting.
 *
 * Google prices calls in quota units a minute and user. Calls flow smoothly below the rate believed to be allowed. When Google
 * refuses one for its rate, all callers pause together; then a single call probes, and only its success lets the others go, so that a
 * closed door costs one refusal and not one from each caller. The believed rate falls by a factor at each refusal and rises by small steps.
 *
 * An unknown limit is met at full speed, and then all that is under way is refused at once. Limits are mostly those that everybody has:
 * near them only a few calls are under way, so that meeting one costs few refusals, and passing where there is none costs a moment.
 */

/** Quota units, from Google's price list of May 2026 (drive-api.md §8). */
export const PRICES = { get: 5, list: 100, download: 200, other: 5 } as const

/** What Google grants each user of a new project: units a minute. Older projects may have more or less: see `PaceLimits`. */
export const KNOWN_UNITS_PER_MINUTE = 325_000

/** What Google granted before, counted in calls. */
const OLDER_QUERIES_PER_MINUTE = 12_000

/** Calls under way while a limit may be near. */
const CAUTIOUS_CALLS = 4

export interface PaceLimits {
  /** Never to be passed; `Infinity` where nothing is known, and then only refusals teach a limit. */
  unitsPerMinute: number
  /** The older kind of limit, which counts calls whatever they cost; `Infinity` for none. */
  queriesPerMinute: number
}

/** Granted calls carry the period they were granted in: an answer from before the last pause teaches nothing new. */
export type Ticket = number
export type Outcome = 'served' | 'refused' | 'other'

type PauseMs = (strikes: number, reliefMs: number) => number

export interface PaceState {
  unitsUsed: number
  /** What is believed to be allowed at present; `Infinity` while nothing has been refused and no limit is known. */
  unitsPerMinute: number
  refusals: number
  /** ms since 1970; 0 when nobody asked us to pause. */
  pausedUntil: number
}

export class Pace {
  readonly #units: Meter
  readonly #queries: Meter
  #unitsUsed = 0
  #refusals = 0
  #period = 0
  #pausedUntil = 0
  /** Refusals since the last success, which stretch the pause. */
  #strikes = 0
  #probing = false
  #inFlight = 0
  #unitsInFlight = 0

  constructor(limits: PaceLimits) {
    // The smallest bucket holds two of the dearest calls, so that any call can pass.
    this.#units = new Meter({
      perMinute: limits.unitsPerMinute,
      smallestBucket: 2 * PRICES.download,
      floor: 10_000,
      usual: KNOWN_UNITS_PER_MINUTE,
    })
    this.#queries = new Meter({
      perMinute: limits.queriesPerMinute,
      smallestBucket: 2,
      floor: 60,
      usual: OLDER_QUERIES_PER_MINUTE,
    })
  }

  /** How long until a call of this price may go: 0 for now, `Infinity` for not before the probe's answer. */
  wait(units: number, now: number): number {
    if (this.#strikes > 0) {
      if (this.#probing) return Number.POSITIVE_INFINITY
      if (now < this.#pausedUntil) return this.#pausedUntil - now
    }
    const nearLimit =
      this.#inFlight >= CAUTIOUS_CALLS && (this.#units.nearUsual(now, units) || this.#queries.nearUsual(now, 1))
    if (nearLimit) return Number.POSITIVE_INFINITY
    return Math.max(this.#units.wait(units, now), this.#queries.wait(1, now))
  }

  /** Grants a call; only when `wait` said 0. */
  take(units: number, now: number): Ticket {
    this.#units.take(units, now)
    this.#queries.take(1, now)
    this.#unitsUsed += units
    this.#inFlight += 1
    this.#unitsInFlight += units
    if (this.#strikes > 0) this.#probing = true
    return this.#period
  }

  /**
   * Tells how a granted call was answered; each ticket once. `pauseMs` gives the pause behind so many refusals in a row, when a
   * limit on the last minute has room again after `reliefMs`.
   */
  settle(ticket: Ticket, outcome: Outcome, now: number, pauseMs: PauseMs): void {
    if (outcome === 'refused') {
      this.#refusals += 1
      if (ticket === this.#period) this.#slowDown(now, pauseMs)
    }
    // What each of them costs is not kept: the average will do.
    this.#unitsInFlight -= this.#unitsInFlight / this.#inFlight
    this.#inFlight -= 1
    if (ticket !== this.#period || outcome === 'refused') return
    if (this.#strikes > 0) {
      // A probe that died on the way proves nothing: the next call is the probe.
      this.#probing = false
      if (outcome !== 'served') return
      this.#strikes = 0
      this.#units.resume(now)
      this.#queries.resume(now)
    }
  }

  #slowDown(now: number, pauseMs: PauseMs): void {
    this.#strikes += 1
    this.#units.refused(now, this.#strikes, this.#unitsInFlight)
    this.#queries.refused(now, this.#strikes, this.#inFlight)
    this.#period += 1
    this.#probing = false
    this.#pausedUntil = now + pauseMs(this.#strikes, this.#queries.relief(now))
  }

  state(now: number): PaceState {
    return {
      unitsUsed: this.#unitsUsed,
      unitsPerMinute: this.#units.perMinute,
      refusals: this.#refusals,
      pausedUntil: this.#strikes > 0 && this.#pausedUntil > now ? this.#pausedUntil : 0,
    }
  }
}
