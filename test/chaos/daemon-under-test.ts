import { runDaemon } from '../../src/backup/daemon.ts'
import type { Clock } from '../../src/backup/parts.ts'
import { choose, operator } from '../../src/catalog/operator.ts'
import { recordCycle } from '../../src/catalog/sources.ts'
import type { Backup } from '../backup/harness.ts'

export interface RunningDaemon extends AsyncDisposable {
  /** How often it has looked at Drive. */
  readonly looks: number
  /** Rejects when the daemon ends by itself, which only a defect makes it do. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

/** The daemon's loop over a backup, with the operator's row in the catalog, on the clock given. */
export async function startDaemon(backup: Backup, clock: Clock): Promise<RunningDaemon> {
  const { db, id } = backup
  const parts = { ...backup.parts, clock }
  await choose(db, 'running', clock.now())
  const shutdown = new AbortController()
  let looks = 0
  const ended = runDaemon(
    {
      sources: [
        {
          id,
          parts,
          async ended(result, startedAt) {
            looks += 1
            await recordCycle(db, id, result, { startedAt, endedAt: clock.now(), apiCalls: 0, storageCalls: 0 })
          },
        },
      ],
      operator: operator(db, () => clock.now()),
      schedule: { mode: 'realtime', intervalMs: 60_000, retryDelayMs: 1000 },
      clock,
      tidy: async () => {},
    },
    shutdown.signal,
  )
  ended.catch(() => {}) // for whoever awaits it
  const stop = async () => {
    shutdown.abort()
    await ended
  }
  return {
    get looks() {
      return looks
    },
    ended,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Resolves once `condition` holds; throws when the daemon dies or it never does. */
export async function until(daemon: RunningDaemon, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${condition} did not come true within 20 s`)
    await Promise.race([daemon.ended, new Promise((resolve) => setTimeout(resolve, 5))])
  }
}
