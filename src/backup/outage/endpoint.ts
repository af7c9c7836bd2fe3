import type { EndpointRef } from '../model/catalog.ts'
import type { Fault } from '../model/faults.ts'
import type { CircuitBreaker, Outage, Verdict } from './circuit-breaker.ts'

export interface EndpointOptions {
  ref: EndpointRef
  breaker: CircuitBreaker<Trial>
  /** Asks the endpoint itself; throws the Fault that stands in the way. */
  probe(signal: AbortSignal): Promise<void>
}

/** A delivery whose fault may be an endpoint's: settled when that is clear. */
export interface Trial {
  file: number
  fault: Fault
  /** The fault counts against the file. `alone`: others are accepted, so the fault is about this one object. */
  own(): void
  /** It waits for the endpoint, and burns no attempt. */
  waits(outage: Outage): void
}

/** A source or a destination with its circuit breaker, and what of it waits for a verdict. */
export class Endpoint {
  readonly ref: EndpointRef
  readonly #breaker: CircuitBreaker<Trial>
  readonly #probe: (signal: AbortSignal) => Promise<void>
  readonly #changed: (endpoint: Endpoint) => void
  /** Deliveries under way. */
  inFlight = 0
  #asking = false
  /**
   * What is known of a destination since it was identified; null: it has to be, before the next delivery. After an outage it
   * may be another one.
   */
  identified: { unknownKeys: boolean } | null = null

  constructor({ ref, breaker, probe }: EndpointOptions, changed: (endpoint: Endpoint) => void) {
    this.ref = ref
    this.#breaker = breaker
    this.#probe = probe
    this.#changed = changed
  }

  get outage(): Outage | null {
    return this.#breaker.outage
  }

  get lastOk(): number {
    return this.#breaker.lastOk
  }

  /** Whether nothing may be begun before its outage has lasted for its time. */
  get isOut(): boolean {
    return this.#breaker.admits === 0
  }

  /** How many more deliveries may be begun. */
  get room(): number {
    return this.#breaker.admits - this.inFlight
  }

  /**
   * Whether something waits for a verdict that no work under way will bring: faults, or an outage whose time has come while
   * nothing is due that could find out.
   */
  get undecided(): boolean {
    if (this.inFlight > 0 || this.#asking) return false
    return this.#breaker.undecided || (this.outage !== null && !this.isOut)
  }

  succeeded(begunAt: number, now: number): void {
    this.#carryOut(this.#breaker.succeeded(begunAt, now))
  }

  failed(trial: Trial, now: number): void {
    this.#carryOut(this.#breaker.failed(trial, trial.file, trial.fault, now))
  }

  /** Takes a fault that the endpoint itself, and no single file, has met; null: it has answered. */
  probed(fault: Fault | null, now: number): void {
    this.#carryOut(this.#breaker.probed(fault, now))
  }

  /** Asks the endpoint itself. Throws bugs, and the signal's reason. */
  async ask(now: () => number, faultOf: (error: unknown) => Fault, signal: AbortSignal): Promise<void> {
    let fault: Fault | null = null
    this.#asking = true
    try {
      await this.#probe(signal)
    } catch (error) {
      signal.throwIfAborted()
      fault = faultOf(error)
    } finally {
      this.#asking = false
    }
    this.probed(fault, now())
  }

  retryWhenDue(now: number): void {
    this.#breaker.retryWhenDue(now)
  }

  retryNow(): void {
    this.#breaker.retryNow()
  }

  clockSetBack(now: number): void {
    this.#breaker.clockSetBack(now)
  }

  #carryOut({ own, waiting, changed }: Verdict<Trial>): void {
    if (changed) this.#changed(this)
    if (this.isOut) this.identified = null
    for (const trial of own) trial.own()
    const { outage } = this.#breaker
    for (const trial of waiting) if (outage !== null) trial.waits(outage)
  }
}
