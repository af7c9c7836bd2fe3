import type { Payload, Read } from '../model/destination.ts'

/** Larger files are read once for each destination. */
const SHARED_BYTES = 1024 * 1024
/** Of all files together: a destination that is slow must not keep the bytes of hundreds in memory. */
const MOST_BYTES = 64 * 1024 * 1024

/** How much is kept for destinations that have not begun yet. */
export class SharedBytes {
  used = 0
}

/** The bytes of one file for all destinations that need them: those of a small file are downloaded once. */
export class SharedRead {
  readonly payload: Payload
  readonly #kept: SharedBytes
  readonly #read: Read
  #takers: number
  #bytes: Promise<Buffer> | null = null
  #size = 0

  constructor(payload: Payload, takers: number, kept: SharedBytes) {
    this.#takers = takers
    this.#kept = kept
    this.#read = payload.read
    const shared = takers > 1 && payload.kind === 'known' && payload.size <= SHARED_BYTES
    this.payload = shared ? { ...payload, read: (offset, signal) => this.#once(payload.size, offset, signal) } : payload
  }

  /** One destination needs them no more. */
  release(): void {
    this.#takers -= 1
    if (this.#takers <= 0) this.#drop()
  }

  async #once(size: number, offset: number, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    if (this.#bytes === null) {
      if (this.#takers <= 1 || this.#kept.used + size > MOST_BYTES) return this.#read(offset, signal)
      this.#size = size
      this.#kept.used += size
      // What went wrong is tried again by the next.
      this.#bytes = collect(this.#read, signal).catch((error: unknown) => {
        this.#drop()
        throw error
      })
    }
    return only((await this.#bytes).subarray(offset))
  }

  #drop(): void {
    this.#kept.used -= this.#size
    this.#size = 0
    this.#bytes = null
  }
}

async function collect(read: Read, signal: AbortSignal): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of await read(0, signal)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes
}
