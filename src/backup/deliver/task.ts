import type { Delivery, DueFile, NewCopy, Outcome, Reservation } from '../model/catalog.ts'
import type { Fault } from '../model/faults.ts'
import type { SourceEndpoint } from '../outage/endpoints.ts'
import type { Step } from '../plan/plan.ts'
import type { SharedRead } from '../transfer/shared-read.ts'

/** One delivery in hand. */
export interface Task {
  work: FileWork
  delivery: Delivery
  step: Exclude<Step, { do: 'nothing' }>
  keys: string[]
  reservation: Reservation
  /** A change that somebody made just now. */
  live: boolean
}

/** What became of a file's deliveries, as people see it. */
type End = { status: 'synced' } | { status: 'waits'; fault: Fault | null; until: number } | Outcome['end']

/** One file with those of its deliveries that were claimed together: one download feeds them, and one outcome tells of them. */
export class FileWork {
  readonly file: DueFile
  readonly from: SourceEndpoint
  /** Null until a delivery needs the bytes. */
  reading: SharedRead | null = null
  /** What reading this file came to in this round: it counts once, however many deliveries met it. */
  readFault: { fault: Fault; attempts: number; status: 'pending' | 'failed'; dueAt: number | null } | null = null
  started: number | null = null
  /** It is being asked for by its id: see fetch-again.ts. */
  looking: Promise<boolean> | null = null
  readonly #copies: NewCopy[] = []
  readonly #faults: Outcome['faults'] = []
  readonly #ends: End[] = []
  #moves = 0
  #open: number

  constructor(file: DueFile, from: SourceEndpoint) {
    this.file = file
    this.from = from
    this.#open = file.deliveries.length
  }

  did(copy: NewCopy | null, moves: number): void {
    if (copy !== null) this.#copies.push(copy)
    this.#moves += moves
  }

  met(destination: string, fault: Fault): void {
    this.#faults.push({ destination, fault })
  }

  /** One delivery came to its end. Gives the outcome when it was the last. */
  ended(end: End, now: number): Outcome | null {
    this.#ends.push(end)
    this.#open -= 1
    if (this.#open > 0) return null
    const took = this.started === null ? 0 : Math.max(0, now - this.started)
    return { file: this.file, copies: this.#copies, moves: this.#moves, faults: this.#faults, took, end: this.#end() }
  }

  /** The one that needs attention most. */
  #end(): Outcome['end'] {
    const of = (status: End['status']) => this.#ends.find((end) => end.status === status)
    const end = of('failed') ?? of('skipped') ?? of('pending') ?? of('waits') ?? { status: 'synced' as const }
    if (end.status !== 'waits') return end
    if (end.fault === null) return { status: 'synced' }
    return { status: 'pending', fault: end.fault, attempts: this.file.readAttempts, nextAttempt: end.until }
  }
}
