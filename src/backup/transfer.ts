import type { NewCopy, Outcome, TrackedFile } from './catalog.ts'
import type { Destination, Payload } from './destination.ts'
import { type DoubtParts, removeStrays, storedBefore } from './doubts.ts'
import { Fault } from './faults.ts'
import type { Parts } from './parts.ts'
import { labelsOf, payloadOf } from './payload.ts'
import type { CopyStep } from './plan.ts'
import { makeRoom, reKey, retire } from './re-key.ts'
import { afterFault } from './retry.ts'
import { keepAside } from './strangers.ts'

/** What a transfer works with: the cycle's parts, and what its transfers share. */
export interface TransferParts
  extends DoubtParts,
    Pick<Parts, 'source' | 'destinations' | 'retry' | 'random' | 'tell'> {
  /** Takes a new copy into keeping until it is written down; `occupant` knows of it from now on. */
  stored(copy: NewCopy): void
}

/**
 * Brings one file's copies to where the plan wants them. One file's trouble is an outcome, so it cannot stop the cycle,
 * and one destination's trouble does not keep the others from their copy. A bug of ours is thrown.
 */
export async function transfer(
  file: TrackedFile,
  step: CopyStep,
  parts: TransferParts,
  signal: AbortSignal,
): Promise<Outcome> {
  const startedAt = parts.clock.now()
  const copies: NewCopy[] = []
  const reached: string[] = []
  const faults: Outcome['faults'] = []
  let moves = 0
  let furthest = 0
  const tell = (bytes: number) => {
    if (bytes <= furthest) return // another destination is behind
    furthest = bytes
    parts.tell({ type: 'transfer-progress', row: file.row, bytes })
  }
  const payload = payloadOf(file.item, step.transfers.length > 1, parts.source, tell)

  const bringTo = async (destination: Destination) => {
    const here = (one: { destination: string }) => one.destination === destination.name
    try {
      for (const { key, from } of step.moves.filter(here)) {
        await reKey(file, destination, key, from, parts, signal)
        moves += 1
      }
      for (const { key } of step.transfers.filter(here))
        copies.push(await store(file, destination, key, payload, parts, signal))
      const wrote = step.moves.some(here) || step.transfers.some(here)
      if (wrote) reached.push(destination.name)
      for (const copy of step.retire.filter(here)) await retire(destination, copy, parts, signal)
      if (!wrote && step.retire.some(here)) reached.push(destination.name)
      // Last: by now the file is stored where it belongs.
      if (file.doubts.length > 0) await removeStrays(file, destination, parts, signal)
    } catch (error) {
      if (signal.aborted || !(error instanceof Fault)) throw error
      faults.push({ destination: destination.name, fault: error })
    }
  }
  // Side by side, so that one that answers late holds back none of the others; and all to their end, whatever happens to one.
  const ends = await Promise.allSettled(parts.destinations.map(bringTo))
  for (const end of ends) if (end.status === 'rejected') throw end.reason

  const took = parts.clock.now() - startedAt
  return { file, copies, moves, reached, faults, took, end: endOf(file, faults, parts) }
}

async function store(
  file: TrackedFile,
  destination: Destination,
  key: string,
  payload: Payload,
  parts: TransferParts,
  signal: AbortSignal,
): Promise<NewCopy> {
  using _lock = await parts.locks.take(destination, [key])
  const free = await makeRoom(destination, key, parts, signal)
  const unexplored = free && parts.unexplored.has(destination.name)
  const head = unexplored || file.doubts.length > 0 ? await destination.head(key, signal) : null
  const before = storedBefore(file, head)
  if (unexplored && head !== null && before === null) await keepAside(destination, key, head, signal)
  const stored = before ?? (await destination.put(key, payload, labelsOf(file), signal))
  const copy = { file, destination: destination.name, key, stored, found: before !== null }
  parts.stored(copy) // before the lock is free: the next writer of this key must know of it
  return copy
}

/** A fault of the file's own says more about it than one of its surroundings. */
function endOf(file: TrackedFile, faults: Outcome['faults'], parts: TransferParts): Outcome['end'] {
  const { fault } = faults.find(({ fault }) => fault.kind.scope === 'item') ?? faults[0] ?? { fault: null }
  if (fault === null) return { status: 'synced' }
  if (fault.kind.skip !== undefined) return { status: 'skipped', reason: fault.kind.skip }
  const attempts = file.attempts + 1
  return { fault, attempts, ...afterFault(fault, attempts, parts.retry, parts.clock.now(), parts.random()) }
}
