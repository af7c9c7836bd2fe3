import type { DeliverCatalog, Outcome, Settlement } from '../model/catalog.ts'
import type { Clock } from '../model/parts.ts'

/** Settlements are written down in groups of this many, or when nothing else is in hand: a transaction costs more than a row. */
const BATCH = 400
/** None waits longer than this to be written down: what a crash would have to look at again stays small. */
const WITHIN_MS = 500

/** Writes settlements and outcomes down in batches, in the order in which they came. */
export class Recorder {
  readonly #catalog: DeliverCatalog
  readonly #clock: Clock
  #settlements: { settlement: Settlement; at: number }[] = []
  #outcomes: Outcome[] = []
  #wroteAt: number
  #writing: Promise<void> = Promise.resolve()

  constructor(catalog: DeliverCatalog, clock: Clock) {
    this.#catalog = catalog
    this.#clock = clock
    this.#wroteAt = clock.now()
  }

  add(settlement: Settlement): void {
    this.#settlements.push({ settlement, at: this.#clock.now() })
  }

  addOutcome(outcome: Outcome): void {
    this.#outcomes.push(outcome)
  }

  get empty(): boolean {
    return this.#settlements.length + this.#outcomes.length === 0
  }

  get due(): boolean {
    const since = this.#clock.now() - this.#wroteAt
    return this.#settlements.length >= BATCH || (!this.empty && (since >= WITHIN_MS || since < 0))
  }

  /** Resolves when all that was added before is written. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      if (this.empty) return
      const [settlements, outcomes] = [this.#settlements, this.#outcomes]
      this.#settlements = []
      this.#outcomes = []
      this.#wroteAt = this.#clock.now()
      const settled = settlements.map(({ settlement, at }) => sooner(settlement, Math.max(0, at - this.#wroteAt)))
      await this.#catalog.settle(settled, outcomes, this.#wroteAt)
      // It was set back while that was being written, and what was put off before has been looked through already.
      const now = this.#clock.now()
      if (now < this.#wroteAt) await this.#catalog.clockSetBack(now)
    })
    return this.#writing
  }
}

/** A clock that was set back since: what was put off by it is put off by as much less. */
function sooner(settlement: Settlement, ms: number): Settlement {
  const { end } = settlement
  if (ms === 0 || !('dueAt' in end) || end.dueAt === null) return settlement
  return { ...settlement, end: { ...end, dueAt: end.dueAt - ms } }
}
