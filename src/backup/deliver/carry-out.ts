import type { DeliverCatalog, KeyCatalog } from '../model/catalog.ts'
import { Fault } from '../model/faults.ts'
import type { Parts } from '../model/parts.ts'
import type { Endpoint } from '../outage/endpoint.ts'
import { type BringParts, type Brought, bring } from './bring.ts'
import { fetchAgain } from './fetch-again.ts'
import type { Lane } from './lane.ts'
import { asOwn, endAfter } from './settle.ts'
import type { Settler } from './settler.ts'
import type { Task } from './task.ts'

export interface CarryParts extends BringParts, Pick<Parts, 'retry' | 'random' | 'clock'> {
  catalog: KeyCatalog & DeliverCatalog
  settler: Settler
}

const CHANGED: Brought = { copy: null, moves: 0, changed: true, left: [] }

/** To be called before `carryOut`, at once when the task is taken from its lane. */
export function begin({ work }: Task, lane: Lane, { tell, clock }: CarryParts): void {
  lane.endpoint.inFlight += 1
  work.from.reading.inFlight += 1
  if (work.started !== null) return
  work.started = clock.now()
  const { row, path, item } = work.file
  tell({ type: 'transfer-started', row, path, size: item.content.kind === 'blob' ? item.content.size : null })
}

/**
 * Carries out one delivery and settles it. A fault that blames the source or the destination waits for the verdict of its
 * circuit breaker; any other counts against the file. Throws bugs and the signal's reason; the delivery is given back then.
 */
export async function carryOut(task: Task, lane: Lane, parts: CarryParts, signal: AbortSignal): Promise<void> {
  const { work, delivery, keys } = task
  const { settler, clock } = parts
  const { reading } = work.from
  const begunAt = clock.now()
  const leave = () => {
    lane.endpoint.inFlight -= 1
    reading.inFlight -= 1
    work.reading?.release()
  }
  try {
    const { copy, moves, changed, left } = (await fetchAgain(work, parts, signal))
      ? CHANGED
      : await bring(task, lane, parts, signal)
    leave()
    lane.done(copy?.stored.size ?? 0, clock.now())
    if (copy !== null || moves > 0) lane.endpoint.succeeded(begunAt, clock.now())
    if (copy !== null && !copy.found) reading.succeeded(begunAt, clock.now())
    work.did(copy, moves)
    const end = changed
      ? ({ status: 'again', dueAt: clock.now(), sent: true } as const)
      : ({ status: 'settled' } as const)
    if (changed || left.length > 0) lane.leftUncertain = true
    settler.settle(work, delivery, keys, end, copy, left)
  } catch (error) {
    leave()
    lane.leftUncertain = true
    if (signal.aborted || !(error instanceof Fault)) {
      await parts.catalog.abandon([{ ...delivery, keys }])
      throw error
    }
    work.met(lane.name, error)
    const blamed = endpointOf(error, lane, reading)
    if (blamed === null) settler.settle(work, delivery, keys, endAfter(task, error, parts, clock.now()))
    else {
      const own = () => settler.settle(work, delivery, keys, endAfter(task, asOwn(error), parts, clock.now()))
      const waits = (outage: { fault: Fault; until: number }) => settler.waits(task, outage.fault, outage.until)
      blamed.failed({ file: work.file.row, fault: error, own, waits }, clock.now())
    }
  }
}

function endpointOf({ kind: { scope } }: Fault, lane: Lane, reading: Endpoint): Endpoint | null {
  if (scope === 'source') return reading
  return scope === 'destination' ? lane.endpoint : null
}
