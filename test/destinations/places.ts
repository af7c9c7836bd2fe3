import { inject } from 'vitest'
import { type S3Server, type S3Options as ServerOptions, startS3 } from '../../emulator/s3/index.ts'
import type { Destination } from '../../src/backup/destination.ts'
import { createS3Destination, type S3Options } from '../../src/destinations/s3/destination.ts'
import { startCephPlace } from '../servers/ceph-place.ts'
import { MemoryUploadLog } from './upload-log.ts'

const MIB = 1024 * 1024

/** A destination on storage of its own, for the contract suite and the tests beside each implementation. */
export interface Place extends AsyncDisposable {
  destination: Destination
  uploads: MemoryUploadLog
  /** Another instance on the same storage and log, as after a restart. */
  again(): Destination
}

/** An implementation of Destination that the contract suite runs against. */
export interface Kind {
  name: string
  start(options: { versioning: boolean }): Promise<Place>
}

/** Set by `npm run test:servers` alone; `npm test` has run the others already. */
const ceph = inject('ceph')

export const KINDS: Kind[] =
  ceph === undefined
    ? [{ name: 'S3', start: ({ versioning }) => startS3Place({ server: { versioning } }) }]
    : [{ name: 'S3 on Ceph', start: (options) => startCephPlace(ceph, options) }]

export interface S3Place extends Place {
  server: S3Server
}

/** An S3 destination on a strict server. */
export async function startS3Place(
  options: { server?: ServerOptions; destination?: Partial<S3Options> } = {},
): Promise<S3Place> {
  const server = await startS3({ buckets: ['bucket'], ...options.server })
  const where = { bucket: 'bucket', region: server.region, endpoint: server.url, ...server.credentials }
  return { server, ...openPlace({ ...where, ...options.destination }, () => server.close()) }
}

type Where = Pick<S3Options, 'bucket' | 'region' | 'endpoint' | 'accessKeyId' | 'secretAccessKey'>

/** An S3 destination on a bucket that is there; small parts, so that little is a large file. `end` runs after its disposal. */
export function openPlace(options: Where & Partial<S3Options>, end: () => Promise<void>): Place {
  const uploads = new MemoryUploadLog()
  const opened: AsyncDisposable[] = []
  const create = () => {
    const destination = createS3Destination({
      name: 'store',
      prefix: 'backup',
      forcePathStyle: true,
      storageClass: null,
      uploads,
      multipartThreshold: 8 * MIB,
      partSize: 5 * MIB,
      ...options,
    })
    opened.push(destination)
    return destination
  }
  return {
    uploads,
    destination: create(),
    again: create,
    [Symbol.asyncDispose]: async () => {
      for (const destination of opened) await destination[Symbol.asyncDispose]()
      await end()
    },
  }
}
