import { cycle } from './cycle.ts'
import type { Clock, Control, CycleResult, Parts } from './parts.ts'
import { nextLook, type Schedule } from './schedule.ts'

export type DaemonState = 'running' | 'paused' | 'stopped'

/** What the operator wants, kept in the catalog: so it reaches the daemon from any process, and survives restarts. */
export interface Operator {
  /** `wakeups` grows with each request to look now. */
  wish(): Promise<{ desired: DaemonState; wakeups: number }>
  report(state: DaemonState): Promise<void>
}

/** One source with what its cycles need. */
export interface Watched {
  id: number
  parts: Parts
  /** Writes down how a cycle ended. */
  ended(result: CycleResult, startedAt: number): Promise<void>
}

export interface DaemonParts {
  sources: Watched[]
  operator: Operator
  schedule: Schedule
  clock: Clock
  /** Called about once a day, between cycles. */
  tidy(signal: AbortSignal): Promise<void>
}

/** How often the operator's wish is read: quick enough to feel immediate, and one row by its key costs nothing. */
const WISH_EVERY_MS = 500
/** How long a SIGTERM lets files in flight finish before they are dropped, resumably. systemd's own patience is 90 s. */
const DRAIN_MS = 20_000
const DAY_MS = 24 * 60 * 60 * 1000
/** Clocks are nudged back by seconds all the time; more than this, and waiting until a time of day is waiting for too long. */
const SET_BACK_MS = 60_000

/**
 * The one loop that takes every trigger (start-up, timer, retry due, the operator's wish) and sets the state in one place.
 * Runs until `shutdown`; then files in flight get a bounded time to finish. Throws only bugs: a broken source or
 * destination is looked at again later, at growing intervals.
 */
export async function runDaemon(daemon: DaemonParts, shutdown: AbortSignal): Promise<void> {
  const { clock, operator } = daemon
  const looks = daemon.sources.map(() => ({ at: clock.now(), lastActivity: Number.NEGATIVE_INFINITY, failures: 0 }))
  let tidyAt = clock.now()
  let wakeups = (await operator.wish()).wakeups
  let before = clock.now()

  while (!shutdown.aborted) {
    if (clock.now() < before - SET_BACK_MS) {
      // It was ahead, and so are all times set by it: nothing may wait for them.
      for (const look of looks) look.at = clock.now()
      for (const { id, parts } of daemon.sources) await parts.catalog.hasten(id, clock.now())
      tidyAt = Math.min(tidyAt, clock.now() + DAY_MS)
    }
    before = clock.now()
    const wish = await operator.wish()
    await operator.report(wish.desired)
    if (wish.desired === 'running') {
      const woken = wish.wakeups !== wakeups
      wakeups = wish.wakeups
      if (woken) for (const { parts } of daemon.sources) parts.outages.forget()
      for (const [i, watched] of daemon.sources.entries()) {
        const look = looks[i]
        if (
          look === undefined ||
          shutdown.aborted ||
          (!woken && clock.now() < look.at && !(await retryDue(watched, look, clock)))
        )
          continue
        const result = await supervised(watched, daemon, shutdown)
        const now = clock.now()
        // What is partly out of order is left alone for a while, and the rest goes on at its own pace.
        if (result.end === 'broken' && !result.partly) look.failures += 1
        else look.failures = 0
        if (worked(result)) look.lastActivity = now
        look.at = nextLook(daemon.schedule, { now, lastActivity: look.lastActivity, failures: look.failures, result })
      }
      if (clock.now() >= tidyAt) {
        await daemon.tidy(shutdown)
        tidyAt = clock.now() + DAY_MS
      }
    }
    await clock.sleep(WISH_EVERY_MS, shutdown)
  }
  await operator.report('stopped')
}

/** A file whose time has come need not wait for the next look at Drive; unless something is broken, which sets its own pace. */
async function retryDue({ id, parts }: Watched, look: { failures: number }, clock: Clock): Promise<boolean> {
  if (look.failures > 0) return false
  const due = await parts.catalog.nextDue(id, 'all')
  return due !== null && due <= clock.now()
}

function worked(result: CycleResult): boolean {
  return result.seen + result.synced + result.moved > 0
}

/** One cycle under the operator's eyes: pausing drains it, stopping drops it, and a shutdown drains it for a bounded time. */
async function supervised(
  { id, parts, ended }: Watched,
  daemon: DaemonParts,
  shutdown: AbortSignal,
): Promise<CycleResult> {
  const [drain, abort, done] = [new AbortController(), new AbortController(), new AbortController()]
  const control: Control = { drain: AbortSignal.any([drain.signal, shutdown]), abort: abort.signal }
  const watchdog = (async () => {
    let drainUntil = Number.POSITIVE_INFINITY
    while (!done.signal.aborted) {
      const { desired } = await daemon.operator.wish()
      if (desired !== 'running') await daemon.operator.report(desired)
      if (desired === 'stopped') abort.abort()
      if (desired === 'paused') drain.abort()
      if (shutdown.aborted) drainUntil = Math.min(drainUntil, daemon.clock.now() + DRAIN_MS)
      if (daemon.clock.now() >= drainUntil) abort.abort()
      await daemon.clock.sleep(WISH_EVERY_MS, done.signal)
    }
  })()
  const startedAt = daemon.clock.now()
  try {
    const result = await cycle(parts, id, control)
    await ended(result, startedAt)
    return result
  } finally {
    done.abort()
    await watchdog
  }
}
