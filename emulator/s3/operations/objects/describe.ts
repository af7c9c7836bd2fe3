import { checksumHeader } from '../../body/checksums.ts'
import { S3Error } from '../../errors.ts'
import { header, type S3Request } from '../../request.ts'
import type { Bucket } from '../../storage/bucket.ts'
import type { Description, ObjectVersion, Retention } from '../../storage/version.ts'
import type { Call } from '../call.ts'
import { parseTagHeader } from './tags.ts'

const STORAGE_CLASSES = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
])
const KEPT_HEADERS = ['cache-control', 'content-disposition', 'content-language', 'expires'] as const
const META = 'x-amz-meta-'
const NO_METADATA: Readonly<Record<string, string>> = {}
const ACCEPTED_ACLS = new Set(['private', 'bucket-owner-full-control'])

/** Reads what a write's headers say about the object. Headers that this server could only overlook are refused. */
export function describe(call: Call, bucket: Bucket): Description {
  const { request } = call
  refuseUnsupported(request)
  const storageClass = header(request, 'x-amz-storage-class') ?? 'STANDARD'
  if (!STORAGE_CLASSES.has(storageClass)) throw new S3Error('InvalidStorageClass')
  const tagging = header(request, 'x-amz-tagging')
  return {
    headers: describedHeaders(request),
    metadata: readMetadata(request, call.service.limits.maxMetadataBytes),
    storageClass,
    tags: tagging === undefined ? NO_METADATA : parseTagHeader(tagging),
    ...lockHeaders(call, bucket),
  }
}

/** The headers that give an object's description back. The version `null` has a name once versioning was switched on. */
export function descriptionHeaders(version: ObjectVersion, bucket: Bucket): Record<string, string> {
  const headers: Record<string, string> = {
    ...version.headers,
    ETag: `"${version.etag}"`,
    'Last-Modified': new Date(version.modified).toUTCString(),
    'x-amz-server-side-encryption': 'AES256',
  }
  for (const [name, value] of Object.entries(version.metadata)) headers[META + name] = encodeMetadata(value)
  if (version.storageClass !== 'STANDARD') headers['x-amz-storage-class'] = version.storageClass
  const namesNull = bucket.settings.versioning !== 'off'
  if (namesNull || version.versionId !== 'null') headers['x-amz-version-id'] = version.versionId
  const tags = Object.keys(version.tags).length
  if (tags > 0) headers['x-amz-tagging-count'] = String(tags)
  if (version.retention !== null) {
    headers['x-amz-object-lock-mode'] = version.retention.mode
    headers['x-amz-object-lock-retain-until-date'] = new Date(version.retention.until).toISOString()
  }
  if (version.legalHold) headers['x-amz-object-lock-legal-hold'] = 'ON'
  return headers
}

/** The headers that a write's answer carries. */
export function writtenHeaders(call: Call, version: ObjectVersion): Record<string, string> {
  const headers: Record<string, string> = { ETag: `"${version.etag}"`, 'x-amz-server-side-encryption': 'AES256' }
  const namesNull = call.service.habits.namesNullVersions && call.bucket().settings.versioning !== 'off'
  if (namesNull || version.versionId !== 'null') headers['x-amz-version-id'] = version.versionId
  if (version.checksum !== null) {
    headers[checksumHeader(version.checksum.algorithm)] = version.checksum.value
    headers['x-amz-checksum-type'] = version.checksum.type
  }
  return headers
}

function describedHeaders(request: S3Request): Record<string, string> {
  const headers: Record<string, string> = {
    'Content-Type': header(request, 'content-type') ?? 'binary/octet-stream',
  }
  for (const name of KEPT_HEADERS) {
    const value = header(request, name)
    if (value !== undefined) headers[name] = value
  }
  const encoding = header(request, 'content-encoding')
  if (encoding !== undefined) {
    const kept = encoding.split(',').map((one) => one.trim())
    const stored = kept.filter((one) => one !== 'aws-chunked' && one !== '').join(',')
    if (stored !== '') headers['content-encoding'] = stored
  }
  return headers
}

function readMetadata(request: S3Request, maxBytes: number): Readonly<Record<string, string>> {
  let metadata: Record<string, string> | null = null
  let bytes = 0
  for (const name in request.headers) {
    if (!name.startsWith(META)) continue
    const value = String(request.headers[name])
    bytes += name.length - META.length + value.length // latin1: one character is one byte
    metadata ??= {}
    metadata[name.slice(META.length)] = /[\x80-\xff]/.test(value) ? Buffer.from(value, 'latin1').toString() : value
  }
  if (bytes > maxBytes) {
    throw new S3Error('MetadataTooLarge', undefined, { Size: String(bytes), MaxSizeAllowed: String(maxBytes) })
  }
  return metadata ?? NO_METADATA
}

/** AWS gives metadata that is not ASCII back in RFC 2047's encoding. */
function encodeMetadata(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`
}

function refuseUnsupported(request: S3Request): void {
  for (const name in request.headers) {
    if (!name.startsWith('x-amz-')) continue
    const encryption = name.startsWith('x-amz-server-side-encryption') && request.headers[name] !== 'AES256'
    const acl = name === 'x-amz-acl' && !ACCEPTED_ACLS.has(String(request.headers[name]))
    if (encryption || acl || name.startsWith('x-amz-grant-') || name === 'x-amz-website-redirect-location') {
      throw new S3Error('NotImplemented', undefined, { Header: name })
    }
  }
}

function lockHeaders(call: Call, bucket: Bucket): Pick<Description, 'retention' | 'legalHold'> {
  const { request, service } = call
  const mode = header(request, 'x-amz-object-lock-mode')
  const until = header(request, 'x-amz-object-lock-retain-until-date')
  const hold = header(request, 'x-amz-object-lock-legal-hold')
  const { defaultRetention, objectLock } = bucket.settings
  if (mode === undefined && until === undefined && hold === undefined) {
    if (defaultRetention === null) return { retention: null, legalHold: false }
    const ends = service.now() + defaultRetention.days * 86_400_000
    return { retention: { mode: defaultRetention.mode, until: ends }, legalHold: false }
  }
  if (!objectLock && !service.habits.ignoreObjectLock) {
    throw new S3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration')
  }
  if ((mode === undefined) !== (until === undefined)) {
    throw new S3Error(
      'InvalidArgument',
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
    )
  }
  if (hold !== undefined && hold !== 'ON' && hold !== 'OFF') throw new S3Error('MalformedXML')
  const retention = mode === undefined ? null : parseRetention(mode, until ?? '', service.now())
  return { retention, legalHold: hold === 'ON' }
}

/** A retention given by a client: a known mode, and a date yet to come. */
export function parseRetention(mode: string, until: string, now: number): Retention {
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') throw new S3Error('MalformedXML')
  const time = Date.parse(until)
  if (Number.isNaN(time))
    throw new S3Error('InvalidArgument', 'The retain until date must be provided in ISO 8601 format')
  if (time <= now) throw new S3Error('InvalidArgument', 'The retain until date must be in the future!')
  return { mode, until: time }
}
