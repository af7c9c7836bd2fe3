import { backOff } from '../model/back-off.ts'
import type { Fault } from '../model/faults.ts'
import type { Clock, Control } from '../model/parts.ts'
import type { DaemonState, Operator } from './operator.ts'

/** What the daemon does while it runs. */
export interface Work extends AsyncDisposable {
  work(control: Control): Promise<void>
  /** Somebody wants everything to be looked at now. */
  checkNow(): void
  clockSetBack(): Promise<void>
}

export interface DaemonParts {
  operator: Operator
  clock: Clock
  /** Builds what the configuration describes, and asks what has to be known first. Null: it does not describe enough to back up. */
  prepare(signal: AbortSignal): Promise<Work | null>
  /** Asked in each turn: whether the configuration has changed, so that the work has to go on with another. */
  changed(): Promise<boolean>
  /** What can be waited out; null for bugs, which end the daemon. */
  faultTextOf(error: unknown): FaultText | null
  /** Whoever wants to know: systemd, the log, the catalog. */
  tell(event: DaemonEvent): void
}

/** What keeps the daemon from working for a while. */
export interface FaultText {
  message: string
  fault: Fault | null
}

export type DaemonEvent =
  | { type: 'turn' }
  | { type: 'state'; state: DaemonState }
  | { type: 'fault'; failure: FaultText; waitMs: number }

/** How often the operator's wish is read: quick enough to feel immediate, and one row by its key costs nothing. */
const TURN_MS = 500
/** How long a shutdown or a new configuration lets files in flight finish before they are dropped, resumably. systemd waits for 90 s. */
const DRAIN_MS = 20_000
/** Clocks are corrected by seconds all the time; more than this, and waiting until a time of day is waiting for too long. */
const SET_BACK_MS = 60_000
/** A failure after this long a time of work counts as the first one, and is tried again soon. */
const FORGIVEN_AFTER_MS = 10 * 60_000
/** What keeps the daemon from working is looked at again at least this often. */
const LONGEST_WAIT_MS = 5 * 60_000
/** While the operator's wish cannot be read, it is asked for at least this often. */
const LONGEST_BLIND_MS = 10_000

/**
 * The one loop that takes every trigger (start-up, timer, the operator, the configuration, a clock set back) and reports the
 * state in one place. Runs until `shutdown`; files in flight then get a bounded time to finish. Throws only bugs.
 */
export async function runDaemon(daemon: DaemonParts, shutdown: AbortSignal): Promise<void> {
  const { operator, clock, tell } = daemon
  let running: Running | null = null
  let wakeups: number | null = null
  let reported: DaemonState | null = null
  let [before, nextTry, failures, blindUntil] = [clock.now(), 0, 0, 0]

  const waitFor = (error: unknown, since: number, longest = LONGEST_WAIT_MS) => {
    const failure = daemon.faultTextOf(error)
    if (failure === null) throw error
    failures = clock.now() - since > FORGIVEN_AFTER_MS ? 1 : failures + 1
    const waitMs = backOff(failures, { firstMs: 1000, longestMs: longest }, 0.5)
    nextTry = clock.now() + waitMs
    tell({ type: 'fault', failure, waitMs })
  }

  try {
    while (!shutdown.aborted) {
      tell({ type: 'turn' })
      try {
        if (clock.now() < before - SET_BACK_MS) {
          nextTry = blindUntil = 0
          await running?.clockSetBack()
        }
        before = clock.now()
        if (before < blindUntil) {
          await clock.sleep(TURN_MS, shutdown)
          continue
        }
        const wish = await operator.wish()
        const asked = wakeups !== null && wish.wakeups !== wakeups
        wakeups = wish.wakeups
        if (await daemon.changed()) {
          running?.drain(DRAIN_MS)
          nextTry = 0
          reported = null // whoever was told of a state is told what it is with these settings
        }
        if (running?.ended) {
          const { failure, since } = running
          running = null
          if (failure !== null) waitFor(failure.error, since)
        }
        if (wish.desired === 'paused') running?.drain(null)
        else if (wish.desired === 'stopped') running?.abort()
        else if (running !== null && asked) running.checkNow()
        else if (running === null && (clock.now() >= nextTry || asked)) running = new Running(daemon)
        const state: DaemonState = running?.idle ? 'stopped' : wish.desired
        if (state !== reported) {
          await operator.report(state)
          reported = state
          tell({ type: 'state', state })
        }
      } catch (error) {
        waitFor(error, before, LONGEST_BLIND_MS)
        blindUntil = nextTry
      }
      await clock.sleep(TURN_MS, shutdown)
    }
  } finally {
    running?.drain(DRAIN_MS)
    while (running !== null && !running.ended) {
      tell({ type: 'turn' })
      await running.next(TURN_MS)
    }
  }
  await operator.report('stopped')
  if (running?.failure != null && daemon.faultTextOf(running.failure.error) === null) throw running.failure.error
}

/** One time of work: from the preparation to its end, whatever ends it. */
class Running {
  readonly #clock: Clock
  readonly #drain = new AbortController()
  readonly #abort = new AbortController()
  readonly #done: Promise<void>
  readonly since: number
  #work: Work | null = null
  #bounded = false
  /** There is nothing to back up with, until the configuration changes. */
  idle = false
  ended = false
  failure: { error: unknown } | null = null

  constructor({ clock, prepare }: DaemonParts) {
    this.#clock = clock
    this.since = clock.now()
    this.#done = this.#run(prepare)
      .catch((error: unknown) => {
        const told = this.#abort.signal.aborted || this.#drain.signal.aborted
        if (!told || (error !== this.#abort.signal.reason && error !== this.#drain.signal.reason))
          this.failure = { error }
      })
      .finally(() => {
        this.ended = true
        this.#abort.abort() // ends the bound of a drain, which would keep the process alive
      })
  }

  async #run(prepare: DaemonParts['prepare']): Promise<void> {
    const control: Control = { drain: this.#drain.signal, abort: this.#abort.signal }
    // Preparing has nothing in flight: it ends at once, whichever way it is told to.
    const work = await prepare(AbortSignal.any([control.drain, control.abort]))
    if (work === null) {
      this.idle = true
      while (!control.drain.aborted && !control.abort.aborted) await this.#clock.sleep(TURN_MS, control.drain)
      return
    }
    await using _work = work
    this.#work = work
    await work.work(control)
  }

  /** Finishes what is in flight and starts nothing; drops it after so long. A pause without a bound may get one later. */
  drain(withinMs: number | null): void {
    this.#drain.abort()
    if (withinMs === null || this.#bounded) return
    this.#bounded = true
    void this.#clock.sleep(withinMs, this.#abort.signal).then(() => this.abort())
  }

  abort(): void {
    this.#abort.abort()
  }

  checkNow(): void {
    this.#work?.checkNow()
  }

  async clockSetBack(): Promise<void> {
    await this.#work?.clockSetBack()
  }

  /** Resolves when it has ended, at the latest after so long. */
  async next(ms: number): Promise<void> {
    const over = new AbortController()
    void this.#done.then(() => over.abort())
    await this.#clock.sleep(ms, over.signal)
  }
}
