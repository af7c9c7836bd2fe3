import { Breaker, type Settled, SOURCE } from './breaker.ts'
import type { Outcome } from './catalog.ts'
import type { Destination } from './destination.ts'
import type { Fault } from './faults.ts'
import type { Outage } from './outages.ts'
import type { Parts } from './parts.ts'
import type { CopyStep, Step } from './plan.ts'

/** Whom a cycle can work with: what its breaker finds out, and the outages that are known from earlier cycles. */
export class Health {
  readonly #parts: Pick<Parts, 'destinations' | 'outages' | 'random'>
  readonly #breaker: Breaker
  /** Destinations that this cycle leaves alone. */
  readonly #out: Map<string, Outage>
  /** Files that are on their way to destinations on probation: those that were out of order until a moment ago. */
  readonly #probes = new Map<string, number>()
  #fault: Fault | null

  constructor(parts: Pick<Parts, 'destinations' | 'outages' | 'random'>, now: number) {
    this.#parts = parts
    this.#breaker = new Breaker((place) => this.#onProbation(place) !== null)
    const names = parts.destinations.map(({ name }) => name)
    this.#out = parts.outages.waiting(names, now)
    this.#fault = [...this.#out.values()][0]?.fault ?? null
  }

  /** The source or every destination is out of order: nothing can be copied any more. */
  get stuck(): boolean {
    return this.#breaker.open.has(SOURCE) || this.#out.size === this.#parts.destinations.length
  }

  /** What is out of order; files that need it are left waiting. */
  get fault(): Fault | null {
    return this.#breaker.open.get(SOURCE) ?? this.#fault
  }

  /** Those that take files, as far as is known. */
  get usable(): Destination[] {
    const { destinations } = this.#parts
    return this.#out.size === 0 ? destinations : destinations.filter(({ name }) => !this.#out.has(name))
  }

  /** What of a step can be done now, and where; and what the rest of it waits for. Of what can be done each outcome must be told (`add`). */
  spare(step: CopyStep): { step: CopyStep; destinations: Destination[]; waitsFor: Outage | null } {
    const { destinations, outages } = this.#parts
    if (this.#out.size === 0 && outages.none) return { step, destinations, waitsFor: null }
    let waitsFor: Outage | null = null
    const left = new Set<string>()
    for (const { name } of destinations) {
      if (![...step.transfers, ...step.moves, ...step.retire].some((one) => one.destination === name)) continue
      const outage = this.#out.get(name) ?? this.#probedAlready(name)
      if (outage === null) this.#probe(name)
      else {
        left.add(name)
        waitsFor ??= outage
      }
    }
    if (waitsFor === null) return { step, destinations, waitsFor }
    const doable = ({ destination }: { destination: string }) => !left.has(destination)
    const { transfers, moves, retire } = step
    const rest = { transfers: transfers.filter(doable), moves: moves.filter(doable), retire: retire.filter(doable) }
    return { step: { do: 'copy', ...rest }, destinations: this.usable.filter(({ name }) => !left.has(name)), waitsFor }
  }

  /** Whether a step waits for nothing but what a few files are finding out at this moment. */
  holds(step: Step): boolean {
    if (step.do !== 'copy' || this.#parts.outages.none) return false
    const wanted = [...step.transfers, ...step.moves, ...step.retire]
    return (
      wanted.length > 0 &&
      wanted.every(({ destination: name }) => !this.#out.has(name) && this.#probedAlready(name) !== null)
    )
  }

  /** With a single destination the whole cycle is the probe. */
  #onProbation(name: string): Fault | null {
    return this.#parts.destinations.length > 1 ? this.#parts.outages.lastFault(name) : null
  }

  /** A few files find out whether it is back; the others wait for them, until the next look at the latest. */
  #probedAlready(name: string): Outage | null {
    const fault = this.#onProbation(name)
    return fault !== null && (this.#probes.get(name) ?? 0) >= Breaker.PROBES ? { fault, until: 0 } : null
  }

  #probe(name: string): void {
    if (this.#onProbation(name) !== null) this.#probes.set(name, (this.#probes.get(name) ?? 0) + 1)
  }

  /** Takes in an outcome of this moment; gives those that it settles. `own` counts against its files, `waiting` burns none of their attempts. */
  add(outcome: Outcome, now: number): { own: Outcome[]; waiting: Outcome[] } {
    for (const name of new Set([...outcome.reached, ...outcome.faults.map(({ destination }) => destination)])) {
      const probes = this.#probes.get(name)
      if (probes !== undefined) this.#probes.set(name, Math.max(0, probes - 1))
    }
    for (const name of outcome.reached) this.#parts.outages.ended(name)
    return this.#settled(this.#breaker.add(outcome, now), now)
  }

  /** At the end of a cycle: what was never settled. */
  settle(now: number): { own: Outcome[]; waiting: Outcome[] } {
    return this.#settled(this.#breaker.settle(), now)
  }

  /** Destinations that have been left alone for long enough are to be tried again: a first backup takes longer than their outages. */
  recheck(now: number): void {
    for (const [name, { until }] of this.#out) {
      if (until > now) continue
      this.#out.delete(name)
      this.#breaker.close(name)
      this.#fault = [...this.#out.values()][0]?.fault ?? null
    }
  }

  #settled({ own, waiting }: Settled, now: number): { own: Outcome[]; waiting: Outcome[] } {
    this.#leaveAlone(now)
    return {
      own,
      waiting: waiting.map(({ outcome, place, fault }) => postponed(outcome, fault, this.#due(place, now))),
    }
  }

  #leaveAlone(now: number): void {
    const { outages, random } = this.#parts
    for (const [place, fault] of this.#breaker.open) {
      if (place === SOURCE || this.#out.has(place)) continue
      this.#out.set(place, outages.failed(place, fault, now, random()))
      this.#fault ??= fault
    }
  }

  /** When all is out of order the daemon sets the pace, and the next cycle tries again. */
  #due(place: string, now: number): number {
    return Math.max(now + 1, this.stuck ? 0 : (this.#out.get(place)?.until ?? 0))
  }
}

/** Due again then, and no attempt burned. */
export function postponed(outcome: Outcome, fault: Fault, nextAttempt: number): Outcome {
  return { ...outcome, end: { status: 'pending', fault, attempts: outcome.file.attempts, nextAttempt } }
}
