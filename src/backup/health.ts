import { Breaker, type Settled, SOURCE } from './breaker.ts'
import type { Outcome } from './catalog.ts'
import type { Destination } from './destination.ts'
import type { Fault } from './faults.ts'
import type { Outage } from './outages.ts'
import type { Parts } from './parts.ts'
import type { CopyStep } from './plan.ts'

/** Whom a cycle can work with: what its breaker finds out, and the outages that are known from earlier cycles. */
export class Health {
  readonly #parts: Pick<Parts, 'destinations' | 'outages' | 'random'>
  readonly #breaker = new Breaker()
  /** Destinations that this cycle leaves alone. */
  readonly #out: Map<string, Outage>
  #fault: Fault | null

  constructor(parts: Pick<Parts, 'destinations' | 'outages' | 'random'>, now: number) {
    this.#parts = parts
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

  /** What of a step can be done now, and what the rest of it waits for. */
  spare(step: CopyStep): { step: CopyStep; waitsFor: Outage | null } {
    if (this.#out.size === 0) return { step, waitsFor: null }
    const usable = ({ destination }: { destination: string }) => !this.#out.has(destination)
    const all = [...step.transfers, ...step.moves, ...step.retire]
    const spared = all.find((one) => !usable(one))
    if (spared === undefined) return { step, waitsFor: null }
    const waitsFor = this.#out.get(spared.destination) ?? null
    const left = {
      transfers: step.transfers.filter(usable),
      moves: step.moves.filter(usable),
      retire: step.retire.filter(usable),
    }
    return { step: { do: 'copy', ...left }, waitsFor }
  }

  /** Takes in an outcome of this moment; gives those that it settles. `own` counts against its files, `waiting` burns none of their attempts. */
  add(outcome: Outcome, now: number): { own: Outcome[]; waiting: Outcome[] } {
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
    return this.stuck ? now + 1 : (this.#out.get(place)?.until ?? now + 1)
  }
}

/** Due again then, and no attempt burned. */
export function postponed(outcome: Outcome, fault: Fault, nextAttempt: number): Outcome {
  return { ...outcome, end: { status: 'pending', fault, attempts: outcome.file.attempts, nextAttempt } }
}
