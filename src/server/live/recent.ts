/** Adds up what happened in the last so many seconds, this one included: a slot a second, whatever happens in it. */
export class Recent {
  readonly #slots: Float64Array
  /** Of all slots. */
  #sum = 0
  /** The second of the newest slot. */
  #second = 0
  /** When something happened first, after a time in which nothing did. */
  #since = 0

  constructor(seconds: number) {
    this.#slots = new Float64Array(seconds)
  }

  add(amount: number, now: number): void {
    this.#roll(now)
    if (this.#sum === 0) this.#since = now
    const slot = this.#second % this.#slots.length
    this.#slots[slot] = (this.#slots[slot] ?? 0) + amount
    this.#sum += amount
  }

  sum(now: number): number {
    this.#roll(now)
    return this.#sum
  }

  /** What has only just begun is not spread over seconds in which it had not. */
  perSecond(now: number): number {
    const sum = this.sum(now)
    const seconds = Math.min(this.#slots.length - 1 + (now % 1000) / 1000, (now - this.#since) / 1000)
    return sum / Math.max(1, seconds)
  }

  /** Forgets the seconds that are too old; all of them when the clock was set back. */
  #roll(now: number): void {
    const second = Math.floor(now / 1000)
    if (second === this.#second) return
    const passed = second - this.#second
    const seconds = this.#slots.length
    if (passed < 0 || passed >= seconds) {
      this.#slots.fill(0)
      this.#sum = 0
    } else for (let one = this.#second + 1; one <= second; one++) this.#clear(one % seconds)
    this.#second = second
  }

  #clear(slot: number): void {
    this.#sum -= this.#slots[slot] ?? 0
    this.#slots[slot] = 0
  }
}
