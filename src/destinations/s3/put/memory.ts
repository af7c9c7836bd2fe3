/**
 * The memory that all uploads of a destination share, in bytes: who wants to buffer takes first, and waits while there is
 * too little. Served in the order of asking, so that a large part is not starved by small ones.
 *
 * Nobody may hold some and wait for more, or two could wait for each other for ever.
 */
export class MemoryBudget {
  readonly #total: number
  #free: number
  #waiting: { bytes: number; grant: () => void }[] = []

  constructor(total: number) {
    this.#total = total
    this.#free = total
  }

  /** Takes `bytes`, or all there is where the whole budget is smaller. Throws the signal's reason. */
  take(bytes: number, signal: AbortSignal): Share | Promise<Share> {
    const share = new Share(this, Math.min(bytes, this.#total))
    if (this.#waiting.length === 0 && share.bytes <= this.#free) {
      this.#free -= share.bytes
      return share
    }
    return new Promise((resolve, reject) => {
      const waiter = {
        bytes: share.bytes,
        grant: () => {
          signal.removeEventListener('abort', leave)
          resolve(share)
        },
      }
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter)
        reject(signal.reason)
        this.#serve()
      }
      if (signal.aborted) return reject(signal.reason)
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.push(waiter)
    })
  }

  /** For `Share.release`. */
  giveBack(bytes: number): void {
    this.#free += bytes
    this.#serve()
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next !== undefined && next.bytes <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#free -= next.bytes
      next.grant()
    }
  }
}

/** Memory taken; to be released once, and releasing again does nothing. */
export class Share implements Disposable {
  readonly bytes: number
  #budget: MemoryBudget | null

  constructor(budget: MemoryBudget, bytes: number) {
    this.#budget = budget
    this.bytes = bytes
  }

  release(): void {
    this.#budget?.giveBack(this.bytes)
    this.#budget = null
  }

  [Symbol.dispose](): void {
    this.release()
  }
}
