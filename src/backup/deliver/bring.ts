import type { NewCopy } from '../model/catalog.ts'
import { Fault } from '../model/faults.ts'
import type { Parts } from '../model/parts.ts'
import type { KeepParts } from '../transfer/keep-aside.ts'
import { leaveInPlace, move, retire } from '../transfer/move.ts'
import { payloadOf } from '../transfer/payload.ts'
import { type SharedBytes, SharedRead } from '../transfer/shared-read.ts'
import { store } from '../transfer/store.ts'
import type { Lane } from './lane.ts'
import type { Task } from './task.ts'

export interface BringParts extends KeepParts {
  tell: Parts['tell']
  kept: SharedBytes
}

/** What a delivery did. `changed`: what was planned does not hold any more, so it is to be planned again. */
export interface Brought {
  copy: NewCopy | null
  moves: number
  changed: boolean
  /** Keys whose objects could not be removed, though their bytes are elsewhere. */
  left: string[]
}

/** Carries out one delivery. Throws the Fault that stands in its way, or a bug. */
export async function bring(task: Task, lane: Lane, parts: BringParts, signal: AbortSignal): Promise<Brought> {
  const { step, reservation, work } = task
  const { destination } = lane
  const { occupant } = reservation
  const state = { occupant, uncertain: reservation.uncertain || lane.unknownKeys }
  const brought: Brought = { copy: null, moves: 0, changed: false, left: [] }
  const moving = { ...parts, left: (key: string) => void brought.left.push(key) }
  const upload = async (key: string) => {
    work.reading ??= new SharedRead(
      payloadOf(work.file.item, work.from.source.drive, progress(task, parts)),
      uploads(work),
      parts.kept,
    )
    return store(work.file, destination, key, state, work.reading.payload, parts, signal)
  }
  if (step.do === 'store') brought.copy = await upload(step.key)
  else if (step.do === 'move' && work.file.gone && occupant !== null && occupant.file !== work.file.row) {
    // What is gone from Drive takes no key from a file that is there.
    await retire(destination, step.from, task.delivery.attempts > 0, moving, signal)
    brought.moves = 1
  } else if (step.do === 'move') {
    const moved = await move(work.file, destination, step, state, moving, signal)
    if (moved === 'changed') return { ...brought, changed: true }
    if (moved !== 'archived') brought.moves = 1
    else if (work.file.gone) throw new Fault('storage/archived', work.file.path)
    else {
      // What cannot be copied there is sent again from Drive.
      brought.copy = await upload(step.key)
      await leaveInPlace(step.from, parts)
    }
  }
  try {
    for (const copy of step.retire) {
      await retire(destination, copy, task.delivery.attempts > 0, moving, signal)
      if (step.do === 'retire') brought.moves += 1
    }
  } catch (error) {
    if (step.do === 'retire' || signal.aborted || !(error instanceof Fault)) throw error
    // What is stored by now is recorded; what stands in the way of the rest is met again by the next attempt.
    return { ...brought, changed: true }
  }
  return brought
}

function uploads({ file }: Task['work']): number {
  return file.deliveries.length
}

/** Another destination may be behind: only what is new is told. */
function progress({ work }: Task, { tell }: BringParts): (bytes: number) => void {
  let furthest = 0
  return (bytes) => {
    if (bytes <= furthest) return
    furthest = bytes
    tell({ type: 'transfer-progress', row: work.file.row, bytes })
  }
}
