import type { Head } from '../../backup/destination.ts'
import { Fault } from '../../backup/faults.ts'
import type { Bucket } from './bucket.ts'
import { type Answer, badAnswer } from './errors.ts'
import { etagOf, header, readLabels } from './labels.ts'
import { canonicalQuery } from './uri.ts'

/** What is stored under a key; null when nothing is. */
export async function headObject(bucket: Bucket, key: string, signal: AbortSignal): Promise<Head | null> {
  const answer = await headAnswer(bucket, key, null, signal)
  if (answer === null) return null
  const { fileId, revision, sha256 } = readLabels(answer.headers)
  return {
    size: Number(header(answer.headers, 'content-length')),
    etag: etagOf(answer.headers),
    versionId: header(answer.headers, 'x-amz-version-id'),
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
  try {
    const query = versionId === null ? '' : canonicalQuery({ versionId })
    const answer = await bucket.client.send({ method: 'HEAD', key, query }, signal)
    const size = header(answer.headers, 'content-length')
    if (etagOf(answer.headers) !== null && size !== null) return answer
    throw badAnswer('success without an ETag or a length', answer, bucket.client.subject({ key }))
  } catch (error) {
    if (error instanceof Fault && error.code === 's3/not-found') return null
    throw error
  }
}
