/** What real servers do differently from AWS. All off is AWS. May be changed while the server runs. */
export interface Habits {
  /** aws-chunked bodies: taken apart, refused with 501, or stored with their framing as if it were data. */
  awsChunked: 'decode' | 'refuse' | 'store-framing'
  ignoreContentMd5: boolean
  ignorePayloadHash: boolean
  ignoreChecksums: boolean
  /** If-Match, If-None-Match and their like on reads, writes and copies. */
  ignoreConditions: boolean
  /** ETags in conditions match without their quotes only: Ceph 16 and 18. */
  conditionsWithoutQuotes: boolean
  /** Conditions on the source of a copy are refused with 501: Cloudflare R2. */
  refuseCopyConditions: boolean
  /** Accepts retention and legal holds, and deletes all the same. */
  ignoreObjectLock: boolean
  /** Answers 200 to PutBucketVersioning and goes on overwriting. */
  ignoreVersioning: boolean
  /**
   * Where versioning was ever switched on, writes and copies name the version `null` as reads do, and not only ids of their
   * own: Ceph and MinIO. AWS names it on reads alone.
   */
  namesNullVersions: boolean
  /** DeleteObjects with a checksum but no Content-MD5 is refused. */
  deleteObjectsNeedsMd5: boolean
  /** `<Message>` of errors is empty. */
  emptyMessages: boolean
  /** Every n-th request gets 503 SlowDown; 0 is never. */
  slowDownEvery: number
  listOrder: 'utf8' | 'utf16'
}

export const AWS_HABITS: Readonly<Habits> = {
  awsChunked: 'decode',
  ignoreContentMd5: false,
  ignorePayloadHash: false,
  ignoreChecksums: false,
  ignoreConditions: false,
  conditionsWithoutQuotes: false,
  refuseCopyConditions: false,
  ignoreObjectLock: false,
  ignoreVersioning: false,
  namesNullVersions: false,
  deleteObjectsNeedsMd5: false,
  emptyMessages: false,
  slowDownEvery: 0,
  listOrder: 'utf8',
}

/** Sizes and counts that providers set differently. Bytes, unless said. */
export interface Limits {
  minPartSize: number
  /** Parts of one upload. */
  maxParts: number
  /** One PUT or part. */
  maxPutSize: number
  maxCopySize: number
  maxObjectSize: number
  /** UTF-8 */
  maxKeyBytes: number
  maxMetadataBytes: number
  /** What a server in front of storage takes as the body of a request; more is answered with 413 and a page of HTML. */
  maxRequestBody: number
}

const MIB = 1024 ** 2
const GIB = 1024 ** 3

export const AWS_LIMITS: Readonly<Limits> = {
  minPartSize: 5 * MIB,
  maxParts: 10_000,
  maxPutSize: 5 * GIB,
  maxCopySize: 5 * GIB,
  maxObjectSize: 5 * 1024 * GIB,
  maxKeyBytes: 1024,
  maxMetadataBytes: 2048,
  maxRequestBody: Number.POSITIVE_INFINITY,
}
