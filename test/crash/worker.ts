/**
 * What `drivekeep sync` does, in a process of its own that can be killed: the product's own parts, only with parts of
 * large files small enough for a test, which no configuration allows.
 *
 *   node test/crash/worker.ts CONFIG_FILE
 */

import { compose, takeCatalog } from '../../src/app/compose.ts'
import { prepareWork } from '../../src/app/prepare-work.ts'
import { syncUntilSettled } from '../../src/backup/daemon/once.ts'
import { DestinationIds } from '../../src/catalog/destination-ids.ts'
import { uploadLog } from '../../src/catalog/work/copies.ts'
import { loadConfig } from '../../src/config/file/load.ts'
import { createS3Destination } from '../../src/destinations/s3/destination.ts'
import { PART_BYTES } from './part-bytes.ts'

const config = loadConfig(process.argv[2] ?? '', { env: process.env, cwd: process.cwd() })
await using app = await compose(config)
using _held = takeCatalog(config)
const uploads = uploadLog(app.db, app.clock.now, new DestinationIds(app.db))
await using opened = new AsyncDisposableStack()
const destinations = config.destinations.map((bucket) => {
  if (bucket.type === 'folder' || bucket.credentials === null) throw new Error(`${bucket.name} has no credentials`)
  const parts = { multipartThreshold: 4 * PART_BYTES, partSize: PART_BYTES }
  return opened.use(createS3Destination({ ...bucket, ...bucket.credentials, ...parts, uploads }))
})
const running = new AbortController().signal
await using work = await prepareWork({ ...app, destinations }, () => {}, running)
const fault = await syncUntilSettled(work, { drain: running, abort: running })
for (const job of work.jobs) await job.run(running)
if (fault !== null) throw fault
