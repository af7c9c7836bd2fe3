import type { DeliveryEnd, DueFile } from '../model/catalog.ts'
import { Fault, type SkipReason } from '../model/faults.ts'
import { keyOf, type Parts } from '../model/parts.ts'
import type { Endpoints } from '../outage/endpoints.ts'
import { keysOf, plan, skipReason } from '../plan/plan.ts'
import { PRIORITY } from '../plan/priority.ts'
import type { Lane } from './lane.ts'
import { round } from './settle.ts'
import type { Settler } from './settler.ts'
import { FileWork, type Task } from './task.ts'

/** One claim in so many takes the oldest first, so that what was due long ago is not put off for ever. */
const OLDEST_EVERY = 10

export interface ClaimParts extends Pick<Parts, 'catalog' | 'batchSize' | 'clock' | 'retry' | 'random'> {
  endpoints: Endpoints
  lanes: ReadonlyMap<string, Lane>
  settler: Settler
}

/** Takes due files from the catalog, plans their deliveries and reserves their keys. */
export class Claiming {
  readonly #parts: ClaimParts
  #claims = 0

  constructor(parts: ClaimParts) {
    this.#parts = parts
  }

  /**
   * Takes the next files for the lanes that have room. What needs nothing, or is not wanted, is settled at once; the rest is
   * queued. `live`: only changes that somebody made just now. False: nothing was due.
   */
  async claim(live: boolean): Promise<boolean> {
    const { catalog, batchSize, clock, endpoints } = this.#parts
    const lanes = [...this.#parts.lanes.values()].filter((lane) => lane.joins(live))
    const sources = [...endpoints.sources.values()].filter(({ reading }) => reading.room > 0)
    if (lanes.length === 0 || sources.length === 0) return false
    if (!live) this.#claims += 1
    const files = await catalog.claim(
      {
        limit: batchSize,
        oldest: !live && this.#claims % OLDEST_EVERY === 0,
        priority: live ? PRIORITY.live : PRIORITY.first,
        sources: sources.map(({ source: { id, rules } }) => ({ id, selection: rules.selection })),
        destinations: lanes.map(({ name }) => name),
      },
      clock.now(),
    )
    if (files.length === 0 && !live) for (const lane of lanes) lane.dry = true
    await this.#reserve(files.flatMap((file) => this.#plan(file)))
    return files.length > 0
  }

  #plan(file: DueFile): Omit<Task, 'reservation'>[] {
    const { endpoints, settler } = this.#parts
    const from = endpoints.sources.get(file.source)
    if (from === undefined) throw new Error(`file ${file.row} is of source ${file.source}, which is not watched`)
    const work = new FileWork(file, from)
    const end = this.#endWithoutAsking(file, skipReason(file, from.source.rules))
    return file.deliveries.flatMap((delivery) => {
      const lane = this.#lane(delivery.destination)
      const key = keyOf(lane.destination, from.source, file)
      const spareKey = lane.destination.keys.spare(file.item.id, file.revision)
      const step = plan(file, { destination: lane.name, key, spareKey })
      if (end === null && file.frozen && (step.do === 'move' || step.do === 'retire')) {
        settler.settle(work, delivery, [], { status: 'held' })
        return []
      }
      if (end !== null || step.do === 'nothing') {
        settler.settle(work, delivery, [], end ?? { status: 'settled' })
        return []
      }
      return [{ work, delivery, step, keys: keysOf(step), live: delivery.priority === PRIORITY.live }]
    })
  }

  async #reserve(tasks: Omit<Task, 'reservation'>[]): Promise<void> {
    if (tasks.length === 0) return
    const wanted = tasks.map(({ work, delivery: { file, destination }, keys }) => {
      return { file, destination, revision: work.file.revision, keys }
    })
    const reservations = await this.#parts.catalog.reserve(wanted)
    for (const [i, task] of tasks.entries()) {
      const reservation = reservations[i]
      if (reservation === undefined) throw new Error('the catalog answered for fewer deliveries than it was asked for')
      if (reservation.blockedBy !== null) this.#parts.settler.block(task, reservation.blockedBy)
      else this.#lane(task.delivery.destination).add({ ...task, reservation })
    }
  }

  /** The end of a file's deliveries where neither Drive nor a destination needs to be asked for it. */
  #endWithoutAsking(file: DueFile, skip: SkipReason | null): DeliveryEnd | null {
    if (skip !== null) return { status: 'skipped', reason: skip }
    const { unreadable } = file.item
    // One that was so the last time is asked for again: see fetch-again.ts.
    if (unreadable === null || file.gone || file.readFault === 'drive/unreadable-item') return null
    const fault = new Fault('drive/unreadable-item', file.path, { detail: unreadable })
    const { retry, random, clock } = this.#parts
    return { by: 'reading', ...round(fault, file.readAttempts + 1, retry, clock.now(), random()) }
  }

  #lane(destination: string): Lane {
    const lane = this.#parts.lanes.get(destination)
    if (lane === undefined) throw new Error(`no lane leads to ${destination}`)
    return lane
  }
}
