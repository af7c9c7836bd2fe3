/**
 * Cycles on demand in one process, as the daemon runs them: each line on stdin is answered by one cycle and what it took.
 *
 *   node bench/programs/cycles.ts CONFIG
 */
import { createInterface } from 'node:readline'
import { cycle } from '../../src/backup/cycle.ts'
import type { CycleTaken } from '../looks.ts'
import { openProduct } from './product.ts'

const control = { drain: new AbortController().signal, abort: new AbortController().signal }
await using product = await openProduct(process.argv[2] ?? '', control.drain)
const { app, source } = product
const storageCalls = () => app.destinations.reduce((sum, { calls }) => sum + calls, 0)

for await (const _line of createInterface({ input: process.stdin })) {
  const before = { cpu: process.cpuUsage(), api: app.source.calls, storage: storageCalls(), at: performance.now() }
  const startedAt = app.clock.now()
  const result = await cycle(source.parts, source.id, control)
  await source.ended(result, startedAt)
  const ms = performance.now() - before.at
  const { user, system } = process.cpuUsage(before.cpu)
  const { end, seen, synced, moved, failed } = result
  const taken: CycleTaken = {
    ms,
    cpuMs: (user + system) / 1000,
    driveCalls: app.source.calls - before.api,
    s3Calls: storageCalls() - before.storage,
    residentBytes: process.memoryUsage.rss(),
    ...{ end, seen, synced, moved, failed },
  }
  process.stdout.write(`${JSON.stringify(taken)}\n`)
}
