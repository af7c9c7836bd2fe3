/** Wakes delivering when there may be something to do. What happens before it is asked for is not missed: see `next`. */
export class Wake {
  #resolvers = Promise.withResolvers<void>()
  #live = false
  #news = false

  /** Resolves at the next call. To be taken before looking for work, so that what comes meanwhile is not slept through. */
  get next(): Promise<void> {
    return this.#resolvers.promise
  }

  /** There may be more due than before. */
  now(): void {
    this.#news = true
    this.turn()
  }

  /** Something under way has ended; nothing more is due for that. */
  turn(): void {
    this.#resolvers.resolve()
    this.#resolvers = Promise.withResolvers()
  }

  /** Somebody changed a file just now: it must not wait until what is queued is done. */
  liveChange(): void {
    this.#live = true
    this.now()
  }

  /** Whether more may be due since it was last asked. */
  takeNews(): boolean {
    const news = this.#news
    this.#news = false
    return news
  }

  /** Whether there was a live change since it was last asked. */
  takeLive(): boolean {
    const live = this.#live
    this.#live = false
    return live
  }
}
