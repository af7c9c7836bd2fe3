import { deliver } from '../deliver/deliver.ts'
import { Wake } from '../deliver/signal.ts'
import { type Control, isStopped, type Parts } from '../model/parts.ts'
import type { Endpoints } from '../outage/endpoints.ts'
import { Watcher, type WatcherParts } from '../watch/watcher.ts'
import { nextCycleAt, type Schedule } from './schedule.ts'

export interface RunParts extends Omit<WatcherParts, 'wake'> {
  parts: Parts
  endpoints: Endpoints
  schedule: Schedule
  /** Jobs that are due now and then, while the daemon runs: see jobs.ts. */
  jobs: Job[]
}

/** Something to be done from time to time beside watching and delivering. It ends early when its signal is aborted. */
export interface Job {
  name: string
  /** Ms from one end to the next start. */
  everyMs: number
  run(signal: AbortSignal): Promise<void>
}

/** How long an idle watcher waits before it looks whether something else has become of it. */
const TURN_MS = 500

/**
 * What a running daemon does: watches every source, delivers what is due, and does the jobs whose time has come, side by
 * side. Watching and delivering meet only in the catalog.
 */
export class Run {
  readonly #run: RunParts
  readonly #wake = new Wake()
  readonly #watchers: Watcher[]
  readonly #jobsDue: Map<Job, number>
  /** Grows with each request to check now. */
  #asked = 0

  constructor(run: RunParts) {
    this.#run = run
    this.#watchers = [...run.endpoints.sources.values()].map(
      (source) => new Watcher(source, { ...run, wake: this.#wake }),
    )
    this.#jobsDue = new Map(run.jobs.map((job) => [job, run.parts.clock.now()]))
  }

  /** Somebody wants everything to be looked at now. */
  checkNow(): void {
    this.#asked += 1
    this.#run.endpoints.retryNow()
    this.#wake.news(false)
  }

  /** The clock was set back: nothing waits until a time that was set by it. */
  async clockSetBack(): Promise<void> {
    const now = this.#run.parts.clock.now()
    this.#run.endpoints.clockSetBack()
    await this.#run.parts.catalog.clockSetBack(now)
    for (const watcher of this.#watchers) watcher.clockSetBack(now)
    for (const [job, at] of this.#jobsDue) this.#jobsDue.set(job, Math.min(at, now + job.everyMs))
    this.#asked += 1
    this.#wake.news(false)
  }

  /** Until the control says stop. Throws bugs, and faults of this machine. */
  async work(control: Control): Promise<void> {
    const { parts, endpoints } = this.#run
    const stop = new AbortController()
    const inner: Control = { drain: AbortSignal.any([control.drain, stop.signal]), abort: control.abort }
    const options = {
      endpoints,
      wake: this.#wake,
      idleMs: TURN_MS,
      goesOn: () => true,
      ended: (outcome: Parameters<Watcher['count']>[0]) =>
        this.#watchers.find(({ source }) => source.source.id === outcome.file.source)?.count(outcome),
    }
    const together = [
      deliver(parts, options, inner),
      this.#fill(inner),
      ...this.#watchers.map((watcher) => this.#watch(watcher, inner)),
      ...this.#run.jobs.map((job) => this.#repeat(job, inner)),
    ].map((work) => work.finally(() => stop.abort()))
    const ends = await Promise.allSettled(together)
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }

  async #watch(watcher: Watcher, control: Control): Promise<void> {
    const { parts, schedule } = this.#run
    const { clock } = parts
    for (let asked = this.#asked; !isStopped(control); ) {
      const began = clock.now()
      const read = await watcher.read(control, 'patient')
      const ended = await watcher.end(read, control)
      // What was made due by a clock that was set back meanwhile was not yet there to be put right.
      if (clock.now() < began) await this.clockSetBack()
      // A reconciliation that met a fault has a pause of its own.
      const result = read.followed && read.fault !== null ? { ...ended, fault: null } : ended
      this.#wake.now()
      const { lastActivity, failures } = watcher
      const outage = watcher.source.watchOutage
      const next = () =>
        outage !== null
          ? outage.until
          : nextCycleAt(schedule, { now: watcher.lastRead, lastActivity, failures, result })
      const until = next()
      while (!isStopped(control) && clock.now() < until && asked === this.#asked)
        await clock.sleep(Math.min(TURN_MS, until - clock.now()), control.drain)
      asked = this.#asked
    }
  }

  /** New destinations and changed rules need deliveries of their own. */
  async #fill(control: Control): Promise<void> {
    const { catalog, clock } = this.#run.parts
    while (!isStopped(control)) {
      if (await catalog.fill(clock.now())) this.#wake.news(false)
      else await clock.sleep(TURN_MS, control.drain)
    }
  }

  async #repeat(job: Job, control: Control): Promise<void> {
    const { clock } = this.#run.parts
    const signal = AbortSignal.any([control.drain, control.abort])
    while (!isStopped(control)) {
      if (clock.now() >= (this.#jobsDue.get(job) ?? 0)) {
        await job.run(signal)
        this.#jobsDue.set(job, clock.now() + job.everyMs)
      }
      await clock.sleep(TURN_MS, control.drain)
    }
  }
}
