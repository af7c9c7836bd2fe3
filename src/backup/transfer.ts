import type { NewCopy, Outcome, TrackedFile } from './catalog.ts'
import type { Destination, Payload } from './destination.ts'
import { type DoubtParts, removeStrays, storedBefore } from './doubts.ts'
import { Fault } from './faults.ts'
import type { Parts } from './parts.ts'
import { labelsOf, payloadOf } from './payload.ts'
import type { Step } from './plan.ts'
import { makeRoom, reKey, retire } from './re-key.ts'
import { afterFault } from './retry.ts'

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
  step: Extract<Step, { do: 'copy' }>,
  parts: TransferParts,
  signal: AbortSignal,
): Promise<Outcome> {
  const startedAt = parts.clock.now()
  const copies: NewCopy[] = []
  let moves = 0
  let fault: Fault | null = null
  const tell = (bytes: number) => parts.tell({ type: 'transfer-progress', row: file.row, bytes })
  const payload = payloadOf(file.item, step.transfers.length > 1, parts.source, tell)

  for (const destination of parts.destinations) {
    const here = (one: { destination: string }) => one.destination === destination.name
    try {
      for (const { key, from } of step.moves.filter(here)) {
        await reKey(file, destination, key, from, parts, signal)
        moves += 1
      }
      for (const { key } of step.transfers.filter(here))
        copies.push(await store(file, destination, key, payload, parts, signal))
      for (const copy of step.retire.filter(here)) await retire(destination, copy, parts, signal)
      // Last: by now the file is stored where it belongs.
      if (file.doubts.length > 0) await removeStrays(file, destination, parts, signal)
    } catch (error) {
      if (signal.aborted || !(error instanceof Fault)) throw error
      fault ??= error
    }
  }

  const took = parts.clock.now() - startedAt
  return { file, copies, moves, took, end: fault === null ? { status: 'synced' } : endOf(file, fault, parts) }
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
  await makeRoom(destination, key, parts, signal)
  const before = file.doubts.length > 0 ? await storedBefore(file, destination, key, signal) : null
  const stored = before ?? (await destination.put(key, payload, labelsOf(file), signal))
  const copy = { file, destination: destination.name, key, stored }
  parts.stored(copy) // before the lock is free: the next writer of this key must know of it
  return copy
}

function endOf(file: TrackedFile, fault: Fault, parts: TransferParts): Outcome['end'] {
  if (fault.kind.skip !== undefined) return { status: 'skipped', reason: fault.kind.skip }
  const attempts = file.attempts + 1
  return { fault, attempts, ...afterFault(fault, attempts, parts.retry, parts.clock.now(), parts.random()) }
}
