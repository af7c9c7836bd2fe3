import type {
  DeliverCatalog,
  Delivery,
  DeliveryEnd,
  DeliveryRef,
  HeldKeys,
  NewCopy,
  Outcome,
} from '../model/catalog.ts'
import type { Fault } from '../model/faults.ts'
import type { Clock, Parts } from '../model/parts.ts'
import { Recorder } from './recorder.ts'
import type { FileWork, Task } from './task.ts'

export interface SettlerParts extends Pick<Parts, 'tell'> {
  catalog: DeliverCatalog
  clock: Clock
  /** Takes what became of each file. */
  ended(outcome: Outcome): void
}

/** Brings deliveries to their ends: recorded in batches, keys given free, and each file's outcome told once. */
export class Settler {
  readonly #parts: SettlerParts
  readonly #recorder: Recorder
  /** Deliveries that wait for a key that another one holds, by that key. They stay claimed. */
  #blocked = new Map<string, HeldKeys[]>()
  /** Keys that are free as soon as what is settled is recorded. */
  #freed: string[] = []

  constructor(parts: SettlerParts) {
    this.#parts = parts
    this.#recorder = new Recorder(parts.catalog, parts.clock)
  }

  /** A delivery came to its end. `left`: those of its keys that may still hold something. */
  settle(
    work: FileWork,
    delivery: Delivery,
    keys: string[],
    end: DeliveryEnd,
    copy: NewCopy | null = null,
    left: readonly string[] = [],
  ): void {
    this.#recorder.add({ file: work.file, delivery, keys, left, copy, end })
    this.#free(delivery, keys)
    this.#tell(work, asSeen(end))
  }

  /** A delivery that was begun waits for a source or destination; it burns no attempt. */
  waits({ work, delivery, keys }: Task, fault: Fault, until: number): void {
    const end = { status: 'again', dueAt: this.#parts.clock.now(), sent: true } as const
    this.#recorder.add({ file: work.file, delivery, keys, left: keys, copy: null, end })
    this.#free(delivery, keys)
    this.#tell(work, { status: 'waits', fault, until })
  }

  /** A delivery waits for a key that another one holds. */
  block({ work, delivery }: Pick<Task, 'work' | 'delivery'>, key: string): void {
    const name = nameOf(delivery, key)
    this.#blocked.set(name, [...(this.#blocked.get(name) ?? []), { ...delivery, keys: [] }])
    this.#tell(work, { status: 'waits', fault: null, until: 0 })
  }

  /** Gives back deliveries for which nothing was sent. `fault`: what they wait for, if anything. */
  async release(tasks: readonly Task[], fault: Fault | null): Promise<void> {
    if (tasks.length === 0) return
    const waiting = tasks.flatMap(({ delivery, keys }) => this.#unblock(keys.map((key) => nameOf(delivery, key))))
    await this.#parts.catalog.release([...tasks.map(({ delivery, keys }) => ({ ...delivery, keys })), ...waiting])
    for (const { work } of tasks) this.#tell(work, { status: 'waits', fault, until: this.#parts.clock.now() })
  }

  get due(): boolean {
    return this.#recorder.due
  }

  /** Writes down what was settled; false: there was nothing. */
  async flush(): Promise<boolean> {
    if (this.#recorder.empty) return false
    const freed = this.#freed
    this.#freed = []
    await this.#recorder.flush()
    const waiting = this.#unblock(freed)
    if (waiting.length > 0) await this.#parts.catalog.release(waiting)
    return true
  }

  /** At the end: what still waits for a key is given back. */
  async close(): Promise<void> {
    await this.flush()
    await this.unblock()
  }

  /** Gives back what waits for keys that somebody else may have given free. False: nothing waits. */
  async unblock(): Promise<boolean> {
    const waiting = [...this.#blocked.values()].flat()
    this.#blocked = new Map()
    if (waiting.length > 0) await this.#parts.catalog.release(waiting)
    return waiting.length > 0
  }

  #free(delivery: Delivery, keys: readonly string[]): void {
    for (const key of keys) this.#freed.push(nameOf(delivery, key))
  }

  #unblock(names: readonly string[]): HeldKeys[] {
    if (this.#blocked.size === 0) return []
    return names.flatMap((name) => {
      const waiting = this.#blocked.get(name) ?? []
      this.#blocked.delete(name)
      return waiting
    })
  }

  #tell(work: FileWork, end: Parameters<FileWork['ended']>[0]): void {
    const outcome = work.ended(end, this.#parts.clock.now())
    if (outcome === null) return
    this.#recorder.addOutcome(outcome)
    this.#parts.ended(outcome)
    this.#parts.tell({ type: 'file-done', outcome })
  }
}

function asSeen(end: DeliveryEnd): Parameters<FileWork['ended']>[0] {
  switch (end.status) {
    case 'pending':
    case 'failed': {
      const { status, fault, attempts, dueAt } = end
      return { status, fault, attempts, nextAttempt: dueAt }
    }
    case 'settled':
      return { status: 'synced' }
    case 'skipped':
      return end
    case 'held':
      return { status: 'waits', fault: null, until: 0 }
    case 'again':
      return { status: 'waits', fault: null, until: end.dueAt }
  }
}

function nameOf({ destination }: DeliveryRef, key: string): string {
  return `${destination}\0${key}`
}
