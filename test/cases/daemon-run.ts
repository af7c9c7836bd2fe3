import { type DaemonEvent, runDaemon } from '../../src/backup/daemon/daemon.ts'
import type { DaemonState, Wish } from '../../src/backup/daemon/operator.ts'
import { Run } from '../../src/backup/daemon/run.ts'
import { Fault } from '../../src/backup/model/faults.ts'
import type { Clock } from '../../src/backup/model/parts.ts'
import type { Backup } from '../backup/harness.ts'

/** Real time, a hundred times as fast: a daemon's half-seconds take 5 ms. It can be set, as by NTP. */
export class FastClock implements Clock {
  static readonly SPEED = 100
  readonly #began = performance.now()
  readonly #from = Date.now()
  /** ms that it is ahead. */
  ahead = 0

  now(): number {
    return Math.round(this.#from + (performance.now() - this.#began) * FastClock.SPEED + this.ahead)
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms / FastClock.SPEED)
      signal.addEventListener('abort', end)
    })
  }
}

export interface RunningDaemon extends AsyncDisposable {
  clock: FastClock
  events: DaemonEvent[]
  choose(desired: DaemonState): void
  checkNow(): void
}

/** The daemon over the parts of `backup`, from now until it is disposed of. */
export function startDaemon(backup: Backup, { intervalMs = 60_000 } = {}): RunningDaemon {
  const clock = new FastClock()
  backup.use({ clock })
  const shutdown = new AbortController()
  const events: DaemonEvent[] = []
  let wish: Wish = { desired: 'running', wakeups: 0 }
  const ended = runDaemon(
    {
      operator: { wish: async () => wish, report: async () => {} },
      clock,
      async prepare() {
        const schedule = { mode: 'realtime', intervalMs, retryDelayMs: 1000 } as const
        const run = new Run({ ...backup.once, schedule, jobs: [] })
        return {
          work: (control) => run.work(control),
          checkNow: () => run.checkNow(),
          clockSetBack: () => run.clockSetBack(),
          async [Symbol.asyncDispose]() {},
        }
      },
      changed: async () => false,
      faultTextOf: (error) => (error instanceof Fault ? { message: error.message, fault: error } : null),
      tell: (event) => void events.push(event),
    },
    shutdown.signal,
  )
  // A bug is thrown where the daemon is disposed of.
  ended.catch(() => {})
  return {
    clock,
    events,
    choose(desired) {
      wish = { desired, wakeups: wish.wakeups + 1 }
    },
    checkNow() {
      wish = { ...wish, wakeups: wish.wakeups + 1 }
    },
    async [Symbol.asyncDispose]() {
      shutdown.abort()
      await ended
    },
  }
}
