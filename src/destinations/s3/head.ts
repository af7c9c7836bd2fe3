import type { Head } from '../../backup/model/destination.ts'
import { Fault } from '../../backup/model/faults.ts'
import { type Answer, badAnswer, refusalOf } from './api/errors.ts'
import { canonicalQuery } from './api/uri.ts'
import type { Bucket } from './bucket/bucket.ts'
import { etagOf, header, readLabels, versionIdOf } from './labels.ts'

/** What is stored under a key, or as this version of it; null when nothing is. */
export async function headObject(
  bucket: Bucket,
  key: string,
  signal: AbortSignal,
  versionId: string | null = null,
): Promise<Head | null> {
  const answer = await headAnswer(bucket, key, versionId, signal)
  if (answer === null) return null
  const { fileId, revision, sha256 } = readLabels(answer.headers)
  return {
    size: Number(header(answer.headers, 'content-length')),
    etag: etagOf(answer.headers),
    versionId: versionIdOf(answer.headers),
    fileId,
    revision,
    sha256,
  }
}

/** The headers of an object, or of one version of it. */
export async function headAnswer(
  bucket: Bucket,
  key: string,
  versionId: string | null,
  signal: AbortSignal,
): Promise<Answer | null> {
  const query = versionId === null ? '' : canonicalQuery({ versionId })
  try {
    const answer = await bucket.client.send({ method: 'HEAD', key, query }, signal)
    const size = header(answer.headers, 'content-length')
    if (etagOf(answer.headers) !== null && size !== null) return answer
    throw badAnswer('success without an ETag or a length', answer, bucket.client.subject({ key }))
  } catch (error) {
    const mute = [400, 403].includes(refusalOf(error)?.status ?? 0)
    const reason = mute ? await reasonOf(bucket, key, query, error, signal) : error
    if (reason instanceof Fault && reason.code === 'storage/not-found') return null
    throw reason
  }
}

/** A refused HEAD has no body that could say why: a wrong key or clock looks like a missing right. The same GET can say it. */
async function reasonOf(bucket: Bucket, key: string, query: string, refused: unknown, signal: AbortSignal) {
  try {
    await bucket.client.send({ method: 'GET', key, query, headers: { range: 'bytes=0-0' } }, signal)
    return refused
  } catch (error) {
    const said = refusalOf(error)?.code
    return said === undefined || said === '' ? refused : error
  }
}
