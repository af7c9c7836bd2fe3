import { S3Error } from '../../errors.ts'
import { decode, header } from '../../request.ts'
import type { Bucket } from '../../storage/bucket.ts'
import type { Description, ObjectVersion } from '../../storage/version.ts'
import { tag, xmlDocument } from '../../xml.ts'
import type { Call, Reply } from '../call.ts'
import { requireCopyConditions } from './conditions.ts'
import { describe, writtenHeaders } from './describe.ts'
import { findVersion } from './find-version.ts'
import { storeVersion } from './put-object.ts'

/** Copies on the server: the bytes are shared, so it costs the same for every size. */
export function copyObject(call: Call): Reply {
  const bucket = call.bucket()
  const key = call.key()
  const source = copySource(call)
  const { maxCopySize } = call.service.limits
  if (source.version.size > maxCopySize) {
    throw new S3Error(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${maxCopySize}`,
    )
  }
  const description = copiedDescription(call, bucket, source)
  const { body, size, etag, sha256, parts, checksum } = source.version
  for (const blob of body) blob.retain()
  const version = storeVersion(call, bucket, key, description, { body, size, etag, sha256, parts, checksum })
  const headers = writtenHeaders(call, version)
  if (source.version.versionId !== 'null') headers['x-amz-copy-source-version-id'] = source.version.versionId
  return { status: 200, headers, body: copyResult('CopyObjectResult', version.modified, version.etag) }
}

export function copyResult(root: string, modified: number, etag: string): string {
  return xmlDocument(root, tag('LastModified', new Date(modified).toISOString()) + tag('ETag', `"${etag}"`))
}

export interface CopySource {
  bucket: string
  version: ObjectVersion
  hasVersionId: boolean
}

/** The version that x-amz-copy-source names, readable by this user and meeting the conditions set on it. */
export function copySource(call: Call): CopySource {
  const raw = header(call.request, 'x-amz-copy-source') ?? ''
  const mark = raw.indexOf('?versionId=')
  const path = decode(mark === -1 ? raw : raw.slice(0, mark)).replace(/^\//, '')
  const slash = path.indexOf('/')
  const bucket = path.slice(0, slash)
  const key = path.slice(slash + 1)
  if (slash < 1 || key === '') {
    throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey', {
      ArgumentName: 'x-amz-copy-source',
      ArgumentValue: raw,
    })
  }
  call.identity.user.require('get', bucket, key)
  const versionId = mark === -1 ? undefined : decode(raw.slice(mark + '?versionId='.length))
  const version = findVersion(call, bucket, key, versionId)
  requireCopyConditions(call, version)
  return { bucket, version, hasVersionId: versionId !== undefined }
}

function copiedDescription(call: Call, bucket: Bucket, source: CopySource): Description {
  const { request } = call
  const given = describe(call, bucket)
  const replaces = directive(call, 'x-amz-metadata-directive') === 'REPLACE'
  const replacesTags = directive(call, 'x-amz-tagging-directive') === 'REPLACE'
  const isSame = source.bucket === bucket.name && source.version.key === request.key && !source.hasVersionId
  if (isSame && !replaces && !replacesTags && given.storageClass === source.version.storageClass) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    )
  }
  return {
    ...given, // the storage class and the lock are never taken from the source
    ...(replaces ? {} : { headers: source.version.headers, metadata: source.version.metadata }),
    ...(replacesTags ? {} : { tags: source.version.tags }),
  }
}

function directive(call: Call, name: string): 'COPY' | 'REPLACE' {
  const value = header(call.request, name) ?? 'COPY'
  if (value !== 'COPY' && value !== 'REPLACE') {
    throw new S3Error('InvalidArgument', 'Unknown metadata directive.', { ArgumentName: name, ArgumentValue: value })
  }
  return value
}
