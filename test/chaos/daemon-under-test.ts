import { runDaemon } from '../../src/backup/daemon/daemon.ts'
import { Run } from '../../src/backup/daemon/run.ts'
import type { Clock } from '../../src/backup/model/parts.ts'
import { Endpoints } from '../../src/backup/outage/endpoints.ts'
import { choose, operator } from '../../src/catalog/operator.ts'
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
  const { db } = backup
  const parts = { ...backup.parts, clock }
  await choose(db, 'running', clock.now())
  const shutdown = new AbortController()
  let looks = 0
  const run = new Run({
    parts,
    endpoints: new Endpoints(parts),
    async cycleEnded(...ended) {
      looks += 1
      await backup.once.cycleEnded(...ended)
    },
    schedule: { mode: 'realtime', intervalMs: 60_000, retryDelayMs: 1000 },
    jobs: [],
  })
  const ended = runDaemon(
    {
      operator: operator(db, () => clock.now()),
      clock,
      prepare: async () => ({
        work: (control) => run.work(control),
        checkNow: () => run.checkNow(),
        clockSetBack: () => run.clockSetBack(),
        async [Symbol.asyncDispose]() {},
      }),
      changed: async () => false,
      faultTextOf: () => null,
      tell: () => {},
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
