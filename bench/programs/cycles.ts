/**
 * Cycles on demand in one process that keeps its catalog open, as the daemon does: each line on stdin is answered by one cycle and
 * what it took.
 *
 *   node bench/programs/cycles.ts CONFIG
 */
import { createInterface } from 'node:readline'
import { runOnce } from '../../src/backup/daemon/once.ts'
import type { CycleTaken } from '../looks.ts'
import { callsOf, openProduct } from './product.ts'

const control = { drain: new AbortController().signal, abort: new AbortController().signal }
await using product = await openProduct(process.argv[2] ?? '', control.drain)
const { app, work } = product

for await (const _line of createInterface({ input: process.stdin })) {
  const before = { cpu: process.cpuUsage(), calls: callsOf(app), at: performance.now() }
  const result = await runOnce(work, control)
  const ms = performance.now() - before.at
  const { user, system } = process.cpuUsage(before.cpu)
  const { end, seen, synced, moved, failed } = result
  const calls = callsOf(app)
  const taken: CycleTaken = {
    ms,
    cpuMs: (user + system) / 1000,
    driveCalls: calls.api - before.calls.api,
    s3Calls: calls.storage - before.calls.storage,
    residentBytes: process.memoryUsage.rss(),
    ...{ end, seen, synced, moved, failed },
  }
  process.stdout.write(`${JSON.stringify(taken)}\n`)
}
