import type { ObjectRef } from '../../backup/model/destination.ts'
import { badAnswer } from './api/errors.ts'
import { canonicalQuery } from './api/uri.ts'
import type { Bucket } from './bucket/bucket.ts'

/** The bytes of an object from `offset` to its end. They end early only by throwing a Fault. */
export async function openObject(
  bucket: Bucket,
  object: ObjectRef,
  offset: number,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const { key, versionId, size } = object
  // A range behind the end is an error in HTTP, and there is nothing to fetch.
  if (offset > 0 && offset >= size) return nothing()
  const query = versionId === null ? '' : canonicalQuery({ versionId })
  const headers = offset > 0 ? { range: `bytes=${offset}-` } : {}
  const { answer, body } = await bucket.client.open({ method: 'GET', key, query, headers }, signal)
  if (offset === 0 || answer.status === 206) return body
  await body[Symbol.asyncIterator]().return?.()
  throw badAnswer('the whole object instead of a range', answer, bucket.client.subject({ key }))
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
