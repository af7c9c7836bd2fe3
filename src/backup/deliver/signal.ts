/** Wakes delivering when there may be something to do. What happens before it is asked for is not missed: see `next`. */
export class Wake {
  #resolvers = Promise.withResolvers<void>()
  #news = false
  #live = false

  /** Resolves at the next call. To be taken before looking for work, so that what comes meanwhile is not slept through. */
  get next(): Promise<void> {
    return this.#resolvers.promise
  }

  /** Something ended: there may be room for more. */
  now(): void {
    this.#resolvers.resolve()
    this.#resolvers = Promise.withResolvers()
  }

  /** More may be due. `live`: somebody changed a file just now, which must not wait until what is queued is done. */
  news(live: boolean): void {
    this.#news = true
    this.#live ||= live
    this.now()
  }

  /** Whether there was news since it was last asked. */
  takeNews(): { any: boolean; live: boolean } {
    const news = { any: this.#news, live: this.#live }
    this.#news = false
    this.#live = false
    return news
  }
}
