import { hash32 } from './random.ts'

export interface ChangeEntry {
  readonly sequence: number
  readonly time: number
  /** The file, or the shared drive if `type` is `drive`. */
  readonly id: string
  readonly type: 'file' | 'drive'
  /** True if it left this log's view: deleted for good, or access lost. */
  readonly removed: boolean
}

/**
 * The change log of one corpus (a user, or a shared drive).
 *
 * Entries are appended at each mutation; only the newest of each file is served, at its newest place. A page token is the sequence
 * number to go on from. The numbers of each log start elsewhere, so a token of another corpus is refused, as Drive does.
 */
export class ChangeLog {
  readonly #first: number
  #next: number
  readonly #entries: ChangeEntry[] = []
  readonly #newest = new Map<string, number>()
  readonly #listeners = new Set<(id: string) => void>()

  constructor(corpus: string) {
    this.#first = 1000 + (hash32(corpus) % 1_000_000) * 10_000_000
    this.#next = this.#first
  }

  /** The token from which everything after now is reported. */
  get startToken(): string {
    return String(this.#next)
  }

  append(id: string, type: 'file' | 'drive', removed: boolean, time: number): void {
    this.#newest.set(`${type}:${id}`, this.#next)
    this.#entries.push({ sequence: this.#next, time, id, type, removed })
    this.#next++
    for (const listener of this.#listeners) listener(id)
  }

  /** Calls back with the id after each append, until the returned function is called. */
  onAppend(listener: (id: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Up to `limit` entries from `token` on, oldest first, and the token to go on with.
   * Undefined if the token is not one of this log. The last `hidden` entries are not seen yet.
   */
  read(token: string, limit: number, hidden = 0): { entries: ChangeEntry[]; next: string; last: boolean } | undefined {
    const from = /^\d{1,15}$/.test(token) ? Number(token) : Number.NaN
    if (!(from >= this.#first && from <= this.#next)) return undefined
    const entries: ChangeEntry[] = []
    let index = from - this.#first
    const end = Math.max(index, this.#entries.length - hidden)
    for (; index < end && entries.length < limit; index++) {
      const entry = this.#entries[index]
      if (entry && this.#newest.get(`${entry.type}:${entry.id}`) === entry.sequence) entries.push(entry)
    }
    return { entries, next: String(this.#first + index), last: index >= end }
  }
}
