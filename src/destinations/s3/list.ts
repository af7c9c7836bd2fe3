import type { ListedObject } from '../../backup/model/destination.ts'
import { type Answer, badAnswer } from './api/errors.ts'
import { canonicalQuery } from './api/uri.ts'
import { all, parseXml, text, type Xml } from './api/xml.ts'
import type { Bucket } from './bucket/bucket.ts'

/**
 * Lists what lies under a prefix, page by page. Every page must be whole and move on: a cut, repeated or strange answer is
 * a Fault, because a listing that merely ends early would look like lost objects.
 */
export async function* listObjects(bucket: Bucket, prefix: string, signal: AbortSignal): AsyncGenerator<ListedObject> {
  let token: string | null = null
  do {
    const query: Record<string, string> = { 'list-type': '2', prefix, 'encoding-type': 'url' }
    if (token !== null) query['continuation-token'] = token
    const { page, answer } = await getPage(bucket, query, 'ListBucketResult', signal)
    const decode = keyDecoder(page)
    for (const object of all(page, 'Contents')) {
      const key = decode(text(object, 'Key'))
      const size = text(object, 'Size')
      if (key === null || size === null || !/^\d+$/.test(size)) throw strange(bucket, answer)
      const modified = Date.parse(text(object, 'LastModified') ?? '')
      yield {
        key,
        size: Number(size),
        etag: text(object, 'ETag')?.replaceAll('"', '') || null,
        lastModified: Number.isNaN(modified) ? null : modified,
      }
    }
    const next = nextToken(page, 'NextContinuationToken')
    if (next === undefined || (next !== null && next === token)) throw strange(bucket, answer)
    token = next
  } while (token !== null)
}

export interface ListedUpload {
  key: string
  uploadId: string
}

/**
 * Lists multipart uploads under way below a prefix. Does not ask for encoded keys: Ceph (measured, 16.2) then encodes them
 * without saying so, and an abort under such a key ends nothing. Keys of ours hold no character that XML cannot write.
 */
export async function* listUploads(bucket: Bucket, prefix: string, signal: AbortSignal): AsyncGenerator<ListedUpload> {
  let marker = null as { key: string; id: string } | null
  while (true) {
    const query: Record<string, string> = { uploads: '', prefix }
    if (marker !== null) {
      query['key-marker'] = marker.key
      query['upload-id-marker'] = marker.id
    }
    const { page, answer } = await getPage(bucket, query, 'ListMultipartUploadsResult', signal)
    const decode = keyDecoder(page)
    for (const upload of all(page, 'Upload')) {
      const [key, uploadId] = [decode(text(upload, 'Key')), text(upload, 'UploadId')]
      if (key === null || uploadId === null) throw strange(bucket, answer)
      yield { key, uploadId }
    }
    const token = nextToken(page, 'NextKeyMarker')
    if (token === null) return
    const [key, id] = [decode(token ?? null), text(page, 'NextUploadIdMarker') ?? '']
    if (key === null || (key === marker?.key && id === marker.id)) throw strange(bucket, answer)
    marker = { key, id }
  }
}

async function getPage(bucket: Bucket, query: Record<string, string>, root: string, signal: AbortSignal) {
  const answer = await bucket.client.send({ method: 'GET', key: null, query: canonicalQuery(query) }, signal)
  const page = parseXml(answer.body, root)
  if (page === null) throw strange(bucket, answer)
  return { page, answer }
}

/** Null at the end; undefined when the server says that there is more, but not where. */
function nextToken(page: Xml, name: string): string | null | undefined {
  if (text(page, 'IsTruncated') !== 'true') return null
  return text(page, name) || undefined
}

/**
 * Keys come encoded, because XML cannot hold every character; where a server ignores the wish it does not repeat it.
 * `+` is a blank there (measured on AWS; a plus itself comes as `%2B`). Null: not a key, or not encoded as promised.
 */
function keyDecoder(page: Xml): (key: string | null) => string | null {
  if (text(page, 'EncodingType') !== 'url') return (key) => key
  return (key) => {
    try {
      return key === null ? null : decodeURIComponent(key.replaceAll('+', ' '))
    } catch {
      return null
    }
  }
}

function strange(bucket: Bucket, answer: Answer) {
  return badAnswer('not a whole listing', answer, bucket.client.subject({ key: null }))
}
