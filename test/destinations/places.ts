import { inject } from 'vitest'
import { type S3Server, type S3Options as ServerOptions, startS3 } from '../../emulator/s3/index.ts'
import type { S3Options } from '../../src/destinations/s3/destination.ts'
import { startCephPlace } from '../servers/ceph-place.ts'
import { startFolderPlace } from './folder-place.ts'
import { openPlace, type Place } from './place.ts'

/** An implementation of Destination that the contract suite runs against. */
export interface Kind {
  name: string
  /** Whether it can keep versions: `versioning` is asked for only then. */
  versions: boolean
  /** Whether the far side alone can tell whether streamed bytes are the described ones. */
  provesStreamed: boolean
  start(options: { versioning: boolean }): Promise<Place>
}

const S3 = { versions: true, provesStreamed: true }
/** Set by `npm run test:servers` alone; `npm test` has run the others already. */
const ceph = inject('ceph')

export const KINDS: Kind[] =
  ceph === undefined
    ? [
        { name: 'S3', ...S3, start: ({ versioning }) => startS3Place({ server: { versioning } }) },
        { name: 'folder', versions: false, provesStreamed: false, start: () => startFolderPlace() },
      ]
    : [
        { name: 'S3 on Ceph', ...S3, start: (options) => startCephPlace(ceph, options) },
        ...Object.entries(inject('disks') ?? {}).map(([name, path]) => ({
          ...{ name: `folder on ${name}`, versions: false, provesStreamed: false },
          start: () => startFolderPlace(path),
        })),
      ]

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
