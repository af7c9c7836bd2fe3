import type { Labels, Payload, Stored, StoredCopy, UploadPart } from '../../backup/destination.ts'
import { Fault } from '../../backup/faults.ts'
import { type Bucket, objectHeaders } from './bucket.ts'
import type { Share } from './memory.ts'
import { mismatch } from './outgoing.ts'
import { PartReader } from './part-reader.ts'
import { plainHash, resumeHash, savableHash } from './running-hash.ts'
import { sendParts, sizeOf, type Upload } from './send-parts.ts'
import { abortUpload, alreadyStored, completeUpload, createUpload, listParts, partSizeFor } from './upload.ts'

/**
 * Multipart uploads. The bytes are read in sequence; several parts are on their way at once, within the shared memory
 * budget. Each part is signed with its own SHA-256; the whole is hashed as it is read and compared before the object is
 * made, so that a key never shows other bytes than Drive's.
 *
 * Of known content, finished parts are noted in the UploadLog in their order, each with the state of the hash behind it:
 * after an interruption the upload continues there. What cannot be continued is aborted.
 */
export type Known = Extract<Payload, { kind: 'known' }>

/** For giving up what failed: the caller's signal may be the reason, and nobody should wait long. */
const ABORT_MS = 30_000

/** Stores known content in parts; continues an earlier upload of the same revision. */
export async function putKnownInParts(
  bucket: Bucket,
  key: string,
  payload: Known,
  labels: Labels,
  signal: AbortSignal,
): Promise<Stored> {
  const algorithm = payload.md5 !== null ? 'md5' : 'sha256'
  const earlier = await findUpload(bucket, key, payload, labels, algorithm, signal)
  if (earlier !== null && !('id' in earlier)) {
    return { ...earlier, size: payload.size, sha256: null, md5: null, [algorithm]: payload[algorithm] }
  }
  const upload = earlier ?? (await beginKnown(bucket, key, payload, labels, algorithm, signal))
  bucket.live.add(upload.id)
  try {
    const offset = sizeOf(upload.parts)
    if (offset < payload.size) await readAndSend(bucket, upload, payload, offset, signal)
    const hex = upload.hash.hex()
    if (sizeOf(upload.parts) !== payload.size)
      throw mismatch(key, `${sizeOf(upload.parts)} bytes instead of ${payload.size}`)
    const wanted = payload[algorithm]
    if (wanted !== null && wanted !== hex) throw mismatch(key, `${algorithm} ${hex} instead of ${wanted}`)
    const made = await completeUpload(bucket, key, upload.id, upload.parts, labels, signal)
    await bucket.uploads.end(bucket.name, key)
    return { ...made, size: payload.size, sha256: null, md5: null, [algorithm]: hex }
  } catch (error) {
    if (!signal.aborted && !canContinue(error)) await forget(bucket, key, upload.id)
    throw error
  } finally {
    bucket.live.delete(upload.id)
  }
}

/** Stores an export that did not end with its first part. Not resumable: another export gives other bytes. */
export async function putUnknownInParts(
  bucket: Bucket,
  key: string,
  begun: { first: Uint8Array[]; memory: Share; reader: PartReader },
  labels: Labels,
  signal: AbortSignal,
): Promise<Stored> {
  const earlier = await bucket.uploads.find(bucket.name, key)
  if (earlier !== null) await forget(bucket, key, earlier.uploadId)
  const upload = await begin(bucket, { key, partSize: bucket.partSize, hash: plainHash() }, labels, null, signal)
  bucket.live.add(upload.id)
  try {
    await sendParts(bucket, upload, begun.reader, null, signal, begun)
    const made = await completeUpload(bucket, key, upload.id, upload.parts, labels, signal)
    await bucket.uploads.end(bucket.name, key)
    return { ...made, size: sizeOf(upload.parts), sha256: upload.hash.hex(), md5: null }
  } catch (error) {
    await forget(bucket, key, upload.id)
    throw error
  } finally {
    bucket.live.delete(upload.id)
  }
}

/** The upload that an earlier call left, if it can go on; or what it stored, if only its end was not noted. */
async function findUpload(
  bucket: Bucket,
  key: string,
  payload: Known,
  labels: Labels,
  algorithm: 'sha256' | 'md5',
  signal: AbortSignal,
): Promise<Upload | StoredCopy | null> {
  const earlier = await bucket.uploads.find(bucket.name, key)
  if (earlier === null) return null
  if (earlier.revision === labels.revision) {
    const there = await listParts(bucket, key, earlier.uploadId, signal)
    const hash = await resumeHash(algorithm, earlier.hashState)
    const { uploadId: id, partSize, parts } = earlier
    // A server may forget parts; the saved hash fits all of them or nothing.
    const intact = parts.every((part, i) => part.number === i + 1 && isSame(part, there?.get(part.number)))
    if (there !== null && hash !== null && intact) return { key, id, partSize, hash, parts: [...parts] }
    if (there === null && sizeOf(parts) === payload.size) {
      const done = await alreadyStored(bucket, key, payload.size, labels, signal)
      if (done !== null) {
        await bucket.uploads.end(bucket.name, key)
        return done
      }
    }
  }
  await forget(bucket, key, earlier.uploadId)
  return null
}

async function beginKnown(
  bucket: Bucket,
  key: string,
  payload: Known,
  labels: Labels,
  algorithm: 'sha256' | 'md5',
  signal: AbortSignal,
): Promise<Upload> {
  const partSize = partSizeFor(payload.size, bucket.partSize, bucket.provider.maxParts)
  return begin(bucket, { key, partSize, hash: await savableHash(algorithm) }, labels, payload.sha256, signal)
}

async function begin(
  bucket: Bucket,
  plan: Pick<Upload, 'key' | 'partSize' | 'hash'>,
  labels: Labels,
  sha256: string | null,
  signal: AbortSignal,
): Promise<Upload> {
  const { key, partSize, hash } = plan
  const id = await createUpload(bucket, key, objectHeaders(bucket, labels, sha256), signal)
  const hashState = hash.save() ?? ''
  await bucket.uploads.begin({
    destination: bucket.name,
    key,
    uploadId: id,
    revision: labels.revision,
    partSize,
    hashState,
  })
  return { ...plan, id, parts: [] }
}

async function readAndSend(
  bucket: Bucket,
  upload: Upload,
  payload: Known,
  offset: number,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController()
  try {
    const source = await payload.read(offset, AbortSignal.any([signal, stop.signal]))
    await using reader = new PartReader(source)
    await sendParts(bucket, upload, reader, payload.size, signal, null)
  } finally {
    stop.abort(new Error('the upload is over'))
  }
}

/** Trouble that passes leaves the finished parts worth keeping; a refusal or other bytes do not. A bug of ours leaves them too: who knows. */
function canContinue(error: unknown): boolean {
  if (!(error instanceof Fault)) return true
  return ['backoff', 'daily', 'after-operator'].includes(error.kind.retry) && error.code !== 's3/request-refused'
}

/** Aborts an upload and its entry in the log. Where storage cannot be asked, `abandonUploads` will find the upload later. */
async function forget(bucket: Bucket, key: string, uploadId: string): Promise<void> {
  try {
    await abortUpload(bucket, key, uploadId, AbortSignal.timeout(ABORT_MS))
  } catch (error) {
    const inTime = !(error instanceof DOMException && error.name === 'TimeoutError')
    if (inTime && !(error instanceof Fault)) throw error
  }
  await bucket.uploads.end(bucket.name, key)
}

function isSame(part: UploadPart, there: UploadPart | undefined): boolean {
  return there !== undefined && there.size === part.size && there.etag === part.etag
}
