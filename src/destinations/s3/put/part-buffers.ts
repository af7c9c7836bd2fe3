import { MemoryBudget, type Share } from './memory.ts'

/** Memory for one part, to be released once. Nothing may read or write it behind its release. */
export class PartBuffer implements Disposable {
  readonly bytes: Uint8Array
  readonly #release: () => void
  #released = false

  constructor(bytes: Uint8Array, release: () => void) {
    this.bytes = bytes
    this.#release = release
  }

  release(): void {
    if (!this.#released) this.#release()
    this.#released = true
  }

  [Symbol.dispose](): void {
    this.release()
  }
}

/**
 * The buffers in which parts wait to be hashed and sent, few and used again: memory given back to the allocator after
 * each part would be taken anew from the system for the next, page by page.
 *
 * Served in the order of asking. Who holds one must not wait for another with it in hand unless it is being sent.
 */
export class PartBuffers {
  readonly #turns: MemoryBudget
  readonly #memory: MemoryBudget
  /** Not in use, all of one size. */
  #idle: Uint8Array[] = []
  #inUse = 0

  /** At most `bytes` of parts at once, out of the `memory` that others take from as well. */
  constructor(bytes: number, memory: MemoryBudget) {
    this.#turns = new MemoryBudget(bytes)
    this.#memory = memory
  }

  /** A buffer of `size` bytes with anything in it. Throws the signal's reason. */
  async take(size: number, signal: AbortSignal): Promise<PartBuffer> {
    const turn = await this.#turns.take(size, signal)
    let share: Share
    try {
      share = await this.#memory.take(size, signal)
    } catch (error) {
      turn.release()
      throw error
    }
    this.#inUse += 1
    const bytes = this.#bytes(size)
    return new PartBuffer(bytes, () => {
      this.#inUse -= 1
      // Kept only while there is more to come: an idle daemon should not sit on them.
      if (this.#inUse === 0) this.#idle = []
      else this.#idle.push(bytes)
      share.release()
      turn.release()
    })
  }

  #bytes(size: number): Uint8Array {
    const idle = this.#idle.pop()
    if (idle?.length === size) return idle
    this.#idle = [] // of another size: another file's
    return Buffer.allocUnsafeSlow(size)
  }
}
