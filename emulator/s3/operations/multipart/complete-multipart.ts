import { createHash } from 'node:crypto'
import { checksumElement, checksumHeader, checksumOfParts, type StoredChecksum } from '../../body/checksums.ts'
import { S3Error } from '../../errors.ts'
import { header } from '../../request.ts'
import type { Content, Part, Upload } from '../../storage/version.ts'
import { parseXml, tag, type XmlElement, xmlDocument } from '../../xml.ts'
import type { Call, Reply } from '../call.ts'
import { requireWriteConditions } from '../objects/conditions.ts'
import { writtenHeaders } from '../objects/describe.ts'
import { storeVersion } from '../objects/put-object.ts'
import { uploadOf } from './multipart.ts'

/** Joins the parts that the client lists. Nothing is visible, and nothing lost, unless the list is right in full. */
export async function completeMultipartUpload(call: Call): Promise<Reply> {
  uploadOf(call)
  // x-amz-checksum-… means the object here, not this request's body.
  const request = parseXml(await call.receiveText({ ...call.expectBody(), checksum: null }), 'CompleteMultipartUpload')
  const upload = uploadOf(call)
  const parts = chosenParts(call, upload, request.all('Part'))
  const content = await joined(call, upload, parts)
  const bucket = call.bucket()
  const key = call.key()
  if (bucket.uploads.get(upload.id) !== upload) throw new S3Error('NoSuchUpload') // another Complete came first
  requireWriteConditions(call, bucket.current(key)) // refused, the upload must stay
  const version = storeVersion(call, bucket, key, upload.description, content)
  bucket.endUpload(upload, parts)
  const { ETag: etag = '', ...headers } = writtenHeaders(call, version)
  const location = `http://${call.request.headers.host ?? ''}${call.request.rawPath}`
  const body = tag('Location', location) + tag('Bucket', bucket.name) + tag('Key', key) + tag('ETag', etag)
  const checksum = content.checksum === null ? '' : checksumXml(content.checksum)
  return { status: 200, headers, body: xmlDocument('CompleteMultipartUploadResult', body + checksum) }
}

function chosenParts(call: Call, upload: Upload, listed: readonly XmlElement[]): Part[] {
  const { minPartSize, maxObjectSize, maxParts } = call.service.limits
  if (listed.length === 0 || listed.length > maxParts) throw new S3Error('MalformedXML')
  const parts: Part[] = []
  let size = 0
  for (const element of listed) {
    const number = Number(element.get('PartNumber')?.trim() || Number.NaN)
    if (!Number.isInteger(number)) throw new S3Error('MalformedXML')
    if (number <= (parts.at(-1)?.number ?? 0)) throw new S3Error('InvalidPartOrder', undefined, { UploadId: upload.id })
    const part = upload.parts.get(number)
    const etag = element.get('ETag')?.trim().replaceAll('"', '')
    if (part === undefined || part.etag !== etag) {
      throw new S3Error('InvalidPart', undefined, { UploadId: upload.id, PartNumber: String(number), ETag: etag ?? '' })
    }
    requirePartChecksum(upload, part, element)
    parts.push(part)
    size += part.size
  }
  for (const part of parts.slice(0, -1)) {
    if (part.size >= minPartSize) continue
    throw new S3Error('EntityTooSmall', undefined, {
      ProposedSize: String(part.size),
      MinSizeAllowed: String(minPartSize),
      PartNumber: String(part.number),
      ETag: part.etag,
    })
  }
  if (size > maxObjectSize) throw new S3Error('EntityTooLarge')
  const promised = header(call.request, 'x-amz-mp-object-size')
  if (promised !== undefined && Number(promised) !== size) {
    throw new S3Error(
      'InvalidRequest',
      `The provided 'x-amz-mp-object-size' header value ${promised} does not match what was computed: ${size}`,
    )
  }
  return parts
}

function requirePartChecksum(upload: Upload, part: Part, element: XmlElement): void {
  if (part.checksum === null) return
  const given = element.get(checksumElement(part.checksum.algorithm))
  if (given === undefined && upload.checksum?.type === 'COMPOSITE') {
    const name = upload.checksum.algorithm.toLowerCase()
    throw new S3Error(
      'InvalidRequest',
      `The upload was created using a ${name} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    )
  }
  if (given !== undefined && given !== part.checksum.value) {
    throw new S3Error('InvalidPart', undefined, { UploadId: upload.id, PartNumber: String(part.number) })
  }
}

async function joined(call: Call, upload: Upload, parts: readonly Part[]): Promise<Content> {
  const isMd5 = parts.every((part) => !part.etag.includes('-'))
  const digest = createHash('md5')
  for (const part of parts) digest.update(part.etag, isMd5 ? 'hex' : 'latin1')
  const checksum = await objectChecksum(call, upload, parts)
  return {
    body: parts.flatMap((part) => part.body),
    size: parts.reduce((sum, part) => sum + part.size, 0),
    etag: `${digest.digest('hex')}-${parts.length}`,
    sha256: parts.length === 1 ? (parts[0]?.sha256 ?? null) : null,
    parts: parts.map(({ number, size, sha256 }) => ({ number, size, sha256 })),
    checksum,
  }
}

async function objectChecksum(call: Call, upload: Upload, parts: readonly Part[]): Promise<StoredChecksum | null> {
  if (upload.checksum === null) return null
  const { algorithm, type } = upload.checksum
  const values = parts.flatMap(({ checksum, size }) => (checksum === null ? [] : [{ value: checksum.value, size }]))
  if (values.length < parts.length) return null // copied from objects that have none
  const computed = await checksumOfParts(algorithm, type, values)
  const promised = header(call.request, checksumHeader(algorithm))
  if (promised !== undefined && promised !== computed.value) {
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`)
  }
  return computed
}

function checksumXml({ algorithm, value, type }: StoredChecksum): string {
  return tag(checksumElement(algorithm), value) + tag('ChecksumType', type)
}
