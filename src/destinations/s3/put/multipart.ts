import type {
  FinishedPart,
  Labels,
  Payload,
  Stored,
  StoredCopy,
  UploadPart,
} from '../../../backup/model/destination.ts'
import { Fault } from '../../../backup/model/faults.ts'
import { mismatch } from '../../mismatch.ts'
import { type Bucket, objectHeaders } from '../bucket/bucket.ts'
import type { BeforeVisible } from './before-visible.ts'
import type { PartBuffer } from './part-buffers.ts'
import { PartReader } from './part-reader.ts'
import { type Algorithm, Proof } from './proof.ts'
import { sendParts, type Upload } from './send-parts.ts'
import { abortUpload, alreadyStored, completeUpload, createUpload, listParts, partSizeFor } from './upload.ts'

/**
 * Multipart uploads. The bytes are read in sequence; several parts are on their way at once, within the shared memory
 * budget. Each part is signed with its own SHA-256; the whole is hashed as it is read and compared before the object is
 * made, so that a key never shows other bytes than Drive's.
 *
 * Of known content, finished parts are noted in the UploadLog with their SHA-256. After a fault the upload goes on
 * behind them. After a restart the content is read from its beginning, because the checksum of the whole is gone with
 * the process: parts that storage has are compared on the way and not sent again. What cannot be continued is aborted.
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
  before: BeforeVisible,
  signal: AbortSignal,
): Promise<Stored> {
  const algorithm: Algorithm = payload.sha256 === null && payload.md5 !== null ? 'md5' : 'sha256'
  const proved = (checksum: string | null) => ({ size: payload.size, sha256: null, md5: null, [algorithm]: checksum })
  const earlier = await findUpload(bucket, key, payload, labels, algorithm, signal)
  if (earlier !== null && !('id' in earlier)) return { ...earlier, ...proved(payload[algorithm]) }
  const upload = earlier ?? (await beginKnown(bucket, key, payload, labels, algorithm, signal))
  bucket.live.add(upload.id)
  try {
    const checksum = await readAndSend(bucket, upload, payload, signal)
    const wanted = payload[algorithm]
    if (wanted !== null && wanted !== checksum) throw mismatch(key, `${algorithm} ${checksum} instead of ${wanted}`)
    await before.run()
    const made = await completeUpload(bucket, key, upload.id, inOrder(upload), labels, signal)
    await bucket.uploads.end(bucket.name, key)
    return { ...made, ...proved(checksum) }
  } catch (error) {
    if (signal.aborted || before.failed || canContinue(error)) bucket.proofs.set(upload.id, upload.proof)
    else await forget(bucket, key, upload.id)
    throw signal.aborted ? signal.reason : error
  } finally {
    bucket.live.delete(upload.id)
  }
}

/** Stores an export that did not end with its first part. Not resumable: another export gives other bytes. */
export async function putUnknownInParts(
  bucket: Bucket,
  key: string,
  begun: { first: PartBuffer; reader: PartReader },
  labels: Labels,
  before: BeforeVisible,
  signal: AbortSignal,
): Promise<Stored> {
  const earlier = await bucket.uploads.find(bucket.name, key)
  if (earlier !== null) await forget(bucket, key, earlier.uploadId)
  const proof = new Proof('sha256')
  const partSize = begun.first.bytes.length
  const upload = await begin(bucket, { key, partSize, proof, noted: false }, labels, null, signal)
  bucket.live.add(upload.id)
  try {
    const sha256 = await sendParts(bucket, upload, { ...begun, size: null }, signal)
    const parts = inOrder(upload)
    await before.run()
    const made = await completeUpload(bucket, key, upload.id, parts, labels, signal)
    await bucket.uploads.end(bucket.name, key)
    return { ...made, size: sizeOf(parts), sha256, md5: null }
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
  algorithm: Algorithm,
  signal: AbortSignal,
): Promise<Upload | StoredCopy | null> {
  const earlier = await bucket.uploads.find(bucket.name, key)
  if (earlier === null) return null
  const { uploadId: id, partSize, parts } = earlier
  if (earlier.revision === labels.revision) {
    const there = await listParts(bucket, key, id, signal)
    if (there !== null) {
      // A server may forget parts.
      const finished = new Map(parts.filter((part) => isSame(part, there.get(part.number))).map((p) => [p.number, p]))
      return { key, id, partSize, finished, proof: proofOf(bucket, id, finished, algorithm), noted: true }
    }
    // An object is made only of what was compared as a whole.
    if (sizeOf(parts) === payload.size) {
      const done = await alreadyStored(bucket, key, payload.size, labels, signal)
      if (done !== null) {
        await end(bucket, key, id)
        return done
      }
    }
  }
  await forget(bucket, key, id)
  return null
}

/** What this process proved of the upload, if storage still has all of that; otherwise nothing is proved. */
function proofOf(bucket: Bucket, id: string, finished: Map<number, FinishedPart>, algorithm: Algorithm): Proof {
  const kept = bucket.proofs.get(id)
  // Whoever continues it owns it: it is put back if that fails.
  bucket.proofs.delete(id)
  if (kept?.algorithm !== algorithm) return new Proof(algorithm)
  for (let number = 1; number <= kept.parts; number++) if (!finished.has(number)) return new Proof(algorithm)
  return kept
}

async function beginKnown(
  bucket: Bucket,
  key: string,
  payload: Known,
  labels: Labels,
  algorithm: Algorithm,
  signal: AbortSignal,
): Promise<Upload> {
  const partSize = partSizeFor(payload.size, bucket.bodyLimit.within(bucket.partSize), bucket.provider.maxParts)
  const plan = { key, partSize, proof: new Proof(algorithm), noted: true }
  return begin(bucket, plan, labels, payload.sha256, signal)
}

async function begin(
  bucket: Bucket,
  plan: Omit<Upload, 'id' | 'finished'>,
  labels: Labels,
  sha256: string | null,
  signal: AbortSignal,
): Promise<Upload> {
  const { key, partSize } = plan
  const id = await createUpload(bucket, key, objectHeaders(bucket, labels, sha256), signal)
  await bucket.uploads.begin({ destination: bucket.name, key, uploadId: id, revision: labels.revision, partSize })
  return { ...plan, id, finished: new Map() }
}

async function readAndSend(bucket: Bucket, upload: Upload, payload: Known, signal: AbortSignal): Promise<string> {
  const stop = new AbortController()
  try {
    const offset = upload.proof.parts * upload.partSize
    // All parts were there: nothing is left to be read.
    if (offset >= payload.size) return upload.proof.continued().digest('hex')
    await using reader = new PartReader(() => payload.read(offset, AbortSignal.any([signal, stop.signal])))
    return await sendParts(bucket, upload, { reader, first: null, size: payload.size }, signal)
  } finally {
    stop.abort(new Error('the upload is over'))
  }
}

/** A fault that passes leaves the finished parts worth keeping; a refusal or other bytes do not. A bug leaves them too, since the server's state is unknown. */
function canContinue(error: unknown): boolean {
  if (!(error instanceof Fault)) return true
  if (error.code === 'storage/request-refused' || error.code === 'storage/body-too-large') return false
  return ['backoff', 'daily', 'after-operator'].includes(error.kind.retry)
}

/** Aborts an upload and its entry in the log. Where storage cannot be asked, `abandonUploads` will find the upload later. */
async function forget(bucket: Bucket, key: string, uploadId: string): Promise<void> {
  try {
    await abortUpload(bucket, key, uploadId, AbortSignal.timeout(ABORT_MS))
  } catch (error) {
    const inTime = !(error instanceof DOMException && error.name === 'TimeoutError')
    if (inTime && !(error instanceof Fault)) throw error
  }
  await end(bucket, key, uploadId)
}

async function end(bucket: Bucket, key: string, uploadId: string): Promise<void> {
  bucket.proofs.delete(uploadId)
  await bucket.uploads.end(bucket.name, key)
}

function inOrder({ finished }: Upload): FinishedPart[] {
  return [...finished.values()].sort((a, b) => a.number - b.number)
}

function sizeOf(parts: UploadPart[]): number {
  return parts.reduce((sum, part) => sum + part.size, 0)
}

function isSame(part: UploadPart, there: UploadPart | undefined): boolean {
  return there !== undefined && there.size === part.size && there.etag === part.etag
}
