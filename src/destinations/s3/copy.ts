import type { Labels, ObjectRef, StoredCopy, UploadPart } from '../../backup/destination.ts'
import { Fault } from '../../backup/faults.ts'
import { type Bucket, objectHeaders, storageClassHeader } from './bucket.ts'
import type { S3Request } from './client.ts'
import { type Answer, badAnswer } from './errors.ts'
import { headAnswer, headObject } from './head.ts'
import { describingHeaders, etagOf, header, readLabels } from './labels.ts'
import { Lanes } from './lanes.ts'
import { abortUpload, type ContentLabels, completeUpload, createUpload, partSizeFor } from './upload.ts'
import { canonicalQuery, encodeKey, encodeValue } from './uri.ts'
import { parseXml, text } from './xml.ts'

/** Large parts: nothing of them passes through here. At most 5 GiB are allowed (AWS, "UploadPartCopy"). */
const COPY_PART_BYTES = 1024 * 1024 * 1024
const PARTS_AT_ONCE = 4
const ABORT_MS = 30_000

/**
 * Copies an object within the bucket. With labels it is given those, and the SHA-256 that the caller knows; without, all
 * stay. An original that
 * is missing, or was replaced by somebody else, is `s3/not-found`.
 */
export async function copyObject(
  bucket: Bucket,
  from: ObjectRef,
  key: string,
  labels: Labels | null,
  signal: AbortSignal,
): Promise<StoredCopy> {
  if (labels === null && from.size <= bucket.copyLimit) {
    return copyWhole(bucket, from, key, { ...storageClassHeader(bucket), 'x-amz-metadata-directive': 'COPY' }, signal)
  }
  if (labels !== null && from.size <= bucket.copyLimit) {
    const headers = objectHeaders(bucket, labels, from.sha256 ?? null)
    return copyWhole(bucket, from, key, { ...headers, 'x-amz-metadata-directive': 'REPLACE' }, signal)
  }
  // A copy in parts takes nothing over from the original: its labels, unless there are new ones, have to be read.
  const original = await headAnswer(bucket, from.key, from.versionId, signal)
  if (original === null) throw new Fault('s3/not-found', from.key)
  if (isAnother(from, etagOf(original.headers))) throw replaced(from)
  const kept = readLabels(original.headers)
  const headers =
    labels === null
      ? { ...describingHeaders(original.headers), ...storageClassHeader(bucket) }
      : objectHeaders(bucket, labels, from.sha256 ?? null)
  const size = Number(header(original.headers, 'content-length'))
  return copyInParts(bucket, { from, size, key, headers, content: labels ?? kept }, signal)
}

async function copyWhole(
  bucket: Bucket,
  from: ObjectRef,
  key: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<StoredCopy> {
  const request: S3Request = {
    method: 'PUT',
    key,
    about: from.key,
    headers: { ...headers, 'x-amz-copy-source': copySource(bucket, from) },
    assembling: true,
    errorIn200: true,
  }
  const answer = await bucket.client.send(request, signal)
  const etag = etagIn(bucket, answer, 'CopyObjectResult', key)
  // The same ETag says that these were the bytes that are meant. Another one says little: the original went up in parts, or
  // storage encrypts. Then the original is looked at. (A condition on the copy would do, but some servers ignore it.)
  if (isAnother(from, etag) && isAnother(from, (await headObject(bucket, from.key, signal))?.etag ?? '')) {
    await bucket.client.send({ method: 'DELETE', key }, signal)
    throw replaced(from)
  }
  return { etag, versionId: header(answer.headers, 'x-amz-version-id') }
}

/** Whether this cannot be the object that is meant. A version never changes. */
function isAnother(meant: ObjectRef, etag: string | null): boolean {
  return meant.versionId === null && meant.etag != null && meant.etag !== etag
}

/** Somebody else has written there: what we stored is lost. */
function replaced(from: ObjectRef): Fault {
  return new Fault('s3/not-found', from.key, { detail: 'something else lies there now' })
}

interface CopyPlan {
  from: ObjectRef
  size: number
  key: string
  headers: Record<string, string>
  content: ContentLabels
}

async function copyInParts(bucket: Bucket, plan: CopyPlan, signal: AbortSignal): Promise<StoredCopy> {
  const { key, size } = plan
  const uploadId = await createUpload(bucket, key, plan.headers, signal)
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
          part.etag = await copyPart(bucket, plan, uploadId, part, start, signal)
        })
      }
    } finally {
      await lanes.settled()
    }
    await lanes.finish()
    return await completeUpload(bucket, key, uploadId, parts, plan.content, signal)
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
  plan: CopyPlan,
  uploadId: string,
  part: UploadPart,
  start: number,
  signal: AbortSignal,
): Promise<string> {
  const headers = {
    'x-amz-copy-source': copySource(bucket, plan.from),
    'x-amz-copy-source-range': `bytes=${start}-${start + part.size - 1}`,
  }
  const query = canonicalQuery({ partNumber: String(part.number), uploadId })
  const { key } = plan
  const about = plan.from.key
  const request: S3Request = { method: 'PUT', key, about, query, headers, assembling: true, errorIn200: true }
  return etagIn(bucket, await bucket.client.send(request, signal), 'CopyPartResult', key)
}

function copySource(bucket: Bucket, from: ObjectRef): string {
  const version = from.versionId === null ? '' : `?versionId=${encodeValue(from.versionId)}`
  return `/${bucket.bucket}/${encodeKey(from.key)}${version}`
}

function etagIn(bucket: Bucket, answer: Answer, root: string, key: string): string {
  const etag = text(parseXml(answer.body, root) ?? {}, 'ETag')?.replaceAll('"', '')
  if (!etag) throw badAnswer('not the result of a copy', answer, bucket.client.subject({ key }))
  return etag
}
