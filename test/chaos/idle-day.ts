/**
 * A day of a daemon that has nothing to do, in a process of its own whose memory can be measured. Prints one JSON object a
 * measurement: after an hour, and every six.
 *
 *   node --expose-gc test/chaos/idle-day.ts CONFIG_FILE
 */
import { readdirSync } from 'node:fs'
import { compose, takeCatalog } from '../../src/app/compose.ts'
import { prepareWork } from '../../src/app/prepare-work.ts'
import { runDaemon } from '../../src/backup/daemon/daemon.ts'
import { syncUntilSettled } from '../../src/backup/daemon/once.ts'
import { Run } from '../../src/backup/daemon/run.ts'
import type { Clock } from '../../src/backup/model/parts.ts'
import { enterDaemon, operator } from '../../src/catalog/operator.ts'
import { loadConfig } from '../../src/config/file/load.ts'

const HOUR = 3_600_000

/** The system's time, until the day begins; from then on it passes only while somebody sleeps. */
let began: number | null = null
let slept = 0
const clock: Clock = {
  now: () => (began === null ? Date.now() : began + slept),
  async sleep(ms, signal) {
    if (!signal.aborted && began !== null) slept += ms
    await new Promise((resolve) => setImmediate(resolve))
  },
}

const config = loadConfig(process.argv[2] ?? '', { env: process.env, cwd: process.cwd() })
await using app = await compose(config, clock)
using _held = takeCatalog(config)
const running = new AbortController().signal
await using work = await prepareWork(app, () => {}, running)
await syncUntilSettled(work, { drain: running, abort: running })
for (const job of work.jobs) await job.run(running)

began = Date.now()
await enterDaemon(app.db, { autoStart: true, pid: process.pid, now: clock.now() })
const shutdown = new AbortController()
let looks = 0
let measureAt = clock.now() + HOUR
const apiCalls = () => [...app.drives.values()].reduce((sum, { calls }) => sum + calls, 0)
const { mode, intervalMs, retry } = config.sync
const run = new Run({
  ...work,
  schedule: { mode, intervalMs, retryDelayMs: retry.delayMs },
  async cycleEnded(...ended) {
    await work.cycleEnded(...ended)
    looks += 1
    if (clock.now() < measureAt) return
    measureAt += 6 * HOUR
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    const files = readdirSync('/proc/self/fd').length
    const storageCalls = app.destinations.reduce((sum, destination) => sum + destination.calls, 0)
    const hours = Math.floor(slept / HOUR)
    console.log(JSON.stringify({ hours, looks, apiCalls: apiCalls(), storageCalls, heapUsed, external, files }))
    if (hours >= 24) shutdown.abort()
  },
})
await runDaemon(
  {
    operator: operator(app.db, () => clock.now()),
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
