import type { Destination } from './destination.ts'

/**
 * One writer a key. Renames can swap two files' keys within one cycle, so whoever writes, moves or removes an object
 * holds its key, and a move holds both of its keys.
 */
export class KeyLocks {
  readonly #held = new Map<string, Promise<void>>()

  /** Waits until all keys are free and takes them together: since it takes all or none, two moves cannot wait for one another. */
  async take(destination: Pick<Destination, 'name'>, keys: string[]): Promise<Disposable> {
    const locks = keys.map((key) => `${destination.name}\0${key}`)
    for (;;) {
      const busy = locks.map((lock) => this.#held.get(lock)).filter((held) => held !== undefined)
      if (busy.length === 0) break
      await Promise.all(busy)
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    for (const lock of locks) this.#held.set(lock, promise)
    return {
      [Symbol.dispose]: () => {
        for (const lock of locks) this.#held.delete(lock)
        resolve()
      },
    }
  }
}
