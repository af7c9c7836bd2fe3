import type { Destination } from './destination.ts'

/**
 * One writer a key. Renames can swap two files' keys within one cycle, so whoever writes, moves or removes an object
 * holds its key, and a move holds both of its keys.
 */
export class KeyLocks {
  readonly #held = new Map<string, Held>()

  /**
   * Takes all keys together, waiting until they are free; at once (no promise) when they are. Since it takes all or none,
   * two moves cannot wait for one another.
   */
  take(destination: Pick<Destination, 'name'>, keys: string[]): Disposable | Promise<Disposable> {
    const locks = keys.map((key) => `${destination.name}\0${key}`)
    return locks.some((lock) => this.#held.has(lock)) ? this.#waitFor(locks) : this.#hold(locks)
  }

  async #waitFor(locks: string[]): Promise<Disposable> {
    for (;;) {
      const busy = locks.flatMap((lock) => this.#held.get(lock)?.released ?? [])
      if (busy.length === 0) return this.#hold(locks)
      await Promise.all(busy)
    }
  }

  #hold(locks: string[]): Disposable {
    const held = new Held(() => {
      for (const lock of locks) this.#held.delete(lock)
    })
    for (const lock of locks) this.#held.set(lock, held)
    return held
  }
}

/** Keys in use. Hardly ever does anybody wait for them, so only who does pays for the promise. */
class Held implements Disposable {
  readonly #free: () => void
  #waiters: PromiseWithResolvers<void> | null = null

  constructor(free: () => void) {
    this.#free = free
  }

  get released(): Promise<void> {
    this.#waiters ??= Promise.withResolvers()
    return this.#waiters.promise
  }

  [Symbol.dispose](): void {
    this.#free()
    this.#waiters?.resolve()
  }
}
