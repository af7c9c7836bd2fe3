import type { Labels, ObjectRef, StoredCopy, UploadPart } from '../../backup/model/destination.ts'
import { Fault } from '../../backup/model/faults.ts'
import type { S3Request } from './api/client.ts'
import { type Answer, badAnswer, refusalOf } from './api/errors.ts'
import { canonicalQuery, encodeKey, encodeValue } from './api/uri.ts'
import { parseXml, text } from './api/xml.ts'
import { type Bucket, objectHeaders, storageClassHeader } from './bucket/bucket.ts'
import { headAnswer, headObject } from './head.ts'
import { describingHeaders, etagOf, header, readLabels, versionIdOf } from './labels.ts'
import { Lanes } from './put/lanes.ts'
import { abortUpload, completeUpload, createUpload, partSizeFor } from './put/upload.ts'

/** Large parts: nothing of them passes through here. At most 5 GiB are allowed (AWS, "UploadPartCopy"). */
const COPY_PART_BYTES = 1024 * 1024 * 1024
const PARTS_AT_ONCE = 4
const ABORT_MS = 30_000

/**
 * Copies an object within the bucket. With labels it is given those, and the SHA-256 that the caller knows; without, all
 * stay. An original that is missing is `storage/not-found`; one that another program replaced is `storage/replaced`.
 *
 * The condition on the original's ETag goes along, but some servers ignore it (Ceph: it knows the header by another name), so
 * the result is looked at as well. Where the target may hold an object already, that is too late: there the original is looked
 * at first.
 */
export async function copyObject(
  bucket: Bucket,
  from: ObjectRef,
  key: string,
  labels: Labels | null,
  signal: AbortSignal,
): Promise<StoredCopy> {
  if (from.size > bucket.copyLimit) return copyInParts(bucket, from, key, labels, signal)
  const hasCondition = from.versionId === null && from.etag != null
  const early = labels === null && hasCondition ? await whatChanged(bucket, from, signal) : null
  if (early !== null) throw early
  const headers: Record<string, string> =
    labels === null
      ? { ...storageClassHeader(bucket), 'x-amz-metadata-directive': 'COPY' }
      : { ...objectHeaders(bucket, labels, from.sha256 ?? null), 'x-amz-metadata-directive': 'REPLACE' }
  const request: S3Request = {
    method: 'PUT',
    key,
    about: from.key,
    headers,
    assembling: true,
    errorIn200: true,
  }
  const answer = await sendCopy(bucket, request, from, signal)
  const etag = etagIn(bucket, answer, 'CopyObjectResult', key)
  const fault = isAnother(from, etag) ? await whatChanged(bucket, from, signal) : null
  if (fault === null) return { etag, versionId: versionIdOf(answer.headers) }
  // Labels on other bytes would lie. Without labels of its own the key may have held an object before.
  if (labels !== null) await bucket.client.send({ method: 'DELETE', key }, signal)
  throw fault
}

/**
 * The same ETag says that these were the bytes that are meant. Another one says little: the original went up in parts, or
 * storage encrypts. Then the original is looked at again.
 */
async function whatChanged(bucket: Bucket, from: ObjectRef, signal: AbortSignal): Promise<Fault | null> {
  const head = await headObject(bucket, from.key, signal)
  if (head === null) return new Fault('storage/not-found', from.key)
  return isAnother(from, head.etag) ? replaced(from) : null
}

/** Whether this cannot be the object that is meant. A version never changes. */
function isAnother(meant: ObjectRef, etag: string | null): boolean {
  return meant.versionId === null && meant.etag != null && meant.etag !== etag
}

function replaced(from: ObjectRef): Fault {
  return new Fault('storage/replaced', from.key)
}

/**
 * How the condition on the original is sent, in the order of trying. Ceph 16 and 18 match an ETag without its quotes only,
 * R2 refuses the header.
 */
const CONDITIONS: ((etag: string) => Record<string, string>)[] = [
  (etag) => ({ 'x-amz-copy-source-if-match': `"${etag}"` }),
  (etag) => ({ 'x-amz-copy-source-if-match': etag }),
  () => ({}),
]

