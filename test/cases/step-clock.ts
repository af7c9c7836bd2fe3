import type { Clock } from '../../src/backup/model/parts.ts'

/** Time that passes when it is told to, sleeper after sleeper. It can be set, as a person or NTP does: sleepers do not mind. */
export class StepClock implements Clock {
  #passed = 0
  #set = Date.UTC(2026, 10, 30)
  #sleepers: { at: number; wake(): void }[] = []

  now(): number {
    return this.#set + this.#passed
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake)
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper)
        resolve()
      }
      const sleeper = { at: this.#passed + ms, wake }
      this.#sleepers.push(sleeper)
      signal.addEventListener('abort', wake)
    })
  }

  /** Resolves when nobody has anything left to do before that time. */
  async pass(ms: number): Promise<void> {
    const until = this.#passed + ms
    await settled()
    for (;;) {
      const next = this.#sleepers.toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined || next.at > until) break
      this.#passed = next.at
      next.wake()
      await settled()
    }
    this.#passed = until
  }

  set(ms: number): void {
    this.#set += ms
  }
}

/** All promises that can go on have done so. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}
