import type { Item } from './item.ts'

/**
 * Items that follow from their number, so that a million of them need no objects. Numbers are 0 … count-1 and are also the ordinals.
 * Whatever is edited is kept by the table instead and wins over the source.
 */
export interface ItemSource {
  readonly count: number
  at(ordinal: number): Item
  /** -1 if the id is not of this source. */
  ordinalOf(id: string): number
  /** The children that the folder has by nature, in ascending order. */
  childrenOf(id: string): readonly number[]
}

/**
 * All items, by id, by parent and in listing order.
 *
 * What `get` gives must not be changed by the caller; `own` gives the object to change, and after a change of `parents` the caller
 * calls `moved`.
 */
export class ItemTable {
  readonly #source: ItemSource | undefined
  readonly #byId = new Map<string, Item>()
  /** Ordinals of the source that are edited (the item) or gone (null). */
  readonly #overrides = new Map<number, Item | null>()
  /** Items beyond the source; index = ordinal - count of the source. */
  readonly #order: (Item | undefined)[] = []
  /** Children that are not (or no longer) given by the source, in ascending ordinal. */
  readonly #children = new Map<string, Item[]>()
  readonly #base: number

  constructor(source?: ItemSource) {
    this.#source = source
    this.#base = source?.count ?? 0
  }

  get nextOrdinal(): number {
    return this.#base + this.#order.length
  }

  get(id: string): Item | undefined {
    const item = this.#byId.get(id)
    if (item || !this.#source) return item
    const ordinal = this.#source.ordinalOf(id)
    return ordinal < 0 || this.#overrides.has(ordinal) ? undefined : this.#source.at(ordinal)
  }

  at(ordinal: number): Item | undefined {
    if (ordinal >= this.#base) return this.#order[ordinal - this.#base]
    if (this.#overrides.size > 0) {
      const override = this.#overrides.get(ordinal)
      if (override !== undefined) return override ?? undefined
    }
    return this.#source?.at(ordinal)
  }

  add(item: Item): void {
    this.#byId.set(item.id, item)
    this.#order.push(item)
    for (const parent of item.parents) this.#addChild(parent, item)
  }

  /** The object that may be changed. */
  own(item: Item): Item {
    if (item.ordinal >= this.#base || this.#overrides.get(item.ordinal)) return item
    this.#overrides.set(item.ordinal, item)
    this.#byId.set(item.id, item)
    for (const parent of item.parents) this.#addChild(parent, item)
    return item
  }

  /** Tells that `item.parents` was changed from `before`. */
  moved(item: Item, before: readonly string[]): void {
    for (const parent of before) if (!item.parents.includes(parent)) this.#dropChild(parent, item)
    for (const parent of item.parents) if (!before.includes(parent)) this.#addChild(parent, item)
  }

  remove(item: Item): void {
    if (item.ordinal < this.#base) this.#overrides.set(item.ordinal, null)
    else this.#order[item.ordinal - this.#base] = undefined
    this.#byId.delete(item.id)
    for (const parent of item.parents) this.#dropChild(parent, item)
  }

  /** Direct children in listing order, from `ordinal` on. */
  *children(id: string, ordinal = 0): Generator<Item> {
    const own = this.#children.get(id) ?? []
    let next = lowerBound(own, ordinal)
    for (const natural of this.#source?.childrenOf(id) ?? []) {
      if (natural < ordinal || this.#overrides.has(natural)) continue
      for (let item = own[next]; item && item.ordinal < natural; item = own[++next]) yield item
      const item = this.#source?.at(natural)
      if (item) yield item
    }
    for (let item = own[next]; item; item = own[++next]) yield item
  }

  hasChildren(id: string): boolean {
    return !this.children(id).next().done
  }

  #addChild(parent: string, item: Item): void {
    const list = this.#children.get(parent)
    if (!list) {
      this.#children.set(parent, [item])
      return
    }
    const last = list[list.length - 1]
    if (!last || last.ordinal < item.ordinal) list.push(item)
    else list.splice(lowerBound(list, item.ordinal), 0, item)
  }

  #dropChild(parent: string, item: Item): void {
    const list = this.#children.get(parent)
    if (!list) return
    const index = lowerBound(list, item.ordinal)
    if (list[index] === item) list.splice(index, 1)
    if (list.length === 0) this.#children.delete(parent)
  }
}

function lowerBound(list: readonly Item[], ordinal: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((list[middle]?.ordinal ?? 0) < ordinal) low = middle + 1
    else high = middle
  }
  return low
}
