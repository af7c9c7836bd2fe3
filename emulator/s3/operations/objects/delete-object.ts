import { S3Error } from '../../errors.ts'
import { header } from '../../request.ts'
import type { Bucket } from '../../storage/bucket.ts'
import type { ObjectVersion } from '../../storage/version.ts'
import { optionalTag, parseXml, tag, type XmlElement, xmlDocument } from '../../xml.ts'
import type { Call, Reply } from '../call.ts'
import { requireWriteConditions } from './conditions.ts'

const MAX_KEYS = 1000

interface Deleted {
  versionId: string | undefined
  isMarker: boolean
}

export function deleteObject(call: Call): Reply {
  const bucket = call.bucket()
  const key = call.key()
  requireWriteConditions(call, bucket.current(key))
  const { versionId, isMarker } = remove(call, bucket, key, call.request.query.get('versionId'))
  const headers: Record<string, string> = {}
  if (versionId !== undefined) headers['x-amz-version-id'] = versionId
  if (isMarker) headers['x-amz-delete-marker'] = 'true'
  return { status: 204, headers }
}

/** DeleteObjects: each key has its own outcome. */
export async function deleteObjects(call: Call): Promise<Reply> {
  const bucket = call.bucket()
  const expected = call.expectBody()
  const { deleteObjectsNeedsMd5, ignoreChecksums } = call.service.habits
  const hasMd5 = header(call.request, 'content-md5') !== undefined
  const isChecked = hasMd5 || (!deleteObjectsNeedsMd5 && (ignoreChecksums || expected.checksum !== null))
  if (!isChecked) throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5')
  const request = parseXml(await call.receiveText(expected), 'Delete')
  const objects = request.all('Object')
  if (objects.length === 0 || objects.length > MAX_KEYS) throw new S3Error('MalformedXML')
  const isQuiet = request.get('Quiet')?.trim() === 'true'
  const results = objects.map((object) => deleteOne(call, bucket, object, isQuiet))
  return { status: 200, body: xmlDocument('DeleteResult', results.join('')) }
}

function deleteOne(call: Call, bucket: Bucket, object: XmlElement, isQuiet: boolean): string {
  const key = object.get('Key')
  if (key === undefined || key === '') throw new S3Error('MalformedXML')
  const asked = object.get('VersionId')
  try {
    call.identity.user.require('delete', bucket.name, key)
    const { versionId, isMarker } = remove(call, bucket, key, asked)
    if (isQuiet) return ''
    const marker = isMarker ? tag('DeleteMarker', true) + optionalTag('DeleteMarkerVersionId', versionId) : ''
    return `<Deleted>${tag('Key', key)}${optionalTag('VersionId', asked)}${marker}</Deleted>`
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    const which = tag('Key', key) + optionalTag('VersionId', asked)
    return `<Error>${which}${tag('Code', error.code)}${tag('Message', error.message)}</Error>`
  }
}

/** Deletes the addressed version, or hides the key under a marker. What is not there is deleted already. */
function remove(call: Call, bucket: Bucket, key: string, versionId: string | undefined): Deleted {
  if (versionId !== undefined) {
    const version = bucket.find(key, versionId)
    if (version?.kind === 'object') refuseLocked(call, version)
    if (version !== undefined) bucket.remove(version)
    return { versionId, isMarker: version?.kind === 'marker' }
  }
  if (bucket.settings.versioning === 'off') {
    const version = bucket.find(key, 'null')
    if (version !== undefined) bucket.remove(version)
    return { versionId: undefined, isMarker: false }
  }
  const marker = { kind: 'marker', key, versionId: bucket.newVersionId(), modified: call.service.now() } as const
  bucket.add(marker)
  return { versionId: marker.versionId, isMarker: true }
}

function refuseLocked(call: Call, version: ObjectVersion): void {
  if (call.service.habits.ignoreObjectLock) return
  const bypass = header(call.request, 'x-amz-bypass-governance-retention') === 'true'
  const { retention, legalHold } = version
  const isRetained = retention !== null && retention.until > call.service.now()
  if (legalHold || (isRetained && !(retention.mode === 'GOVERNANCE' && bypass))) {
    throw new S3Error('AccessDenied', 'Access Denied because object protected by object lock.')
  }
}
