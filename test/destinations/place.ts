import type { Destination } from '../../src/backup/model/destination.ts'
import { createS3Destination, type S3Options } from '../../src/destinations/s3/destination.ts'
import { MemoryUploadLog } from './upload-log.ts'

const MIB = 1024 * 1024

/** A destination on storage of its own, for the contract suite and the tests beside each implementation. */
export interface Place extends AsyncDisposable {
  destination: Destination
  uploads: MemoryUploadLog
  /** Another instance on the same storage and log, as after a restart. */
  again(): Destination
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
