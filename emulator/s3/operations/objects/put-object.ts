import { S3Error } from '../../errors.ts'
import type { Bucket } from '../../storage/bucket.ts'
import type { Content, Description, ObjectVersion } from '../../storage/version.ts'
import type { Call, Reply } from '../call.ts'
import { requireWriteConditions } from './conditions.ts'
import { describe, writtenHeaders } from './describe.ts'

export async function putObject(call: Call): Promise<Reply> {
  const bucket = call.bucket()
  const key = call.key()
  const description = describe(call, bucket)
  const expected = call.expectBody()
  if (isLocked(description) && expected.md5 === null && expected.checksum === null) {
    throw new S3Error(
      'InvalidRequest',
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    )
  }
  requireWriteConditions(call, bucket.current(key))
  const { blob, size, etag, sha256, checksum } = await call.receive(expected)
  const content = { body: [blob], size, etag, sha256, parts: null, checksum }
  const version = storeVersion(call, bucket, key, description, content)
  return { status: 200, headers: writtenHeaders(call, version) }
}

/**
 * Makes complete content visible under its key. Conditions are asked here once more: they may have held when the
 * body began to arrive and not any longer.
 */
export function storeVersion(
  call: Call,
  bucket: Bucket,
  key: string,
  description: Description,
  content: Content,
): ObjectVersion {
  try {
    call.bucket()
    requireWriteConditions(call, bucket.current(key))
  } catch (error) {
    for (const blob of content.body) blob.release()
    throw error
  }
  const version: ObjectVersion = {
    kind: 'object',
    key,
    versionId: bucket.newVersionId(),
    modified: call.service.now(),
    ...description,
    ...content,
  }
  bucket.add(version)
  return version
}

function isLocked(description: Description): boolean {
  return description.retention !== null || description.legalHold
}
