import type { Clock } from '../../src/backup/model/parts.ts'

/** Real time, five hundred times as fast: a daemon's half-seconds take a millisecond. It can be set, as by NTP. */
export class QuickClock implements Clock {
  static readonly SPEED = 500
  readonly #began = Date.now()
  /** ms that it is ahead. */
  ahead = 0

  now(): number {
    return this.#began + (Date.now() - this.#began) * QuickClock.SPEED + this.ahead
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms / QuickClock.SPEED)
      signal.addEventListener('abort', end)
    })
  }
}
