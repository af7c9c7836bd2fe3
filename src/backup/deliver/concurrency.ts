/**
 * How many files are in flight: adapts to what is being moved (many small files or few large ones) and to latency.
 *
 * Climbs by the work done in each window: more files in flight as long as that pays, fewer when it hurts. Pure: the caller
 * reports what was finished and when. Bounds: below `MIN` a slow file would stand alone; above `MAX` connections and
 * buffers cost more than they bring (each small file in flight holds up to 1 MiB).
 */
export class Concurrency {
  static readonly MIN = 4
  static readonly MAX = 64
  /** Long enough for the figures to mean something, short enough to reach the best level within seconds. */
  static readonly WINDOW_MS = 500
  /** Below this gain another level is not worth its memory. */
  static readonly GAIN = 1.03

  limit = 16
  #best = 0
  #windowStart: number
  #work = 0
  #direction: 1 | -1 = 1

  constructor(now: number) {
    this.#windowStart = now
  }

  /** A file is done: `bytes` were moved. One file weighs as much as a quarter MiB, since each costs two round trips. */
  done(bytes: number, now: number): void {
    this.#work += 1 + bytes / (256 * 1024)
    const elapsed = now - this.#windowStart
    if (elapsed < Concurrency.WINDOW_MS) return
    this.#judge(this.#work / elapsed)
    this.#work = 0
    this.#windowStart = now
  }

  #judge(rate: number): void {
    if (rate < this.#best * 0.9) this.#direction = this.#direction === 1 ? -1 : 1
    else if (rate < this.#best * Concurrency.GAIN) {
      this.#best = Math.max(rate, this.#best * 0.98) // forget slowly: what was best an hour ago may not be reachable now
      return
    }
    this.#best = rate
    const next = this.#direction === 1 ? Math.ceil(this.limit * 1.5) : Math.floor(this.limit / 1.5)
    this.limit = Math.min(Concurrency.MAX, Math.max(Concurrency.MIN, next))
  }
}
