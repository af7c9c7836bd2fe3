import { backOff } from '../model/back-off.ts'
import type { Fault } from '../model/faults.ts'
import { LONGEST_DELAY_MS, type RetryPolicy } from '../model/retry.ts'

/** A source or destination that does not work at present. Times are ms since 1970, UTC. */
export interface Outage {
  fault: Fault
  since: number
  /** Not tried before. */
  until: number
  /** How often it was tried in vain. */
  tries: number
}

/** What a breaker made of an observation. */
export interface Verdict<Work> {
  /** The endpoint works: these faults are the work's own and count against it. */
  own: Work[]
  /** The endpoint does not work: these wait for it and burn no attempt. */
  waiting: Work[]
  /** The outage began, ended or goes on: it is to be written down. */
  changed: boolean
}

interface Suspect<Work> {
  work: Work
  /** Several deliveries of one file are one witness. */
  file: number
  fault: Fault
  at: number
}

/** An endpoint that works again says so within moments: it is tried at least this often. */
const LONGEST_PAUSE_MS = 10 * 60_000

/**
 * The circuit breaker of one endpoint: a source or a destination. Pure: told the time and what happened.
 *
 * A fault that blames the endpoint is a suspicion at first. When work that began later succeeds there, the fault was the
 * work's own. When several files in a row meet such a fault, or nothing else is under way and a probe fails too, the breaker
 * opens: all that waits for the endpoint is left alone for a growing time. Then three deliveries find out (half-open).
 */
export class CircuitBreaker<Work> {
  /** So many files in a row: a fault that somebody has to mend needs few witnesses, one that may pass needs more. */
  static readonly WITNESSES = { 'after-operator': 3, daily: 3, backoff: 12 } as const
  /** So many deliveries at once find out whether the endpoint is back: one could be at fault by itself. */
  static readonly PROBES = 3

  readonly #policy: RetryPolicy
  readonly #random: () => number
  #suspects: Suspect<Work>[] = []
  #outage: Outage | null
  #halfOpen = false
  #tries: number
  #lastOk: number

  /** `outage`: what was out of order when the last process ended. */
  constructor(policy: RetryPolicy, random: () => number, now: number, outage: Outage | null = null) {
    this.#policy = policy
    this.#random = random
    this.#tries = outage?.tries ?? 0
    this.#lastOk = now
    this.#outage = outage
    if (outage === null) return
    // The clock was ahead when it was written down.
    if (outage.since > now || outage.until > now + LONGEST_DELAY_MS) this.clockSetBack(now)
    // Somebody may have mended it: that is why people start a program again, and correct its settings.
    if (outage.fault.kind.retry === 'after-operator') this.#halfOpen = true
  }

  /** What is out of order, also while that is being found out. */
  get outage(): Outage | null {
    return this.#outage
  }

  /** How many deliveries may be under way at once. */
  get admits(): number {
    if (this.#outage === null) return Number.POSITIVE_INFINITY
    return this.#halfOpen ? CircuitBreaker.PROBES : 0
  }

  /** Whether somebody has to ask the endpoint itself, since no other work will show who is to blame. */
  get undecided(): boolean {
    return this.#suspects.length > 0
  }

  /** When it last worked, as far as this process knows: attempts burned since then may be the outage's. */
  get lastOk(): number {
    return this.#lastOk
  }

  /** Work that began at `begunAt` succeeded here. */
  succeeded(begunAt: number, now: number): Verdict<Work> {
    this.#lastOk = now
    this.#tries = 0
    const own = this.#suspects.filter(({ at }) => at <= begunAt)
    this.#suspects = this.#suspects.filter(({ at }) => at > begunAt)
    // What was begun before the outage and only ended now says nothing about it.
    const over = this.#outage !== null && (this.#halfOpen || begunAt > this.#outage.since)
    if (over) this.#close()
    return { own: own.map(({ work }) => work), waiting: [], changed: over }
  }

  /** Work met a fault that blames the endpoint. */
  failed(work: Work, file: number, fault: Fault, now: number): Verdict<Work> {
    this.#suspects.push({ work, file, fault, at: now })
    if (this.#outage !== null && !this.#halfOpen) return this.#open(fault, now, this.#outage)
    const witnesses = new Set(this.#suspects.map((suspect) => suspect.file)).size
    const needed = this.#halfOpen ? CircuitBreaker.PROBES : neededFor(fault)
    if (witnesses < needed) return { own: [], waiting: [], changed: false }
    return this.#open(fault, now, null)
  }

  /** The endpoint itself was asked: null, it works; else the fault that stands in the way. */
  probed(fault: Fault | null, now: number): Verdict<Work> {
    if (fault !== null) return this.#open(fault, now, null)
    // How long to wait next time is not forgotten: an endpoint that only answers probes would be tried without end.
    const own = this.#suspects.splice(0).map(({ work }) => work)
    const changed = this.#outage !== null
    this.#lastOk = now
    this.#close()
    return { own, waiting: [], changed }
  }

  /** The time of the outage has come: some deliveries may find out. */
  retryWhenDue(now: number): void {
    if (this.#outage !== null && this.#outage.until <= now) this.#halfOpen = true
  }

  /** Somebody wants it to be tried now. */
  retryNow(): void {
    if (this.#outage !== null) this.#halfOpen = true
  }

  /** The clock was set back: what was to be tried at a time of the wrong clock is tried now. */
  clockSetBack(now: number): void {
    this.#lastOk = Math.min(this.#lastOk, now)
    this.#suspects = this.#suspects.map((suspect) => ({ ...suspect, at: Math.min(suspect.at, now) }))
    const outage = this.#outage
    if (outage !== null)
      this.#outage = { ...outage, since: Math.min(outage.since, now), until: Math.min(outage.until, now) }
  }

  /** `standing`: work that was under way when it opened adds nothing to the pause. */
  #open(fault: Fault, now: number, standing: Outage | null): Verdict<Work> {
    const waiting = this.#suspects.splice(0).map(({ work }) => work)
    if (standing !== null) return { own: [], waiting, changed: false }
    this.#tries += 1
    const pauses = { firstMs: Math.max(this.#policy.delayMs, 1000), longestMs: LONGEST_PAUSE_MS }
    const pause = backOff(this.#tries, pauses, this.#random())
    this.#outage = {
      fault,
      since: this.#outage?.since ?? now,
      until: now + Math.min(Math.max(pause, fault.retryAfterMs ?? 0), LONGEST_DELAY_MS),
      tries: this.#tries,
    }
    this.#halfOpen = false
    return { own: [], waiting, changed: true }
  }

  #close(): void {
    this.#outage = null
    this.#halfOpen = false
  }
}

function neededFor({ kind: { retry } }: Fault): number {
  return retry === 'after-operator' || retry === 'daily'
    ? CircuitBreaker.WITNESSES[retry]
    : CircuitBreaker.WITNESSES.backoff
}
