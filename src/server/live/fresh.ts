/**
 * Reads something at most so often: whoever asks in between gets what was read, and whoever asks meanwhile waits for the
 * same reading. `forget` makes the next question read anew, since the one who asks has changed something.
 */
export class Fresh<Value> {
  readonly #read: () => Promise<Value>
  readonly #now: () => number
  readonly #keptMs: number
  #kept: { value: Promise<Value>; at: number } | null = null

  /** `now`: ms that only grow. */
  constructor(read: () => Promise<Value>, now: () => number, keptMs: number) {
    this.#read = read
    this.#now = now
    this.#keptMs = keptMs
  }

  get(): Promise<Value> {
    const now = this.#now()
    if (this.#kept !== null && now - this.#kept.at < this.#keptMs) return this.#kept.value
    const kept = { value: this.#read(), at: now }
    this.#kept = kept
    // A failure is told to those who waited, and to nobody else.
    kept.value.catch(() => {
      if (this.#kept === kept) this.#kept = null
    })
    return kept.value
  }

  forget(): void {
    this.#kept = null
  }
}