/** Sends a request that copies from `from`, on the condition that it is the object that is meant. */
async function sendCopy(bucket: Bucket, request: S3Request, from: ObjectRef, signal: AbortSignal): Promise<Answer> {
  const source = { ...request.headers, 'x-amz-copy-source': copySource(bucket, from) }
  const etag = from.versionId === null ? (from.etag ?? null) : null
  while (true) {
    const form = bucket.copyCondition
    const condition = etag === null ? {} : CONDITIONS[form]?.(etag)
    try {
      return await bucket.client.send({ ...request, headers: { ...source, ...condition } }, signal)
    } catch (error) {
      const { status } = refusalOf(error) ?? {}
      if (etag === null || (status !== 412 && !refusesCondition(error))) throw error
      const fault = status === 412 ? await whatChanged(bucket, from, signal) : null
      if (fault !== null) throw fault
      // It is the object that is meant: the server does not understand the condition.
      if (form === CONDITIONS.length - 1) throw error
      bucket.copyCondition = Math.max(bucket.copyCondition, form + 1)
    }
  }
}

function refusesCondition(error: unknown): boolean {
  const refusal = refusalOf(error)
  return refusal?.status === 501 || (refusal?.message.includes('x-amz-copy-source-if-match') ?? false)
}

function copySource(bucket: Bucket, from: ObjectRef): string {
  const version = from.versionId === null ? '' : `?versionId=${encodeValue(from.versionId)}`
  // Without a slash in front: R2 takes that for a bucket without a name.
  return `${bucket.bucket}/${encodeKey(from.key)}${version}`
}

interface CopyPlan {
  from: ObjectRef
  key: string
  uploadId: string
}

async function copyInParts(
  bucket: Bucket,
  asked: ObjectRef,
  key: string,
  labels: Labels | null,
  signal: AbortSignal,
): Promise<StoredCopy> {
  // A copy in parts takes nothing over from the original: its labels, unless there are new ones, have to be read.
  const original = await headAnswer(bucket, asked.key, asked.versionId, signal)
  if (original === null) throw new Fault('storage/not-found', asked.key)
  if (isAnother(asked, etagOf(original.headers))) throw replaced(asked)
  // All parts are to come from this object, also where nobody named its ETag.
  const from = { ...asked, etag: etagOf(original.headers) }
  const size = Number(header(original.headers, 'content-length'))
  const headers =
    labels === null
      ? { ...describingHeaders(original.headers), ...storageClassHeader(bucket) }
      : objectHeaders(bucket, labels, from.sha256 ?? null)
  const uploadId = await createUpload(bucket, key, headers, signal)
  bucket.live.add(uploadId)
  try {
    const partSize = partSizeFor(size, Math.min(COPY_PART_BYTES, bucket.copyLimit), bucket.provider.maxParts)
    const parts: UploadPart[] = []
    const lanes = new Lanes(PARTS_AT_ONCE)
    try {
      for (let start = 0; start < size; start += partSize) {
        const part = { number: start / partSize + 1, size: Math.min(partSize, size - start), etag: '' }
        parts.push(part)
        await lanes.start(async () => {
          part.etag = await copyPart(bucket, { from, key, uploadId }, part, start, signal)
        })
      }
    } finally {
      await lanes.settled()
    }
    await lanes.finish()
    const fault = from.versionId === null ? await whatChanged(bucket, from, signal) : null
    if (fault !== null) throw fault
    return await completeUpload(bucket, key, uploadId, parts, labels ?? readLabels(original.headers), signal)
  } catch (error) {
    // Best effort: what remains is found by `abandonUploads`.
    await abortUpload(bucket, key, uploadId, AbortSignal.timeout(ABORT_MS)).catch(() => {})
    throw error
  } finally {
    bucket.live.delete(uploadId)
  }
}

async function copyPart(
  bucket: Bucket,
  { from, key, uploadId }: CopyPlan,
  part: UploadPart,
  start: number,
  signal: AbortSignal,
): Promise<string> {
  const range = `bytes=${start}-${start + part.size - 1}`
  const headers = { 'x-amz-copy-source-range': range }
  const query = canonicalQuery({ partNumber: String(part.number), uploadId })
  const request: S3Request = { method: 'PUT', key, about: from.key, query, headers, assembling: true, errorIn200: true }
  return etagIn(bucket, await sendCopy(bucket, request, from, signal), 'CopyPartResult', key)
}

function etagIn(bucket: Bucket, answer: Answer, root: string, key: string): string {
  const etag = text(parseXml(answer.body, root) ?? {}, 'ETag')?.replaceAll('"', '')
  if (!etag) throw badAnswer('not the result of a copy', answer, bucket.client.subject({ key }))
  return etag
}
