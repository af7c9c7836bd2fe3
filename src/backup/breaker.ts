import type { Outcome } from './catalog.ts'
import type { Fault } from './faults.ts'

/** Stands for the source beside the names of destinations, none of which is empty. */
export const SOURCE = ''

/** An outcome that blames its surroundings, until it is clear whether they are to blame. */
interface Suspect {
  outcome: Outcome
  /** What it blames still: places, each with the fault that was met there. */
  blamed: Map<string, Fault>
  at: number
}

export interface Settled {
  /** To be recorded as they are: what went wrong counts against the file. */
  own: Outcome[]
  /** These burn no attempt: they wait for a place. What was stored of them counts. */
  waiting: { outcome: Outcome; place: string; fault: Fault }[]
}

/**
 * Tells a broken source or destination from a broken file. While it is not clear, outcomes that blame a place are held
 * back: when a file that was begun later succeeds there they count against their files, and when none does they count
 * against nobody and the breaker opens for that place. So files that wait for a bucket to come back burn no attempts, and
 * one bucket's trouble says nothing of another.
 */
export class Breaker {
  /** A fault that somebody has to mend needs few witnesses; one that may pass needs more. */
  static readonly WITNESSES = { 'after-operator': 3, daily: 3, backoff: 12 } as const
  /** So many files at once find out whether a place is back: one could be out of order by itself. */
  static readonly PROBES = 3

  readonly #onProbation: (place: string) => boolean
  #suspects: Suspect[] = []
  readonly #open = new Map<string, Fault>()
  readonly #succeeded = new Set<string>()

  /** `onProbation`: places that were out of order a while ago, and of which little is needed to believe that they are still. */
  constructor(onProbation: (place: string) => boolean) {
    this.#onProbation = onProbation
  }

  /** The places that are out of order, once that is certain: SOURCE, or destinations by their names. */
  get open(): ReadonlyMap<string, Fault> {
    return this.#open
  }

  /** Takes in an outcome of this moment; gives those that are settled by it. */
  add(outcome: Outcome, now: number): Settled {
    const own = this.#acquit(placesReached(outcome), now - outcome.took)
    const blamed = blameOf(outcome)
    if (blamed.size === 0) return { own: [outcome, ...own], waiting: [] }
    this.#suspects.push({ outcome, blamed, at: now })
    for (const [place, fault] of blamed) {
      const witnesses = this.#suspects.filter((suspect) => suspect.blamed.has(place)).length
      const needed = this.#onProbation(place) ? Breaker.PROBES : neededFor(fault)
      if (witnesses >= needed && !this.#open.has(place)) this.#open.set(place, fault)
    }
    return { own, waiting: this.#condemned() }
  }

  /** The place is to be tried again. */
  close(place: string): void {
    this.#open.delete(place)
    this.#succeeded.delete(place)
  }

  /** What met a fault at a place that turned out to be out of order. */
  #condemned(): Settled['waiting'] {
    if (this.#open.size === 0) return []
    const waiting: Settled['waiting'] = []
    this.#suspects = this.#suspects.filter(({ outcome, blamed }) => {
      const guilty = [...blamed].find(([place]) => this.#open.has(place))
      if (guilty !== undefined) waiting.push({ outcome, place: guilty[0], fault: guilty[1] })
      return guilty === undefined
    })
    return waiting
  }

  /**
   * These places answered for a file begun at that time: the faults that others met there before are their own. A file
   * that was in flight already when the trouble began only got through the closing door.
   */
  #acquit(places: string[], begunAt: number): Outcome[] {
    for (const place of places) this.#succeeded.add(place)
    if (this.#suspects.length === 0 || places.length === 0) return []
    for (const { blamed, at } of this.#suspects) if (at <= begunAt) for (const place of places) blamed.delete(place)
    const { own = [], open = [] } = Object.groupBy(this.#suspects, ({ blamed }) => (blamed.size === 0 ? 'own' : 'open'))
    this.#suspects = open
    return own.map(({ outcome }) => outcome)
  }

  /** At the end of a cycle: what was not settled yet. Where nothing succeeded at all, a single fault is evidence enough. */
  settle(): Settled {
    for (const { blamed } of this.#suspects)
      for (const [place, fault] of blamed)
        if (!this.#succeeded.has(place) && !this.#open.has(place)) this.#open.set(place, fault)
    const waiting = this.#condemned()
    return { own: this.#suspects.splice(0).map(({ outcome }) => outcome), waiting }
  }
}

/** Bytes came from the source for each copy. */
function placesReached({ reached, copies }: Outcome): string[] {
  return copies.length > 0 ? [...reached, SOURCE] : reached
}

function blameOf({ faults }: Outcome): Map<string, Fault> {
  const blamed = new Map<string, Fault>()
  for (const { destination, fault } of faults) {
    const { scope } = fault.kind
    if (scope === 'source') blamed.set(SOURCE, fault)
    else if (scope === 'destination') blamed.set(destination, fault)
  }
  return blamed
}

function neededFor({ kind: { retry } }: Fault): number {
  return retry === 'after-operator' || retry === 'daily' ? Breaker.WITNESSES[retry] : Breaker.WITNESSES.backoff
}
