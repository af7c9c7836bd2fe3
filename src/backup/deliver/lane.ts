import type { Destination } from '../model/destination.ts'
import type { Endpoint } from '../outage/endpoint.ts'
import { Concurrency } from './concurrency.ts'
import type { Task } from './task.ts'

/** Live changes need not wait until larger files are done: so many more of them may be under way. */
const MORE_FOR_LIVE = 4

/** The deliveries to one destination that are in hand: those under way and those that wait for a place. */
export class Lane {
  readonly destination: Destination
  readonly endpoint: Endpoint
  readonly #concurrency: Concurrency
  readonly #most: number
  #queue: Task[] = []
  /** The destination is being identified. */
  entering = false
  /** Nothing more was due when the catalog was last asked. */
  dry = false
  /** An attempt failed half-way since uncertain keys were last explained. */
  leftUncertain = false
  /** Not all uncertain keys could be explained when that was last tried. */
  leftRefused = false
  /** When uncertain keys were last looked for. */
  unremovedAt = Number.NEGATIVE_INFINITY

  /** `most`: more are not taken into the queue. */
  constructor(destination: Destination, endpoint: Endpoint, most: number, now: number) {
    this.destination = destination
    this.endpoint = endpoint
    this.#most = most
    this.#concurrency = new Concurrency(now)
  }

  get name(): string {
    return this.destination.name
  }

  /** Whether deliveries wait for nothing but that the destination is identified. */
  get mustEnter(): boolean {
    if (this.entering || this.endpoint.isOut || this.endpoint.identified !== null) return false
    return this.#queue.length > 0 || this.leftUncertain
  }

  /** Keys may hold objects that the catalog does not know, so each is looked at before it is written. */
  get unknownKeys(): boolean {
    return this.endpoint.identified?.unknownKeys !== false
  }

  /** Whether it joins when files are taken from the catalog. */
  joins(live: boolean): boolean {
    return !this.dry && this.endpoint.room > 0 && this.#queue.length < (live ? 2 : 1) * this.#most
  }

  /** Whether it could begin more than it has. */
  get hungry(): boolean {
    return !this.dry && this.endpoint.room > 0 && this.#places > 0 && !this.#queue.some(canBeRead)
  }

  get #places(): number {
    return this.#concurrency.limit - this.endpoint.inFlight
  }

  add(task: Task): void {
    if (task.live) this.#queue.unshift(task)
    else this.#queue.push(task)
  }

  /** The next task, if it may begin now. */
  take(): Task | undefined {
    if (this.endpoint.identified === null || this.endpoint.room <= 0) return undefined
    // A source that is being tried out takes few at a time: those of others do not wait for it.
    const at = this.#queue.findIndex(canBeRead)
    const next = this.#queue[at]
    if (next === undefined || this.#places + (next.live ? MORE_FOR_LIVE : 0) <= 0) return undefined
    this.#queue.splice(at, 1)
    return next
  }

  /** Takes out what waits for a source or a destination that is out of order. */
  takeHeldUp(): Task[] {
    if (this.endpoint.isOut) return this.takeAll()
    const heldUp = this.#queue.filter(({ work }) => work.from.reading.isOut)
    if (heldUp.length > 0) this.#queue = this.#queue.filter(({ work }) => !work.from.reading.isOut)
    return heldUp
  }

  takeAll(): Task[] {
    return this.#queue.splice(0)
  }

  /** A delivery ended: `bytes` were moved. */
  done(bytes: number, now: number): void {
    this.#concurrency.done(bytes, now)
  }
}

function canBeRead({ work }: Task): boolean {
  return work.from.reading.room > 0
}
