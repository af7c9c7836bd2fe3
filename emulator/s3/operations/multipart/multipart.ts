import { randomBytes } from 'node:crypto'
import { checksumHeader, parseAlgorithm, supportsType } from '../../body/checksums.ts'
import { S3Error } from '../../errors.ts'
import { header } from '../../request.ts'
import type { Part, Upload } from '../../storage/version.ts'
import { tag, xmlDocument } from '../../xml.ts'
import type { Call, Reply } from '../call.ts'
import { describe } from '../objects/describe.ts'

export function createMultipartUpload(call: Call): Reply {
  const bucket = call.bucket()
  const key = call.key()
  const upload: Upload = {
    id: randomBytes(24).toString('base64url'),
    key,
    initiated: call.service.now(),
    description: describe(call, bucket),
    checksum: uploadChecksum(call),
    parts: new Map(),
  }
  bucket.startUpload(upload)
  const headers: Record<string, string> = {}
  if (upload.checksum !== null) {
    headers['x-amz-checksum-algorithm'] = upload.checksum.algorithm
    headers['x-amz-checksum-type'] = upload.checksum.type
  }
  const content = tag('Bucket', bucket.name) + tag('Key', key) + tag('UploadId', upload.id)
  return { status: 200, headers, body: xmlDocument('InitiateMultipartUploadResult', content) }
}

export async function uploadPart(call: Call): Promise<Reply> {
  const upload = uploadOf(call)
  const number = partNumber(call)
  const expected = call.expectBody()
  const wanted = upload.checksum?.algorithm
  const actual = expected.checksum?.algorithm
  // AWS computes CRC64NVME itself for uploads that name it; this server wants it from the client like the others.
  if (wanted !== actual && wanted !== undefined && !call.service.habits.ignoreChecksums) {
    throw new S3Error(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${wanted.toLowerCase()}, actual checksum Type: ${actual?.toLowerCase() ?? 'null'}`,
    )
  }
  const { blob, size, etag, sha256, checksum } = await call.receive(expected)
  keepPart(call, { number, modified: call.service.now(), body: [blob], size, etag, sha256, parts: null, checksum })
  const headers: Record<string, string> = { ETag: `"${etag}"` }
  if (checksum !== null) headers[checksumHeader(checksum.algorithm)] = checksum.value
  return { status: 200, headers }
}

/** Adds a part whose bytes are complete; the upload may have ended while they arrived. */
export function keepPart(call: Call, part: Part): void {
  try {
    call.bucket().addPart(uploadOf(call), part)
  } catch (error) {
    for (const blob of part.body) blob.release()
    throw error
  }
}

export function abortMultipartUpload(call: Call): Reply {
  call.bucket().endUpload(uploadOf(call))
  return { status: 204 }
}

/** The upload that ?uploadId names, if it is one of this key. */
export function uploadOf(call: Call): Upload {
  const upload = call.bucket().uploads.get(call.request.query.get('uploadId') ?? '')
  if (upload === undefined || upload.key !== call.key()) {
    throw new S3Error('NoSuchUpload', undefined, { UploadId: call.request.query.get('uploadId') ?? '' })
  }
  return upload
}

export function partNumber(call: Call): number {
  const raw = call.request.query.get('partNumber') ?? ''
  const { maxParts } = call.service.limits
  const number = Number(raw)
  if (/^\d{1,6}$/.test(raw) && number >= 1 && number <= maxParts) return number
  throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and ${maxParts}, inclusive`, {
    ArgumentName: 'partNumber',
    ArgumentValue: raw,
  })
}

function uploadChecksum(call: Call): Upload['checksum'] {
  const name = header(call.request, 'x-amz-checksum-algorithm')
  if (name === undefined || call.service.habits.ignoreChecksums) return null
  const algorithm = parseAlgorithm(name)
  const asked = header(call.request, 'x-amz-checksum-type')
  const type = asked ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')
  if (algorithm === undefined || (type !== 'FULL_OBJECT' && type !== 'COMPOSITE')) {
    throw new S3Error('InvalidRequest', 'Checksum algorithm provided is unsupported.')
  }
  if (!supportsType(algorithm, type)) {
    throw new S3Error(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    )
  }
  return { algorithm, type }
}
