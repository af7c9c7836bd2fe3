/**
 * What the daemon does while it runs, without its dashboard: watches every source and delivers what is due, until stdin ends.
 *
 *   node bench/programs/daemon.ts CONFIG
 */
import { openProduct } from './product.ts'

const [drain, abort] = [new AbortController(), new AbortController()]
process.stdin.resume().once('end', () => drain.abort())
await using product = await openProduct(process.argv[2] ?? '', drain.signal)
await product.work.work({ drain: drain.signal, abort: abort.signal })
