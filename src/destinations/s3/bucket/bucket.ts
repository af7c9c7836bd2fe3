import type { Labels, UploadLog } from '../../../backup/model/destination.ts'
import type { S3Client } from '../api/client.ts'
import { labelHeaders } from '../labels.ts'
import type { BodyLimit } from '../put/body-limit.ts'
import type { MemoryBudget } from '../put/memory.ts'
import type { PartBuffers } from '../put/part-buffers.ts'
import type { Proof } from '../put/proof.ts'
import type { Provider } from './providers.ts'

/** What the operations share: the way to one bucket, and how to treat it. */
export interface Bucket {
  /** The destination's name in the config. */
  name: string
  /** The bucket's own name. */
  bucket: string
  client: S3Client
  provider: Provider
  memory: MemoryBudget
  /** For the parts of large files, out of `memory`. */
  parts: PartBuffers
  uploads: UploadLog
  /** Multipart uploads of this process that are under way: never to be abandoned. */
  live: Set<string>
  /** How far the uploads are proved that failed here and can be continued, by upload id. */
  proofs: Map<string, Proof>
  storageClass: string | null
  /** Known content over this many bytes goes up in parts. */
  multipartThreshold: number
  /** The size of a part, in bytes, where the provider's part limit does not ask for more. */
  partSize: number
  /** Learned from refusals: what a server in front of storage takes. */
  bodyLimit: BodyLimit
  /** Learned from refusals: which form of a condition on the source of a copy the server understands (see copy.ts). */
  copyCondition: number
  /** CopyObject takes no more bytes than this. */
  copyLimit: number
  /** ms since 1970. */
  now: () => number
}

/** The headers of a new object: labels, media type, storage class. */
export function objectHeaders(bucket: Bucket, labels: Labels, sha256: string | null): Record<string, string> {
  return Object.assign(labelHeaders(labels, sha256), storageClassHeader(bucket))
}

/** Every request that makes an object must name the class: a copy does not inherit its original's. */
export function storageClassHeader(bucket: Bucket): Record<string, string> {
  return bucket.storageClass === null ? {} : { 'x-amz-storage-class': bucket.storageClass }
}
