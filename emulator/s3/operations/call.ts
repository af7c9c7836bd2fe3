import type { Identity } from '../auth/authenticate.ts'
import { type ExpectedBody, expectBody } from '../body/expected.ts'
import type { Incoming } from '../body/incoming.ts'
import { type Received, receive } from '../body/receive.ts'
import { receiveText } from '../body/text.ts'
import { S3Error } from '../errors.ts'
import type { Habits, Limits } from '../habits.ts'
import type { S3Request } from '../request.ts'
import type { Bucket } from '../storage/bucket.ts'
import type { Buckets } from '../storage/buckets.ts'
import { type Compare, compareUtf8, compareUtf16 } from '../storage/key-order.ts'

/** What every operation works on. */
export interface Service {
  readonly buckets: Buckets
  readonly habits: Habits
  readonly limits: Limits
  readonly region: string
  readonly opaqueEtags: boolean
  /** Unix ms */
  now(): number
}

/** An answer before it is sent. A stream's `length` is what will be sent. */
export interface Reply {
  status: number
  headers?: Readonly<Record<string, string>>
  body?: string | { length: number; chunks: AsyncIterable<Buffer> }
}

/** One authenticated request and all that its operation may use. */
export class Call {
  readonly request: S3Request
  readonly identity: Identity
  readonly service: Service
  readonly #incoming: Incoming
  readonly #alterStored: boolean

  constructor(request: S3Request, identity: Identity, service: Service, incoming: Incoming, alterStored: boolean) {
    this.request = request
    this.identity = identity
    this.service = service
    this.#incoming = incoming
    this.#alterStored = alterStored
  }

  get compare(): Compare {
    return this.service.habits.listOrder === 'utf8' ? compareUtf8 : compareUtf16
  }

  /** The bucket addressed. */
  bucket(): Bucket {
    if (this.request.bucket === null) throw new S3Error('InvalidBucketName')
    return this.service.buckets.get(this.request.bucket)
  }

  /** The key addressed, of a length that AWS accepts. */
  key(): string {
    const { key } = this.request
    if (key === null) throw new S3Error('MethodNotAllowed')
    const { maxKeyBytes } = this.service.limits
    if (key.length * 3 > maxKeyBytes && Buffer.byteLength(key) > maxKeyBytes) {
      throw new S3Error('KeyTooLongError', undefined, {
        Size: String(Buffer.byteLength(key)),
        MaxSizeAllowed: String(maxKeyBytes),
      })
    }
    return key
  }

  /** What the headers promise about the body, less what this server's habits overlook. */
  expectBody(): ExpectedBody {
    const { habits, limits } = this.service
    const chunked = this.identity.payload.startsWith('STREAMING-')
    if (chunked && habits.awsChunked === 'refuse') {
      throw new S3Error('NotImplemented', 'Transfering payloads in multiple chunks using aws-chunked is not supported.')
    }
    let expected = expectBody(this.request, this.identity)
    if (expected.length > limits.maxPutSize) {
      throw new S3Error('EntityTooLarge', undefined, {
        ProposedSize: String(expected.length),
        MaxSizeAllowed: String(limits.maxPutSize),
      })
    }
    if (chunked && habits.awsChunked === 'store-framing') {
      const length = Number(this.request.headers['content-length'] ?? expected.length)
      expected = { length, framing: null, sha256: null, md5: null, checksum: null }
    }
    if (habits.ignoreContentMd5) expected = { ...expected, md5: null }
    if (habits.ignorePayloadHash) expected = { ...expected, sha256: null }
    if (habits.ignoreChecksums) expected = { ...expected, checksum: null }
    return expected
  }

  /** Takes the body as an object's or a part's. */
  receive(expected: ExpectedBody): Promise<Received> {
    const { buckets, opaqueEtags } = this.service
    const { identity } = this
    return receive(this.#incoming, expected, {
      blobs: buckets.blobs,
      identity,
      opaqueEtags,
      alterStored: this.#alterStored,
    })
  }

  /** Takes the body as text. */
  receiveText(expected: ExpectedBody = this.expectBody()): Promise<string> {
    return receiveText(this.#incoming, expected, this.identity)
  }
}
