import { createHash, hash } from 'node:crypto'
import type { Identity } from '../auth/authenticate.ts'
import { S3Error } from '../errors.ts'
import type { Blob, BlobStore } from '../storage/blob.ts'
import { isChecksumValue, type StoredChecksum, startChecksum } from './checksums.ts'
import { decodeChunked } from './chunked.ts'
import type { ExpectedBody } from './expected.ts'
import type { Incoming } from './incoming.ts'

/** A body that arrived whole and matches every promise made about it. */
export interface Received {
  readonly blob: Blob
  readonly size: number
  /** Without quotes: the MD5, or something that cannot be taken for one where MD5 is left out. */
  readonly etag: string
  /** Of the bytes as stored. */
  readonly sha256: string
  readonly checksum: StoredChecksum | null
}

export interface ReceiveOptions {
  blobs: BlobStore
  identity: Identity
  /** Leaves MD5 out where no Content-MD5 asks for it; it costs more than all else together. */
  opaqueEtags: boolean
  /** Stores one byte differently from what was received and checked: rot of the disk, not of the wire. */
  alterStored: boolean
}

/** Up to here a body is taken in one piece. */
const SMALL = 64 * 1024

/** Takes a body, checks it and keeps it. Throws, keeping nothing, if anything does not match. */
export async function receive(incoming: Incoming, expected: ExpectedBody, options: ReceiveOptions): Promise<Received> {
  const small = expected.framing === null && expected.length <= SMALL && incoming.isPlain && !options.alterStored
  return small ? receiveSmall(incoming, expected, options) : receiveStream(incoming, expected, options)
}

async function receiveSmall(incoming: Incoming, expected: ExpectedBody, options: ReceiveOptions): Promise<Received> {
  const bytes = await incoming.whole()
  const sha256 = hash('sha256', bytes)
  const md5 = options.opaqueEtags && expected.md5 === null ? null : hash('md5', bytes)
  let checksum: StoredChecksum | null = null
  if (expected.checksum !== null) {
    const running = await startChecksum(expected.checksum.algorithm)
    running.update(bytes)
    checksum = {
      algorithm: expected.checksum.algorithm,
      value: running.digest().toString('base64'),
      type: 'FULL_OBJECT',
    }
  }
  check(expected, { length: bytes.length, sha256, md5, checksum, trailers: null })
  const writer = options.blobs.writer()
  await writer.write(bytes)
  const blob = await writer.commit()
  return { blob, size: bytes.length, etag: md5 ?? opaqueEtag(sha256), sha256, checksum }
}

async function receiveStream(incoming: Incoming, expected: ExpectedBody, options: ReceiveOptions): Promise<Received> {
  const trailers = new Map<string, string>()
  const sha = createHash('sha256')
  const md5 = options.opaqueEtags && expected.md5 === null ? null : createHash('md5')
  const running = expected.checksum === null ? null : await startChecksum(expected.checksum.algorithm)
  const altered = options.alterStored ? createHash('sha256') : null
  const writer = options.blobs.writer()
  let length = 0
  const take = (chunk: Buffer): Promise<void> | void => {
    const offset = length
    length += chunk.length
    if (length > expected.length) throw new S3Error('IncompleteBody')
    sha.update(chunk)
    md5?.update(chunk)
    running?.update(chunk)
    if (altered === null) return writer.write(chunk)
    const stored = alterMiddle(chunk, offset, expected.length)
    altered.update(stored)
    return writer.write(stored)
  }
  try {
    if (expected.framing === null && incoming.isPlain) await incoming.each(take)
    else {
      const raw = incoming.stream()
      const data = expected.framing === null ? raw : decodeChunked(raw, expected.framing, options.identity, trailers)
      for await (const chunk of data) await take(chunk)
    }
    const received = {
      length,
      sha256: sha.digest('hex'),
      md5: md5?.digest('hex') ?? null,
      checksum:
        running === null || expected.checksum === null
          ? null
          : ({
              algorithm: expected.checksum.algorithm,
              value: running.digest().toString('base64'),
              type: 'FULL_OBJECT',
            } as const),
    }
    check(expected, { ...received, trailers })
    const sha256 = altered?.digest('hex') ?? received.sha256
    return {
      blob: await writer.commit(),
      size: length,
      etag: received.md5 ?? opaqueEtag(received.sha256),
      sha256,
      checksum: received.checksum,
    }
  } catch (error) {
    incoming.drop()
    await writer.abort()
    throw error
  }
}

interface Computed {
  length: number
  sha256: string
  md5: string | null
  checksum: StoredChecksum | null
  trailers: ReadonlyMap<string, string> | null
}

function check(expected: ExpectedBody, computed: Computed): void {
  if (computed.length !== expected.length) throw new S3Error('IncompleteBody')
  if (expected.sha256 !== null && expected.sha256 !== computed.sha256) {
    throw new S3Error('XAmzContentSHA256Mismatch', undefined, {
      ClientComputedContentSHA256: expected.sha256,
      S3ComputedContentSHA256: computed.sha256,
    })
  }
  if (expected.md5 !== null && expected.md5 !== computed.md5) {
    throw new S3Error('BadDigest', undefined, {
      ExpectedDigest: expected.md5,
      CalculatedDigest: computed.md5 ?? '',
    })
  }
  if (expected.checksum === null || computed.checksum === null) return
  const { algorithm } = expected.checksum
  const value = expected.checksum.value ?? computed.trailers?.get(`x-amz-checksum-${algorithm.toLowerCase()}`)
  if (value === undefined || !isChecksumValue(algorithm, value)) {
    throw new S3Error(
      'InvalidRequest',
      `Value for x-amz-checksum-${algorithm.toLowerCase()} trailing header is invalid.`,
    )
  }
  if (value !== computed.checksum.value) {
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`)
  }
}

/** Ends like a multipart ETag, so nobody takes it for the body's MD5. */
function opaqueEtag(sha256: string): string {
  return `${sha256.slice(0, 32)}-1`
}

/** The chunk with one bit changed if the middle of the body lies in it. */
function alterMiddle(chunk: Buffer, offset: number, total: number): Buffer {
  const middle = Math.floor(total / 2) - offset
  if (middle < 0 || middle >= chunk.length) return chunk
  const copy = Buffer.from(chunk)
  copy[middle] = (copy[middle] ?? 0) ^ 1
  return copy
}
