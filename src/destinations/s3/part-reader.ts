/** Reads a stream in pieces of a wanted size, without copying. */
export class PartReader implements AsyncDisposable {
  readonly #source: AsyncIterator<Uint8Array>
  #rest: Uint8Array | null = null
  #done = false

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** The next `bytes` as the chunks they came in, each shown to `see` as it comes; fewer only at the end. */
  async take(bytes: number, see: (chunk: Uint8Array) => void = () => {}): Promise<Uint8Array[]> {
    const chunks: Uint8Array[] = []
    let missing = bytes
    while (missing > 0 && !(await this.ended())) {
      const chunk = this.#rest as Uint8Array
      const piece = chunk.byteLength > missing ? chunk.subarray(0, missing) : chunk
      this.#rest = chunk.byteLength > missing ? chunk.subarray(missing) : null
      missing -= piece.byteLength
      see(piece)
      chunks.push(piece)
    }
    return chunks
  }

  /** Whether all has been taken; waits for the next chunk to know. */
  async ended(): Promise<boolean> {
    while (this.#rest === null && !this.#done) {
      const next = await this.#source.next()
      if (next.done) this.#done = true
      else if (next.value.byteLength > 0) this.#rest = next.value
    }
    return this.#rest === null
  }

  /** Lets the source go where it was not read to its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#done) await this.#source.return?.()
  }
}
