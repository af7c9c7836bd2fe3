import type { Outcome } from '../model/catalog.ts'
import { type Control, isStopped, type Parts } from '../model/parts.ts'
import { type Endpoints, faultOf } from '../outage/endpoints.ts'
import { enter } from '../outage/enter.ts'
import { SharedBytes } from '../transfer/shared-read.ts'
import { explainUncertain } from '../transfer/uncertain.ts'
import { begin, carryOut } from './carry-out.ts'
import { Claiming } from './claiming.ts'
import { Lane } from './lane.ts'
import { Settler } from './settler.ts'
import type { Wake } from './signal.ts'
import { Workers } from './workers.ts'

/** How often keys are looked at again that could not be explained. */
const UNREMOVED_EVERY_MS = 60 * 60_000

export interface DeliverOptions {
  endpoints: Endpoints
  /** Told when there may be more to do. */
  wake: Wake
  /** Called in each turn. False: delivering ends when nothing is due. */
  goesOn(): boolean
  /** How long an idle turn waits at the most, since other processes make deliveries due as well; null: only until woken. */
  idleMs: number | null
  /** Takes what became of each file. */
  ended(outcome: Outcome): void
}

/**
 * Brings due files to their destinations, whichever source or trigger made them due: claims, plans, transfers, records.
 *
 * Each destination has a lane, so that one that is slow or silent holds back none of the others. A source or destination
 * that does not work is left alone by its circuit breaker until it may be tried again. Runs until the control says stop, or
 * until nothing is due where `goesOn` says so. A bug is thrown when all that was in flight is recorded.
 */
export async function deliver(parts: Parts, options: DeliverOptions, control: Control): Promise<void> {
  const { catalog, clock } = parts
  const { endpoints, wake } = options
  const lanes = lanesOf(parts, endpoints)
  const settler = new Settler({ ...parts, ended: options.ended })
  const claiming = new Claiming({ ...parts, endpoints, lanes, settler })
  const carryParts = { ...parts, settler, kept: new SharedBytes() }
  const workers = new Workers(wake, control.abort)
  const ended = new AbortController()
  const waking = options.idleMs === null ? null : wakeEvery(options.idleMs)
  /** Deliveries may have come to an end since keys were last looked for that no delivery will look at. */
  let anyEnded = true

  try {
    await findUnremoved()
    while (!isStopped(control) && workers.bug === null) {
      const news = wake.next
      const goesOn = options.goesOn()
      const { any, live } = wake.takeNews()
      if (any) renewed()
      endpoints.retryWhenDue()
      // The queues are long and the turns many: they are searched only where it can matter.
      const { anyOut } = endpoints
      for (const lane of lanes.values()) {
        if (anyOut) await settler.release(lane.takeHeldUp(), lane.endpoint.outage?.fault ?? null)
        if (lane.mustEnter) enterLane(lane)
        for (let task = lane.take(); task !== undefined; task = lane.take()) {
          const taken = task
          begin(taken, lane, carryParts)
          workers.start(() => carryOut(taken, lane, carryParts, control.abort))
        }
      }
      if (settler.due) await flush()
      if (live && (await claiming.claim(true))) continue
      if ([...lanes.values()].some(({ hungry }) => hungry) && (await claiming.claim(false))) continue
      if (workers.busy) await news
      else if (!(await flush()) && !(await explainUnremoved()) && !(await decide())) {
        if (!goesOn) break
        await news
      }
    }
  } finally {
    ended.abort()
    await workers.finished()
    for (const lane of lanes.values()) await settler.release(lane.takeAll(), lane.endpoint.outage?.fault ?? null)
    await settler.close()
    await endpoints.saved()
    await waking
  }
  if (workers.bug !== null) throw workers.bug.error

  /** A destination is identified before the first delivery to it. */
  function enterLane(lane: Lane): void {
    lane.entering = true
    workers.start(async () => {
      try {
        lane.endpoint.identified = { unknownKeys: await enter(lane.destination, parts, control.abort) }
      } catch (error) {
        if (control.abort.aborted) throw error
        lane.endpoint.probed(faultOf(error), clock.now())
      } finally {
        lane.entering = false
      }
    })
  }

  /** What is written down may make more due, and gives keys free. */
  async function flush(): Promise<boolean> {
    const wrote = await settler.flush()
    await endpoints.saved()
    if (wrote) renewed()
    return wrote
  }

  /** The catalog was written to: more may be due, or nothing for a file any more. */
  function renewed(): void {
    for (const lane of lanes.values()) lane.dry = false
    anyEnded = true
  }

  /**
   * Keys become nobody's when the delivery ends that would have looked there: its file was renamed since, or removed from Drive.
   * What could not be explained is tried again after a while.
   */
  async function findUnremoved(): Promise<void> {
    const now = clock.now()
    const news = anyEnded
    anyEnded = false
    for (const lane of lanes.values()) {
      const waited = Math.abs(now - lane.unremovedAt) >= UNREMOVED_EVERY_MS
      if (!waited && (lane.leftRefused || !news)) continue
      lane.unremovedAt = now
      lane.leftUncertain ||= await catalog.hasUncertainKeys(lane.name)
    }
  }

  /** What earlier attempts left under keys that no delivery will look at. */
  async function explainUnremoved(): Promise<boolean> {
    await findUnremoved()
    const lane = [...lanes.values()].find((one) => one.leftUncertain && one.endpoint.identified !== null)
    if (lane === undefined) return false
    lane.leftUncertain = false
    workers.start(async () => {
      lane.leftRefused = !(await explainUncertain(lane.destination, parts, control.abort))
      // Meanwhile it held the keys.
      if (await settler.unblock()) for (const one of lanes.values()) one.dry = false
    })
    return true
  }

  /** When no work under way will show whether an endpoint or a file is at fault, the endpoint itself is asked. */
  async function decide(): Promise<boolean> {
    const sources = [...endpoints.sources.values()].map(({ reading }) => reading)
    const endpoint = [...endpoints.destinations.values(), ...sources].find(({ undecided }) => undecided)
    if (endpoint === undefined) return false
    workers.start(() => endpoint.ask(() => clock.now(), faultOf, control.abort))
    return true
  }

  /** No turn waits for longer, or after the control says stop. One timer serves all turns, of which there are thousands a second. */
  async function wakeEvery(ms: number): Promise<void> {
    const over = AbortSignal.any([ended.signal, control.drain, control.abort])
    while (!over.aborted) {
      await clock.sleep(ms, over)
      // Other processes make deliveries due as well, and what was put off may be due by now.
      wake.news(false)
    }
  }
}

function lanesOf({ destinations, batchSize, clock }: Parts, endpoints: Endpoints): Map<string, Lane> {
  const lanes = new Map<string, Lane>()
  for (const destination of destinations) {
    const endpoint = endpoints.destinations.get(destination.name)
    if (endpoint === undefined) throw new Error(`${destination.name} has no circuit breaker`)
    lanes.set(destination.name, new Lane(destination, endpoint, batchSize, clock.now()))
  }
  return lanes
}
