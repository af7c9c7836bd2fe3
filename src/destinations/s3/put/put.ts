import { hash } from 'node:crypto'
import type { Labels, Payload, Stored } from '../../../backup/model/destination.ts'
import { Fault } from '../../../backup/model/faults.ts'
import { mismatch } from '../../mismatch.ts'
import type { S3Request } from '../api/client.ts'
import { type Answer, badAnswer } from '../api/errors.ts'
import { UNSIGNED } from '../api/sign.ts'
import { type Bucket, objectHeaders } from '../bucket/bucket.ts'
import { etagOf, versionIdOf } from '../labels.ts'
import { BeforeVisible } from './before-visible.ts'
import { type Known, putKnownInParts, putUnknownInParts } from './multipart.ts'
import { PartReader } from './part-reader.ts'

/** Up to here a file is read into memory first, so that a retry needs no second download (reference: stack.md). */
const BUFFERED_BYTES = 1024 * 1024

/**
 * Stores an object, whole and checked, or throws and leaves the key as it was.
 *
 * Where Drive gave a checksum and one PUT carries the file, that checksum goes into the request and storage itself
 * refuses other bytes: as the signed payload hash (SHA-256) or as `Content-MD5`. A body that is too large for a server in
 * front of storage is sent again in parts, and parts in smaller ones.
 */
export async function putObject(
  bucket: Bucket,
  key: string,
  payload: Payload,
  labels: Labels,
  signal: AbortSignal,
  beforeVisible?: () => Promise<void>,
): Promise<Stored> {
  const before = new BeforeVisible(beforeVisible)
  for (let refused = Number.POSITIVE_INFINITY; ; ) {
    try {
      return await putOnce(bucket, key, payload, labels, before, signal)
    } catch (error) {
      const sent = before.failed ? null : bucket.bodyLimit.learn(error)
      // The provider's limit on the number of parts may not let them become smaller.
      if (sent === null || sent >= refused) throw error
      refused = sent
    }
  }
}

function putOnce(
  bucket: Bucket,
  key: string,
  payload: Payload,
  labels: Labels,
  before: BeforeVisible,
  signal: AbortSignal,
): Promise<Stored> {
  if (payload.kind === 'unknown') return putUnknown(bucket, key, payload.read, labels, before, signal)
  if (payload.size <= BUFFERED_BYTES) return putBuffered(bucket, key, payload, labels, before, signal)
  if (payload.size > bucket.bodyLimit.within(bucket.multipartThreshold))
    return putKnownInParts(bucket, key, payload, labels, before, signal)
  if (payload.sha256 !== null || payload.md5 !== null) return putStreamed(bucket, key, payload, labels, before, signal)
  // Nothing that storage could check the stream against: as much as a part in memory, more in parts.
  if (payload.size <= bucket.partSize) return putBuffered(bucket, key, payload, labels, before, signal)
  return putKnownInParts(bucket, key, payload, labels, before, signal)
}

async function putBuffered(
  bucket: Bucket,
  key: string,
  payload: Known,
  labels: Labels,
  before: BeforeVisible,
  signal: AbortSignal,
): Promise<Stored> {
  const { size, sha256, md5 } = payload
  using _memory = await bucket.memory.take(size, signal)
  // No bytes need no download: the size says all there is to know.
  const body = size === 0 ? Buffer.alloc(0) : await readAll(payload, key, signal)
  if (before.given) {
    // Storage would refuse other bytes, but only after what is under the key was kept aside for them.
    requireSame(body, payload, key)
    await before.run()
  }
  const ours = sha256 ?? hash('sha256', body, 'hex')
  const request = putRequest(bucket, key, labels, ours)
  request.body = body
  request.payloadHash = ours
  if (sha256 !== null) request.driveHash = 'sha256'
  else if (md5 !== null) protectWithMd5(request, md5)
  try {
    return stored(await bucket.client.send(request, signal), bucket, request, size, {
      sha256: ours,
      md5: sha256 === null ? md5 : null,
    })
  } catch (error) {
    throw sha256 === null ? error : judgedAgain(error, body, sha256, key)
  }
}

async function readAll(payload: Known, key: string, signal: AbortSignal): Promise<Buffer> {
  const body = Buffer.allocUnsafe(payload.size)
  let bytes = 0
  for await (const chunk of await payload.read(0, signal)) {
    if (bytes + chunk.byteLength > payload.size) throw mismatch(key, `more than ${payload.size} bytes`)
    body.set(chunk, bytes)
    bytes += chunk.byteLength
  }
  if (bytes < payload.size) throw mismatch(key, `${bytes} bytes instead of ${payload.size}`)
  return body
}

