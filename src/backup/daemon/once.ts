import { deliver } from '../deliver/deliver.ts'
import { Wake } from '../deliver/signal.ts'
import { backOff } from '../model/back-off.ts'
import type { Fault } from '../model/faults.ts'
import { type Control, type CycleResult, countOutcome, isStopped, noCounts, type Parts } from '../model/parts.ts'
import { LONGEST_DELAY_MS } from '../model/retry.ts'
import type { Endpoints } from '../outage/endpoints.ts'
import type { FeedRead } from '../watch/cycle.ts'
import { standing, Watcher, type WatcherParts } from '../watch/watcher.ts'

export interface OnceParts extends Omit<WatcherParts, 'wake'> {
  parts: Parts
  endpoints: Endpoints
}

/** While there is much to deliver, sources are looked at again so often: a first backup of days must not miss what changes. */
const READ_AGAIN_MS = 30_000

/** Reads every source's feed to its end and delivers all that is due, once. */
export async function runOnce(once: OnceParts, control: Control): Promise<CycleResult> {
  const { parts, endpoints } = once
  const { catalog, clock } = parts
  const wake = new Wake()
  const watchers = new Map([...endpoints.sources].map(([id, source]) => [id, new Watcher(source, { ...once, wake })]))
  const reads = new Map<number, FeedRead>()
  const counts = noCounts()
  const reading = new Set<Watcher>()
  let seen = 0
  let bug: { error: unknown } | null = null
  const stop = new AbortController()
  const inner: Control = { drain: AbortSignal.any([control.drain, stop.signal]), abort: control.abort }
  const read = async (watcher: Watcher) => {
    reading.add(watcher)
    try {
      const one = await watcher.read(inner)
      seen += one.seen
      const before = reads.get(watcher.source.source.id)
      reads.set(watcher.source.source.id, {
        ...one,
        seen: one.seen + (before?.seen ?? 0),
        startedAt: before?.startedAt ?? one.startedAt,
      })
    } catch (error) {
      bug ??= { error }
      stop.abort()
    } finally {
      reading.delete(watcher)
      wake.now()
    }
  }

  // With nothing that works there is nothing to spare: all are tried.
  if ([...endpoints.destinations.values()].every(({ outage }) => outage !== null)) endpoints.retryNow()
  while (await catalog.fill(clock.now())) if (isStopped(control)) break
  const begun = [...watchers.values()].map(read)
  const delivering = deliver(
    parts,
    {
      endpoints,
      wake,
      idleMs: null,
      goesOn() {
        for (const watcher of watchers.values())
          if (!reading.has(watcher) && clock.now() - watcher.lastRead >= READ_AGAIN_MS) void read(watcher)
        return reading.size > 0
      },
      ended(outcome) {
        countOutcome(counts, outcome)
        watchers.get(outcome.file.source)?.count(outcome)
      },
    },
    inner,
  )
  await Promise.all([...begun, delivering])
  while (reading.size > 0) await wake.next
  if (bug !== null) throw (bug as { error: unknown }).error
  let fault: Fault | null = null
  let partly = false
  for (const [id, watcher] of watchers) {
    const one = reads.get(id)
    if (one === undefined) continue
    await watcher.end(one, control)
    const here = standing(endpoints, watcher.source, one.fault)
    if (here.fault !== null && (fault === null || (partly && !here.partly))) ({ fault, partly } = here)
  }
  const end = isStopped(control) ? 'drained' : fault === null ? 'done' : 'broken'
  return { end, fault, partly, seen, ...counts }
}

/** What a sync waits for: the end of an outage, with the tries that it has left; or the time when failed files are due again. */
export type Wait = { ms: number } & ({ fault: Fault; retry: number; of: number } | { fault: null })

/** A position in a feed or scan that is lost again and again is a fault like any other. */
const MOST_LOST_POSITIONS = 3
/** What is due at once was made so while a round ended: the next one need not be quicker. */
const SHORTEST_WAIT_MS = 500
/** Clocks are corrected by seconds all the time. */
const SET_BACK_MS = 60_000

/**
 * Runs until nothing is pending: everything is synced, skipped for a reason, or failed for good. Waits for retries that are
 * due later. A source or destination that does not work is tried again `attempts` times when that can help; what only an
 * operator can mend is tried once more, since where much is asked for a single refusal proves nothing. What works goes on
 * until it has nothing left. `waits` is told of each wait as it begins. Returns the fault that it gave up on; null when all
 * was looked at, or the control said stop.
 */
export async function syncUntilSettled(
  once: OnceParts,
  control: Control,
  waits: (wait: Wait) => void = () => {},
): Promise<Fault | null> {
  const { endpoints } = once
  const { catalog, clock, retry } = once.parts
  let [lost, failures, before] = [0, 0, clock.now()]
  while (!control.drain.aborted) {
    if (clock.now() < before - SET_BACK_MS) {
      endpoints.clockSetBack()
      await catalog.clockSetBack(clock.now())
    }
    before = clock.now()
    const result = await runOnce(once, control)
    if (result.end === 'drained') return null
    const { fault } = result
    // Another source than was prepared: waiting would not make it the same again.
    if (fault?.code === 'google/other-account') return fault
    lost = fault?.kind.retry === 'next-cycle' ? lost + 1 : 0
    if (lost > 0 && lost <= MOST_LOST_POSITIONS) continue
    failures = fault === null ? 0 : result.synced + result.moved > 0 ? 1 : failures + 1
    const passes = fault !== null && (fault.kind.retry === 'backoff' || fault.kind.retry === 'next-cycle')
    if (fault !== null && !passes && failures === 1) {
      endpoints.retryNow()
      continue
    }
    let wait: Wait
    if (fault !== null && passes && failures <= retry.attempts) {
      const pauses = { firstMs: retry.delayMs, longestMs: LONGEST_DELAY_MS }
      const ms = Math.max(backOff(failures, pauses, 0.5), fault.retryAfterMs ?? 0)
      wait = { ms, fault, retry: failures, of: retry.attempts }
    } else {
      const due = await catalog.nextDue('soon', working(endpoints)) // what failed is due tomorrow, and no reason to wait
      if (due === null) return fault
      wait = { ms: Math.max(SHORTEST_WAIT_MS, due - clock.now()), fault: null }
    }
    waits(wait)
    await clock.sleep(wait.ms, control.drain)
  }
  return null
}

function working({ sources, destinations }: Endpoints): { sources: number[]; destinations: string[] } {
  return {
    sources: [...sources].filter(([, { reading }]) => reading.outage === null).map(([id]) => id),
    destinations: [...destinations].filter(([, { outage }]) => outage === null).map(([name]) => name),
  }
}
