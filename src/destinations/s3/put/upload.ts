import type { StoredCopy, UploadPart } from '../../../backup/model/destination.ts'
import { Fault } from '../../../backup/model/faults.ts'
import { type Answer, badAnswer, refusalOf } from '../api/errors.ts'
import { canonicalQuery } from '../api/uri.ts'
import { all, escapeXml, parseXml, text } from '../api/xml.ts'
import type { Bucket } from '../bucket/bucket.ts'
import { headObject } from '../head.ts'
import { etagOf, versionIdOf } from '../labels.ts'

const MIB = 1024 * 1024

/** How much of a part is handed to the connection at once: storage must take so much within its patience, on any line. */
const SLICE_BYTES = 256 * 1024

/** Names the content of an object as its labels do. */
export interface ContentLabels {
  fileId: string | null
  revision: string | null
}

/** Parts of at least `smallest` bytes, larger where the provider's limit on their number asks for it; whole MiB. */
export function partSizeFor(size: number, smallest: number, maxParts: number): number {
  return size <= smallest * maxParts ? smallest : Math.ceil(size / maxParts / MIB) * MIB
}

/** Begins a multipart upload of an object with these headers, and gives its id. */
export async function createUpload(
  bucket: Bucket,
  key: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<string> {
  const answer = await bucket.client.send({ method: 'POST', key, query: 'uploads=', headers }, signal)
  const uploadId = text(parseXml(answer.body, 'InitiateMultipartUploadResult') ?? {}, 'UploadId')
  if (!uploadId) throw badAnswer('no upload id', answer, bucket.client.subject({ key }))
  return uploadId
}

/** Sends one part; storage refuses it when it is not what `sha256` says. Returns its ETag. */
export async function sendPart(
  bucket: Bucket,
  key: string,
  uploadId: string,
  part: { number: number; bytes: Uint8Array; sha256: string },
  signal: AbortSignal,
): Promise<string> {
  const answer = await bucket.client.send(
    {
      method: 'PUT',
      key,
      query: canonicalQuery({ partNumber: String(part.number), uploadId }),
      body: { size: part.bytes.length, open: () => slicesOf(part.bytes) },
      payloadHash: part.sha256,
    },
    signal,
  )
  const etag = etagOf(answer.headers)
  if (etag === null) throw badAnswer('success without an ETag', answer, bucket.client.subject({ key }))
  return etag
}

async function* slicesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) yield bytes.subarray(at, at + SLICE_BYTES)
}

/** The parts that storage holds for an upload, by number; null when it does not know the upload. */
export async function listParts(bucket: Bucket, key: string, uploadId: string, signal: AbortSignal) {
  const parts = new Map<number, UploadPart>()
  let marker = '0'
  while (true) {
    const query = canonicalQuery({ 'part-number-marker': marker, uploadId })
    let answer: Answer
    try {
      answer = await bucket.client.send({ method: 'GET', key, query }, signal)
    } catch (error) {
      if (error instanceof Fault && error.code === 'storage/not-found') return null
      throw error
    }
    const page = parseXml(answer.body, 'ListPartsResult')
    if (page === null) throw badAnswer('not a list of parts', answer, bucket.client.subject({ key }))
    for (const part of all(page, 'Part')) {
      const number = Number(text(part, 'PartNumber'))
      parts.set(number, { number, size: Number(text(part, 'Size')), etag: bare(text(part, 'ETag')) })
    }
    const next = text(page, 'NextPartNumberMarker')
    if (text(page, 'IsTruncated') !== 'true') return parts
    if (next === null || Number(next) <= Number(marker)) {
      throw badAnswer('a list of parts that does not move on', answer, bucket.client.subject({ key }))
    }
    marker = next
  }
}

/**
 * Makes the object from its parts. When the upload is gone, an earlier try may have succeeded and its answer been lost:
 * what lies under the key then decides.
 */
export async function completeUpload(
  bucket: Bucket,
  key: string,
  uploadId: string,
  parts: UploadPart[],
  content: ContentLabels,
  signal: AbortSignal,
): Promise<StoredCopy> {
  const listed = parts.map(
    ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${escapeXml(`"${etag}"`)}</ETag></Part>`,
  )
  const body = Buffer.from(`<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`)
  try {
    const answer = await bucket.client.send(
      { method: 'POST', key, query: canonicalQuery({ uploadId }), body, assembling: true, errorIn200: true },
      signal,
    )
    const result = parseXml(answer.body, 'CompleteMultipartUploadResult')
    if (result === null) throw badAnswer('not the result of an upload', answer, bucket.client.subject({ key }))
    // Ceph leaves it empty.
    return { etag: bare(text(result, 'ETag')) || null, versionId: versionIdOf(answer.headers) }
  } catch (error) {
    if (refusalOf(error)?.code !== 'NoSuchUpload') throw error
    const size = parts.reduce((sum, part) => sum + part.size, 0)
    const done = await alreadyStored(bucket, key, size, content, signal)
    if (done === null) throw error
    return done
  }
}

/** What is under the key, if it is this very content: our labels say so, and they are written together with the bytes. */
export async function alreadyStored(
  bucket: Bucket,
  key: string,
  size: number,
  content: ContentLabels,
  signal: AbortSignal,
) {
  const head = await headObject(bucket, key, signal)
  const same = head?.size === size && head.fileId === content.fileId && head.revision === content.revision
  return head !== null && same ? { etag: head.etag, versionId: head.versionId } : null
}

/** Gives an upload up, so that its parts cost nothing. One that is not there is no error. */
export async function abortUpload(bucket: Bucket, key: string, uploadId: string, signal: AbortSignal): Promise<void> {
  try {
    await bucket.client.send({ method: 'DELETE', key, query: canonicalQuery({ uploadId }) }, signal)
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'storage/not-found')) throw error
  }
}

function bare(etag: string | null): string {
  return (etag ?? '').replaceAll('"', '')
}