function requireSame(body: Uint8Array, payload: Known, key: string): void {
  const algorithm = payload.sha256 === null ? 'md5' : 'sha256'
  const wanted = payload[algorithm]
  if (wanted === null) return
  const checksum = hash(algorithm, body, 'hex')
  if (checksum !== wanted) throw mismatch(key, `${algorithm} ${checksum} instead of ${wanted}`)
}

/** A refused SHA-256 can also mean that the bytes were altered on their way to storage; with the bytes at hand, look. */
function judgedAgain(error: unknown, body: Uint8Array, sha256: string, key: string): unknown {
  const refused = error instanceof Fault && error.code === 'drive/content-mismatch'
  if (!refused || hash('sha256', body, 'hex') !== sha256) return error
  return new Fault('storage/checksum-refused', key, { detail: error.detail, cause: error.cause })
}

async function putStreamed(
  bucket: Bucket,
  key: string,
  payload: Known,
  labels: Labels,
  before: BeforeVisible,
  signal: AbortSignal,
): Promise<Stored> {
  const { size, sha256, md5 } = payload
  const request = putRequest(bucket, key, labels, sha256)
  request.body = { size, open: (inner) => payload.read(0, inner) }
  request.payloadHash = sha256 ?? UNSIGNED
  if (sha256 !== null) request.driveHash = 'sha256'
  else if (md5 !== null) protectWithMd5(request, md5)
  const proved = sha256 !== null ? { sha256, md5: null } : { sha256: null, md5 }
  await before.run()
  return stored(await bucket.client.send(request, signal), bucket, request, size, proved)
}

/** An export: one PUT where it ends within a part, otherwise parts. */
async function putUnknown(
  bucket: Bucket,
  key: string,
  read: Known['read'],
  labels: Labels,
  before: BeforeVisible,
  signal: AbortSignal,
): Promise<Stored> {
  const stop = new AbortController()
  const inner = AbortSignal.any([signal, stop.signal])
  const partSize = bucket.bodyLimit.within(bucket.partSize)
  try {
    await using reader = new PartReader(() => read(0, inner))
    // Most exports are small: they take little memory, and only what proves larger asks for a part's worth.
    let start: Uint8Array
    {
      using memory = await bucket.memory.take(Math.min(BUFFERED_BYTES, partSize), signal)
      const buffer = Buffer.allocUnsafe(memory.bytes)
      start = buffer.subarray(0, await reader.fill(buffer))
      if (await reader.ended()) return await putCollected(bucket, key, start, labels, before, signal)
      // Given back before more is taken, or all waiting uploads could hold what the others wait for.
    }
    using first = await bucket.parts.take(partSize, signal)
    first.bytes.set(start)
    const bytes = start.length + (await reader.fill(first.bytes.subarray(start.length)))
    if (await reader.ended()) {
      return await putCollected(bucket, key, first.bytes.subarray(0, bytes), labels, before, signal)
    }
    return await putUnknownInParts(bucket, key, { first, reader }, labels, before, signal)
  } finally {
    stop.abort(new Error('the upload is over'))
  }
}

async function putCollected(
  bucket: Bucket,
  key: string,
  body: Uint8Array,
  labels: Labels,
  before: BeforeVisible,
  signal: AbortSignal,
): Promise<Stored> {
  const sha256 = hash('sha256', body, 'hex')
  const request = putRequest(bucket, key, labels, sha256)
  request.body = body
  request.payloadHash = sha256
  await before.run()
  return stored(await bucket.client.send(request, signal), bucket, request, body.length, { sha256, md5: null })
}

function putRequest(bucket: Bucket, key: string, labels: Labels, sha256: string | null): S3Request {
  return { method: 'PUT', key, headers: objectHeaders(bucket, labels, sha256) }
}

function protectWithMd5(request: S3Request, md5: string): void {
  request.headers = { ...request.headers, 'content-md5': Buffer.from(md5, 'hex').toString('base64') }
  request.driveHash = 'md5'
}

function stored(
  answer: Answer,
  bucket: Bucket,
  request: S3Request,
  size: number,
  proved: Pick<Stored, 'sha256' | 'md5'>,
): Stored {
  const etag = etagOf(answer.headers)
  // Every S3 server names the ETag of what it stored; an answer without one comes from somebody else.
  if (etag === null) throw badAnswer('success without an ETag', answer, bucket.client.subject(request))
  return { size, etag, versionId: versionIdOf(answer.headers), ...proved }
}
