import { Breaker } from './breaker.ts'
import type { NewCopy, Outcome, SourceState, TrackedFile } from './catalog.ts'
import { Concurrency } from './concurrency.ts'
import type { Fault } from './faults.ts'
import { KeyLocks } from './key-locks.ts'
import type { Control, CycleResult, Parts } from './parts.ts'
import { plan } from './plan.ts'
import { removeLeftovers } from './re-key.ts'
import { type TransferParts, transfer } from './transfer.ts'

/** Outcomes are written down in groups of this many, or when nothing else is in hand: one transaction costs more than one row. */
const RECORD_BATCH = 100
/** No outcome waits longer than this to be written down: what a crash would have to look at again stays small. */
const RECORD_WITHIN_MS = 500

/**
 * Carries out what is due for one source: takes files from the catalog, plans each, keeps as many in flight as pays, and
 * records what became of them. Runs beside the watch, so that transfers start with the first page of a listing.
 */
export class Transfers {
  readonly #parts: TransferParts & Parts
  readonly #state: SourceState
  readonly #dueBy: number
  readonly #control: Control
  readonly #breaker = new Breaker()
  readonly #concurrency: Concurrency
  readonly #unrecorded: Outcome[] = []
  readonly #newCopies = new Map<string, NewCopy>()
  #lastRecord: number
  #news = Promise.withResolvers<void>()
  #noMoreNews = false
  #running: Promise<void> | null = null
  readonly result = { synced: 0, skipped: 0, moved: 0, failed: 0, retrying: 0, bytes: 0 } satisfies Partial<CycleResult>

  /** `dueBy`: only what is due by then is taken, so that a file that fails waits for a later cycle. */
  constructor(parts: Parts, state: SourceState, dueBy: number, control: Control) {
    this.#parts = {
      ...parts,
      locks: new KeyLocks(),
      stored: (copy) => this.#newCopies.set(nameOf(copy.destination, copy.key), copy),
      // A swap of names can ask for a key whose new copy is not written down yet.
      settled: async (destination, key) => {
        if (this.#newCopies.has(nameOf(destination, key))) await this.#record()
      },
    }
    this.#state = state
    this.#dueBy = dueBy
    this.#control = control
    this.#concurrency = new Concurrency(parts.clock.now())
    this.#lastRecord = parts.clock.now()
  }

  /** There may be more to do. The first nudge starts the work: what is due from earlier is planned by what the watch has seen since. */
  nudge(): void {
    this.#news.resolve()
    this.#news = Promise.withResolvers()
    this.#running ??= this.#run()
    this.#running.catch(() => {}) // reported by finish(), which the caller awaits
  }

  /** No more will come: waits until all that is due is done. The fault: what opened the breaker. Throws on bugs and on abort. */
  async finish(): Promise<Fault | null> {
    this.#noMoreNews = true
    this.nudge()
    await this.#running
    return this.#breaker.open
  }

  async #run(): Promise<void> {
    const { drain, abort } = this.#control
    const inFlight = new Set<Promise<void>>()
    const queue: TrackedFile[] = []
    let bug: { error: unknown } | null = null
    await removeLeftovers(this.#parts.destinations, this.#parts, abort)
    try {
      while (!drain.aborted && !abort.aborted && this.#breaker.open === null && bug === null) {
        // Looked at before asking the catalog: news that comes while we ask is then not slept through.
        const [news, lastLook] = [this.#news.promise, this.#noMoreNews]
        if (queue.length === 0) queue.push(...(await this.#claim()))
        const file = queue.shift()
        if (file === undefined) {
          // What changed while it was in hand is due again as soon as its outcome is written down.
          if (inFlight.size === 0 && (await this.#record())) continue
          if (inFlight.size === 0 && lastLook) break
          await Promise.race([...inFlight, ...(lastLook ? [] : [news])])
          continue
        }
        const task: Promise<void> = this.#handle(file)
          .catch((error: unknown) => {
            bug ??= { error }
          })
          .finally(() => inFlight.delete(task))
        inFlight.add(task)
        if (inFlight.size >= this.#concurrency.limit) await Promise.race(inFlight)
      }
    } finally {
      await Promise.all(inFlight)
      this.#unrecorded.push(...this.#breaker.settle(this.#parts.clock.now()))
      await this.#record()
      await this.#parts.catalog.release(queue.map((file) => file.row))
    }
    if (bug !== null) throw (bug as { error: unknown }).error
  }

  #claim(): Promise<TrackedFile[]> {
    return this.#parts.catalog.claimDue(this.#state.id, this.#dueBy, this.#parts.batchSize)
  }

  /** Plan, transfer, hand over for recording. */
  async #handle(file: TrackedFile): Promise<void> {
    const parts = this.#parts
    const targets = parts.destinations.map((destination) => ({
      destination: destination.name,
      key: destination.keyFor({ source: this.#state.name, path: file.storedPath, fileId: file.item.id }),
    }))
    const step = plan(file, targets, parts.rules, parts.clock.now())
    if (step.do === 'skip') return this.#settle(nothingMoved(file, { status: 'skipped', reason: step.reason }))
    if (step.do === 'nothing') return this.#settle(nothingMoved(file, { status: 'synced' }))
    const { content } = file.item
    parts.tell({
      type: 'transfer-started',
      row: file.row,
      path: file.path,
      size: content.kind === 'blob' ? content.size : null,
    })
    await this.#settle(await transfer(file, step, parts, this.#control.abort))
  }

  async #settle(outcome: Outcome): Promise<void> {
    const settled = this.#breaker.add(outcome)
    const { result } = this
    for (const { copies, moves, end } of settled) {
      result.moved += moves
      for (const copy of copies) result.bytes += copy.stored.size
      if (end.status === 'synced' && copies.length > 0) result.synced += 1
      else if (end.status === 'skipped') result.skipped += 1
      else if (end.status === 'failed') result.failed += 1
      else if (end.status === 'pending') result.retrying += 1
    }
    this.#unrecorded.push(...settled)
    const now = this.#parts.clock.now()
    this.#concurrency.done(
      outcome.copies.reduce((sum, copy) => sum + copy.stored.size, 0),
      now,
    )
    this.#parts.tell({ type: 'file-done', outcome })
    if (this.#unrecorded.length >= RECORD_BATCH || now - this.#lastRecord >= RECORD_WITHIN_MS) await this.#record()
  }

  /** Whether there was anything to write down. */
  async #record(): Promise<boolean> {
    this.#lastRecord = this.#parts.clock.now()
    const outcomes = this.#unrecorded.splice(0)
    const copies = [...this.#newCopies.values()]
    this.#newCopies.clear()
    if (outcomes.length + copies.length > 0) await this.#parts.catalog.record(copies, outcomes, this.#lastRecord)
    return outcomes.length > 0
  }
}

function nothingMoved(file: TrackedFile, end: Outcome['end']): Outcome {
  return { file, copies: [], moves: 0, took: 0, end }
}

function nameOf(destination: string, key: string): string {
  return `${destination}\0${key}`
}
