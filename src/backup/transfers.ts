import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { Copy, NewCopy, Outcome, SourceState, TrackedFile } from './catalog.ts'
import { Concurrency } from './concurrency.ts'
import type { Fault } from './faults.ts'
import { Health, postponed } from './health.ts'
import { KeyLocks } from './key-locks.ts'
import type { Outage } from './outages.ts'
import type { Control, CycleResult, Parts } from './parts.ts'
import { type CopyStep, plan, type Step } from './plan.ts'
import { removeLeftovers } from './re-key.ts'
import { type TransferParts, transfer } from './transfer.ts'

/** Outcomes are written down in groups of this many, or when nothing else is in hand: one transaction costs more than one row. */
const RECORD_BATCH = 400
/** How often Drive is looked at while there is much to copy: one call, and as fresh as people expect a backup to be. */
const LOOK_EVERY_MS = 30_000
/** A destination that is back says so within moments; of one that keeps silent no more files than these wait to hear it. */
const MOST_HELD = 200
/** No outcome waits longer than this to be written down: what a crash would have to look at again stays small. */
const RECORD_WITHIN_MS = 500

/**
 * Carries out what is due for one source: takes files from the catalog, plans each, keeps as many in flight as pays, and
 * records what became of them. Runs beside the watch, so that transfers start with the first page of a listing.
 */
export class Transfers {
  readonly #parts: TransferParts & Parts
  readonly #state: SourceState
  #dueBy: number
  readonly #control: Control
  readonly #health: Health
  readonly #concurrency: Concurrency
  readonly #unrecorded: Outcome[] = []
  #newCopies = new Map<string, NewCopy>()
  /** Keys under which nothing lived when their files were claimed, and that nobody has asked for since. */
  readonly #free = new Set<string>()
  #lastRecord: number
  #news = Promise.withResolvers<void>()
  #noMoreNews = false
  /** When Drive was last looked at, and what finish() waits for: that it is time again, or that all is over. */
  #lookedAt: number
  #turn = Promise.withResolvers<void>()
  #over = false
  /** Why something that was to be removed is still there. */
  #leftover: Fault | null = null
  #running: Promise<void> | null = null
  readonly result = { synced: 0, skipped: 0, moved: 0, failed: 0, retrying: 0, bytes: 0 } satisfies Partial<CycleResult>

