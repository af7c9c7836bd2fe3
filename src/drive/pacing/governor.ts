import { backOff } from '../../backup/model/back-off.ts'
import { Fault } from '../../backup/model/faults.ts'
import { type Clock, LONGEST_PAUSE_MS, systemClock } from '../clock.ts'
import { type Outcome, Pace, type PaceLimits, type PaceState, type Ticket } from './pacing.ts'

/** Limits are per minute: a door that is still closed is tried a few times a minute, lest we stand before an open one. */
const LONGEST_BLIND_PAUSE_MS = 16_000

interface Waiter {
  units: number
  go(ticket: Ticket): void
  stop(reason: unknown): void
}

/**
 * The gate that every API call of one user passes: first come, first served. Several sources of the same user should share one,
 * since Google counts them together. Costs no timer while no limit is near.
 */
export class Governor {
  readonly #pace: Pace
  readonly #clock: Clock
  readonly #baseMs: number
  readonly #queue: Waiter[] = []
  #cancelTimer: (() => void) | null = null

  /** `baseMs`: the first pause when Google asks to slow down and does not say for how long. */
  constructor(limits: PaceLimits, options: { clock?: Clock; baseMs?: number } = {}) {
    this.#pace = new Pace(limits)
    this.#clock = options.clock ?? systemClock
    this.#baseMs = options.baseMs ?? 1000
  }

  get state(): PaceState & { waiting: number } {
    return { ...this.#pace.state(this.#clock.now()), waiting: this.#queue.length }
  }

  /**
   * Waits for this call's turn; at once (no promise) when nothing is in the way. Every ticket must be settled.
   * A pause longer than a minute is not waited for here: a Fault says until when.
   */
  enter(units: number, signal: AbortSignal): Ticket | Promise<Ticket> {
    signal.throwIfAborted()
    const now = this.#clock.now()
    if (this.#queue.length === 0) {
      const wait = this.#pace.wait(units, now)
      if (wait === 0) return this.#pace.take(units, now)
    }
    const paused = this.#pace.state(now).pausedUntil - now
    if (paused > LONGEST_PAUSE_MS) throw new Fault('google/rate-limited', 'Google Drive', { retryAfterMs: paused })
    return this.#queueUp(units, signal)
  }

  /** `retryAfterMs` is what Google asked for, if it did. */
  settle(ticket: Ticket, outcome: Outcome, retryAfterMs: number | null = null): void {
    const pauses = { firstMs: this.#baseMs, longestMs: LONGEST_BLIND_PAUSE_MS }
    this.#pace.settle(ticket, outcome, this.#clock.now(), (strikes, reliefMs) => {
      const untilOpen = Math.min(backOff(strikes, pauses, Math.random()), reliefMs)
      // Asked to come back at once, we still leave the others time to hear of it.
      return Math.max(retryAfterMs ?? untilOpen, this.#baseMs)
    })
    if (this.#queue.length > 0) this.#serve()
  }

  #queueUp(units: number, signal: AbortSignal): Promise<Ticket> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1)
        reject(signal.reason)
        this.#serve()
      }
      const waiter: Waiter = {
        units,
        go: (ticket) => {
          signal.removeEventListener('abort', onAbort)
          resolve(ticket)
        },
        stop: (reason) => {
          signal.removeEventListener('abort', onAbort)
          reject(reason)
        },
      }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#queue.push(waiter)
      if (this.#queue.length === 1) this.#serve()
    })
  }

  /** Lets go whoever may go, and sets one timer for the first who may not. */
  #serve(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    const now = this.#clock.now()
    const paused = this.#pace.state(now).pausedUntil - now
    if (paused > LONGEST_PAUSE_MS) {
      const fault = new Fault('google/rate-limited', 'Google Drive', { retryAfterMs: paused })
      for (const waiter of this.#queue.splice(0)) waiter.stop(fault)
      return
    }
    for (let head = this.#queue[0]; head !== undefined; head = this.#queue[0]) {
      const wait = this.#pace.wait(head.units, now)
      if (wait > 0) {
        // Behind a probe there is nothing to wait for but its answer, which comes through `settle`.
        if (wait < Number.POSITIVE_INFINITY) this.#cancelTimer = this.#clock.after(Math.ceil(wait), () => this.#serve())
        return
      }
      this.#queue.shift()
      head.go(this.#pace.take(head.units, now))
    }
  }
}
