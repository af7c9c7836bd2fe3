import type { Item } from './item.ts'

const REMEMBERED = 1000

/** What the last writes replaced, so that a listing can lag behind them. Bounded memory. */
export class RecentWrites {
  readonly #writes: { readonly id: string; readonly before: Item | undefined }[] = []

  add(id: string, before: Item | undefined): void {
    this.#writes.push({ id, before })
    if (this.#writes.length > 2 * REMEMBERED) this.#writes.splice(0, REMEMBERED)
  }

  /** One item's state before its last `count` writes; undefined in the answer = was not there yet. Empty if they are not remembered. */
  ofItem(id: string, count: number): Map<string, Item | undefined> {
    const written = this.#writes.filter((write) => write.id === id).at(-count)
    return new Map(written ? [[id, written.before]] : [])
  }

  /** By id, the state before the last `count` writes; undefined = was not there yet. Items that are not in it are as they are. */
  before(count: number): Map<string, Item | undefined> {
    const states = new Map<string, Item | undefined>()
    if (count <= 0) return states
    for (const { id, before } of this.#writes.slice(-count)) if (!states.has(id)) states.set(id, before)
    return states
  }
}