  /** `dueBy`: only what is due by then is taken, so that a file that fails waits for a later look. */
  constructor(parts: Parts, state: SourceState, dueBy: number, control: Control) {
    this.#parts = {
      ...parts,
      tell: (event) => {
        parts.tell(event)
        // A large file alone can take hours.
        if (event.type === 'transfer-progress') this.#tellNews()
      },
      locks: new KeyLocks(),
      stored: (copy) => this.#newCopies.set(nameOf(copy.destination, copy.key), copy),
      occupant: (destination, key) => this.#occupant(destination, key),
      keyOf: (destination, file, path) => destination.keyFor({ source: state.name, path, fileId: file.item.id }),
    }
    this.#health = new Health(parts, parts.clock.now())
    this.#state = state
    this.#dueBy = dueBy
    this.#lookedAt = dueBy
    this.#control = control
    this.#concurrency = new Concurrency(parts.clock.now())
    this.#lastRecord = parts.clock.now()
  }

  /** There may be more to do. The first nudge starts the work: what is due from earlier is planned by what the watch has seen since. */
  nudge(): void {
    this.#tellNews()
    if (this.#running !== null) return
    this.#running = this.#run().finally(() => {
      this.#over = true
      this.#turn.resolve()
    })
    this.#running.catch(() => {}) // reported by finish(), which the caller awaits
  }

  /** There is something to look at: more work, or room for it. */
  #tellNews(): void {
    this.#news.resolve()
    this.#news = Promise.withResolvers()
  }

  /**
   * Waits until all that is due is done. While that takes long, `look` is called now and then, and what it records as due
   * by its `now` is done too. The fault: what kept files waiting, or left something unremoved. Throws on bugs.
   */
  async finish(look: (now: number) => Promise<void>): Promise<Fault | null> {
    while (!this.#over) {
      this.#turn = Promise.withResolvers()
      this.#lookedAt = this.#parts.clock.now()
      this.#noMoreNews = true
      this.nudge()
      await this.#turn.promise
      if (this.#over) break
      this.#noMoreNews = false
      this.#dueBy = this.#parts.clock.now()
      await look(this.#dueBy)
    }
    await this.#running
    return this.#health.fault ?? this.#leftover
  }

  /** Whether what is out of order, if anything is, held back nothing but itself. */
  get partly(): boolean {
    return !this.#health.stuck && this.#parts.destinations.length > 1
  }

  async #run(): Promise<void> {
    const { drain, abort } = this.#control
    const queue: Planned[] = []
    const held: Planned[] = []
    const brokenOff: number[] = []
    let bug: { error: unknown } | null = null
    let inFlight = 0
    const carryOut = async (planned: Planned) => {
      try {
        await this.#handle(planned)
      } catch (error) {
        if (abort.aborted && error === abort.reason) brokenOff.push(planned.file.row)
        else bug ??= { error }
      } finally {
        inFlight -= 1
        this.#tellNews()
      }
    }
    this.#leftover = await removeLeftovers(this.#health.usable, this.#parts, abort)
    try {
      while (!drain.aborted && !abort.aborted && !this.#health.stuck && bug === null) {
        // Looked at before asking the catalog: news that comes while we ask is then not slept through.
        const [news, lastLook] = [this.#news.promise, this.#noMoreNews]
        const long = this.#parts.clock.now() - this.#lookedAt >= LOOK_EVERY_MS
        if (lastLook && long && inFlight > 0) this.#turn.resolve()
        if (inFlight >= this.#concurrency.limit) {
          await news
          continue
        }
        this.#hold(queue, held)
        if (queue.length === 0) queue.push(...(await this.#claim()))
        const planned = queue.shift()
        if (planned === undefined) {
          // What changed while it was in hand is due again as soon as its outcome is written down.
          if (inFlight === 0 && (await this.#record())) continue
          if (inFlight === 0 && lastLook) break
          await news
          continue
        }
        inFlight += 1
        void carryOut(planned)
      }
    } finally {
      while (inFlight > 0) await this.#news.promise
      const { own, waiting } = this.#health.settle(this.#parts.clock.now())
      this.#count(own)
      this.#unrecorded.push(...own, ...waiting)
      await this.#record()
      await this.#parts.catalog.release([...queue, ...held].map(({ file }) => file.row))
      await this.#parts.catalog.drop(brokenOff)
    }
    if (bug !== null) throw (bug as { error: unknown }).error
  }

  /** Puts aside, from the head of the queue, what waits for files in flight to find out whether a destination is back. */
  #hold(queue: Planned[], held: Planned[]): void {
    const [first] = held
    if (first !== undefined && !this.#health.holds(first.step)) queue.unshift(...held.splice(0)) // found out
    for (let next = queue[0]; next !== undefined && held.length < MOST_HELD; next = queue[0]) {
      if (!this.#health.holds(next.step)) return
      held.push(next)
      queue.shift()
    }
  }

  /** Takes the next files and plans them. Which of their keys are free is asked for all of them at once. */
  async #claim(): Promise<Planned[]> {
    const { catalog, batchSize, destinations, rules, clock } = this.#parts
    // Files that need nothing, or wait, are done without waiting for anybody: signals and timers have their turn here.
    await turnOfTheLoop()
    this.#health.recheck(clock.now())
    const files = await catalog.claimDue(this.#state.id, this.#dueBy, batchSize, rules.selection)
    const planned = files.map((file) => {
      const targets = destinations.map((destination) => ({
        destination: destination.name,
        key: this.#parts.keyOf(destination, file, file.storedPath),
      }))
      return { file, step: plan(file, targets, rules, clock.now()) }
    })
    const wanted = planned.flatMap(({ step }) => (step.do === 'copy' ? [...step.transfers, ...step.moves] : []))
    const byDestination = Map.groupBy(wanted, (target) => target.destination)
    for (const { name: destination } of this.#health.usable) {
      const keys = byDestination.get(destination)?.map(({ key }) => key)
      if (keys === undefined) continue
      const taken = new Set((await catalog.occupants(destination, keys)).map((copy) => copy.key))
      for (const key of keys) if (!taken.has(key)) this.#free.add(nameOf(destination, key))
    }
    return planned
  }

  /**
   * A key that was free when its file was claimed still is, unless somebody has asked for it since in order to write it.
   * Otherwise the catalog knows; a swap of names can ask for a key whose new copy is not written down yet.
   */
  #occupant(destination: string, key: string): Promise<Copy | null> | null {
    const name = nameOf(destination, key)
    return this.#free.delete(name) ? null : this.#lookUp(destination, key, name)
  }

  async #lookUp(destination: string, key: string, name: string): Promise<Copy | null> {
    if (this.#newCopies.has(name)) await this.#record()
    const [copy] = await this.#parts.catalog.occupants(destination, [key])
    return copy ?? null
  }

  /** Carry a plan out and hand over for recording. */
  async #handle(planned: Planned): Promise<void> {
    this.#settle(await this.#carryOut(planned))
    const overdue = this.#parts.clock.now() - this.#lastRecord >= RECORD_WITHIN_MS
    if (this.#unrecorded.length >= RECORD_BATCH || overdue) await this.#record()
  }

  #carryOut({ file, step }: Planned): Outcome | Promise<Outcome> {
    if (step.do === 'skip') return nothingMoved(file, { status: 'skipped', reason: step.reason })
    if (step.do === 'nothing') return nothingMoved(file, { status: 'synced' })
    const { step: doable, destinations, waitsFor } = this.#health.spare(step)
    if (waitsFor === null) return this.#transfer(file, doable, this.#parts)
    // Behind what is taken now: what cannot be done must not be taken again at once, and without end.
    const rest = ({ fault, until }: Outage, outcome: Outcome) =>
      outcome.end.status === 'synced' ? postponed(outcome, fault, Math.max(until, this.#dueBy + 1)) : outcome
    if (doable.transfers.length + doable.moves.length + doable.retire.length === 0)
      return rest(waitsFor, nothingMoved(file, { status: 'synced' }))
    return this.#transfer(file, doable, { ...this.#parts, destinations }).then((outcome) => rest(waitsFor, outcome))
  }

  #transfer(file: TrackedFile, step: CopyStep, parts: TransferParts): Promise<Outcome> {
    const { content } = file.item
    const size = content.kind === 'blob' ? content.size : null
    this.#parts.tell({ type: 'transfer-started', row: file.row, path: file.path, size })
    return transfer(file, step, parts, this.#control.abort)
  }

  #settle(outcome: Outcome): void {
    const now = this.#parts.clock.now()
    const { own, waiting } = this.#health.add(outcome, now)
    this.#count(own)
    this.#unrecorded.push(...own, ...waiting)
    this.#concurrency.done(
      outcome.copies.reduce((sum, copy) => sum + copy.stored.size, 0),
      now,
    )
    this.#parts.tell({ type: 'file-done', outcome })
  }

  #count(outcomes: Outcome[]): void {
    const { result } = this
    for (const { copies, moves, end } of outcomes) {
      result.moved += moves
      for (const copy of copies) if (!copy.found) result.bytes += copy.stored.size
      if (end.status === 'synced' && copies.length > 0) result.synced += 1
      else if (end.status === 'skipped') result.skipped += 1
      else if (end.status === 'failed') result.failed += 1
      else if (end.status === 'pending') result.retrying += 1
    }
  }

  /** Whether there was anything to write down. */
  async #record(): Promise<boolean> {
    this.#lastRecord = this.#parts.clock.now()
    const outcomes = this.#unrecorded.splice(0)
    const copies = [...this.#newCopies.values()]
    this.#newCopies = new Map() // not cleared: a Map's former tables keep what they held, see abortable.ts
    if (outcomes.length + copies.length > 0) await this.#parts.catalog.record(copies, outcomes, this.#lastRecord)
    return outcomes.length > 0
  }
}

interface Planned {
  file: TrackedFile
  step: Step
}

function nothingMoved(file: TrackedFile, end: Outcome['end']): Outcome {
  return { file, copies: [], moves: 0, reached: [], faults: [], took: 0, end }
}

function nameOf(destination: string, key: string): string {
  return `${destination}\0${key}`
}
