/**
 * The first listing of a drive into the catalog, and nothing behind it: the product's own watch, without transfers.
 *
 *   node bench/programs/scan.ts CONFIG      prints { items, seconds, apiCalls }, start-up not in its seconds
 */
import { watch } from '../../src/backup/watch.ts'
import { openProduct } from './product.ts'

const { signal } = new AbortController()
await using product = await openProduct(process.argv[2] ?? '', signal)
const { app, source } = product

const startedAt = performance.now()
let items = 0
for await (const seen of watch(source.parts, await source.parts.catalog.source(source.id), app.clock.now(), signal))
  items += seen
const seconds = (performance.now() - startedAt) / 1000
process.stdout.write(`${JSON.stringify({ items, seconds, apiCalls: app.source.calls })}\n`)
