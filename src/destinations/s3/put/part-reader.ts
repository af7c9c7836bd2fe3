/** Reads a stream in pieces of a wanted size. Opened when it is first read, so that no download stands idle before its turn. */
export class PartReader implements AsyncDisposable {
  readonly #open: () => Promise<AsyncIterable<Uint8Array>>
  #source: AsyncIterator<Uint8Array> | null = null
  #rest: Uint8Array | null = null
  #done = false

  constructor(open: () => Promise<AsyncIterable<Uint8Array>>) {
    this.#open = open
  }

  /** Fills `into`, and shows each piece to `see` as it comes. Gives the number of bytes: fewer only at the end. */
  async fill(into: Uint8Array, see: (piece: Uint8Array) => void = () => {}): Promise<number> {
    let filled = 0
    while (filled < into.length) {
      const rest = this.#rest ?? (await this.#next())
      if (rest === null) break
      const missing = into.length - filled
      const piece = rest.length > missing ? rest.subarray(0, missing) : rest
      this.#rest = rest.length > missing ? rest.subarray(missing) : null
      into.set(piece, filled)
      see(piece)
      filled += piece.length
    }
    return filled
  }

  /** Whether all has been taken; waits for the next piece to know. */
  async ended(): Promise<boolean> {
    this.#rest ??= await this.#next()
    return this.#rest === null
  }

  /** Lets the source go where it was not read to its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#done) await this.#source?.return?.()
  }

  async #next(): Promise<Uint8Array | null> {
    if (this.#done) return null
    this.#source ??= (await this.#open())[Symbol.asyncIterator]()
    for (;;) {
      const next = await this.#source.next()
      if (next.done) this.#done = true
      if (next.done) return null
      if (next.value.length > 0) return next.value
    }
  }
}
