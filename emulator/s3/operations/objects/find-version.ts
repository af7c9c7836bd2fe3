import { S3Error } from '../../errors.ts'
import type { ObjectVersion, Version } from '../../storage/version.ts'
import type { Call } from '../call.ts'

/** The version a request addresses, by ?versionId or the newest. Throws as AWS does for what is not there. */
export function versionOf(call: Call): ObjectVersion {
  const key = call.key()
  const versionId = call.request.query.get('versionId')
  const { bucket } = call.request
  return findVersion(call, bucket ?? '', key, versionId)
}

/** Like `versionOf`, for any address: the source of a copy. */
export function findVersion(call: Call, bucketName: string, key: string, versionId: string | undefined): ObjectVersion {
  const bucket = call.service.buckets.get(bucketName)
  if (versionId === undefined) {
    const current = bucket.current(key)
    if (current !== undefined) return current
    // Without the right to list, AWS does not even say that a key is missing.
    call.identity.user.require('list', bucketName, key)
    const marker = bucket.versions(key)[0]
    throw new S3Error('NoSuchKey', undefined, { Key: key }, marker === undefined ? {} : markerHeaders(marker))
  }
  const version = bucket.find(key, versionId)
  if (version === undefined) throw new S3Error('NoSuchVersion', undefined, { Key: key, VersionId: versionId })
  if (version.kind === 'object') return version
  throw new S3Error('MethodNotAllowed', undefined, { ResourceType: 'DeleteMarker' }, markerHeaders(version))
}

/** `x-amz-version-id`, where the version has an id. */
export function versionHeader(version: Version): Record<string, string> {
  return version.versionId === 'null' ? {} : { 'x-amz-version-id': version.versionId }
}

function markerHeaders(marker: Version): Record<string, string> {
  return { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.versionId }
}
