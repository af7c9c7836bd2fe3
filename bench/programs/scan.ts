/**
 * The first listing of a drive into the catalog, and nothing after it: the product's own watch, without transfers.
 *
 *   node bench/programs/scan.ts CONFIG      prints { items, seconds, apiCalls }, start-up not in its seconds
 */
import { watch } from '../../src/backup/watch/watch.ts'
import { callsOf, openProduct } from './product.ts'

const { signal } = new AbortController()
await using product = await openProduct(process.argv[2] ?? '', signal)
const { app, work } = product
const [endpoint] = work.endpoints.sources.values()
if (endpoint === undefined) throw new Error('no source')

const startedAt = performance.now()
let items = 0
const state = await work.parts.catalog.source(endpoint.source.id)
for await (const seen of watch(endpoint, state, { ...work.parts, reconciles: false, followed: () => {} }, signal))
  items += seen
const seconds = (performance.now() - startedAt) / 1000
process.stdout.write(`${JSON.stringify({ items, seconds, apiCalls: callsOf(app).api })}\n`)
