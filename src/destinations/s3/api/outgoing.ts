import { mismatch } from '../../mismatch.ts'

/** A body that is sent as it is read. `open` is called once for each try. */
export interface StreamBody {
  size: number
  open: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>> | AsyncIterable<Uint8Array>
}

/**
 * A streamed body on its way: measures it, and watches that storage keeps taking it.
 *
 * The last chunk is held back until the source has ended: a body with bytes to spare breaks off before storage has as
 * many as were announced, so nothing can appear under the key. Time spent waiting for the source does not count against
 * storage, which is why undici's own time-out for the answer cannot serve here: it would run while Drive is slow.
 */
export class Outgoing {
  /** What the source threw, if it did; told apart so that it is never taken for a fault of storage. */
  failure: { error: unknown } | null = null
  readonly #body: StreamBody
  readonly #key: string
  readonly #stop = new AbortController()
  readonly #timer: NodeJS.Timeout
  #waitingForSource = true

  constructor(body: StreamBody, key: string, patienceMs: number, onStall: () => void) {
    this.#body = body
    this.#key = key
    this.#timer = setTimeout(() => {
      if (this.#waitingForSource) this.#timer.refresh()
      else onStall()
    }, patienceMs)
  }

  /** Ends the reading and the watch; must be called when the exchange is over. */
  close(): void {
    clearTimeout(this.#timer)
    this.#stop.abort(new Error('the request is over'))
  }

  async *chunks(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#measured(await this.#body.open(AbortSignal.any([signal, this.#stop.signal])))
    } catch (error) {
      this.failure = { error }
      throw error
    }
  }

  async *#measured(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let bytes = 0
    let held: Uint8Array | null = null
    for await (const chunk of source) {
      if (chunk.byteLength === 0) continue
      bytes += chunk.byteLength
      if (bytes > this.#body.size) throw mismatch(this.#key, `more than ${this.#body.size} bytes`)
      if (held !== null) {
        this.#storageMustTake()
        yield held
        this.#waitingForSource = true
      }
      held = chunk
    }
    if (bytes < this.#body.size) throw mismatch(this.#key, `${bytes} bytes instead of ${this.#body.size}`)
    this.#storageMustTake()
    if (held !== null) yield held
  }

  #storageMustTake(): void {
    this.#waitingForSource = false
    this.#timer.refresh()
  }
}
