import { checksumHeader } from '../../body/checksums.ts'
import { S3Error } from '../../errors.ts'
import { header } from '../../request.ts'
import { type Blob, readBlobs } from '../../storage/blob.ts'
import type { ObjectVersion } from '../../storage/version.ts'
import type { Call, Reply } from '../call.ts'
import { partNumber } from '../multipart/multipart.ts'
import { isNotModified } from './conditions.ts'
import { descriptionHeaders } from './describe.ts'
import { versionOf } from './find-version.ts'

const OVERRIDES = [
  'Content-Type',
  'Cache-Control',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Language',
  'Expires',
]

/** GetObject; HeadObject is the same answer without its body. */
export function getObject(call: Call): Reply {
  const version = versionOf(call)
  if (call.request.method === 'GET' && !version.body.every((blob) => blob.readable)) {
    throw new S3Error('NotImplemented', 'This server was started to discard bodies, so it cannot give them back.')
  }
  const headers = descriptionHeaders(version, call.bucket())
  if (isNotModified(call, version)) return { status: 304, headers }
  headers['Accept-Ranges'] = 'bytes'
  for (const name of OVERRIDES) {
    const value = call.request.query.get(`response-${name.toLowerCase()}`)
    if (value === undefined) continue
    delete headers[name.toLowerCase()]
    headers[name] = value
  }
  const ofPart = call.request.query.has('partNumber')
  if (ofPart && version.parts !== null) headers['x-amz-mp-parts-count'] = String(version.parts.length)
  const range = ofPart ? partRange(call, version) : parseRange(header(call.request, 'range'), version.size)
  if (range !== null) {
    const { start, end } = range
    headers['Content-Range'] = `bytes ${start}-${end - 1}/${version.size}`
    return { status: 206, headers, body: body(version, start, end) }
  }
  if (version.checksum !== null && header(call.request, 'x-amz-checksum-mode') === 'ENABLED') {
    headers[checksumHeader(version.checksum.algorithm)] = version.checksum.value
    headers['x-amz-checksum-type'] = version.checksum.type
  }
  return { status: 200, headers, body: body(version, 0, version.size) }
}

function body(version: ObjectVersion, start: number, end: number): Exclude<Reply['body'], string | undefined> {
  return { length: end - start, chunks: readHeld(version.body, start, end) }
}

/** Reads blobs and keeps them until the reader has done, should the version be deleted meanwhile. */
async function* readHeld(blobs: readonly Blob[], start: number, end: number): AsyncGenerator<Buffer> {
  for (const blob of blobs) blob.retain()
  try {
    yield* readBlobs(blobs, start, end)
  } finally {
    for (const blob of blobs) blob.release()
  }
}

/** Where a part lies. An object that was not uploaded in parts is its own only part, as at AWS; null for an empty one. */
function partRange(call: Call, version: ObjectVersion): { start: number; end: number } | null {
  if (header(call.request, 'range') !== undefined) {
    throw new S3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter')
  }
  const wanted = partNumber(call)
  const parts = version.parts ?? [{ number: 1, size: version.size }]
  let start = 0
  for (const { number, size } of parts) {
    if (number === wanted) return size === 0 ? null : { start, end: start + size }
    start += size
  }
  throw new S3Error('InvalidPartNumber', undefined, {
    ActualPartCount: String(parts.length),
    PartNumberRequested: String(wanted),
  })
}

/** One range of bytes, end exclusive; null for what asks for the whole. Several ranges get the whole, as at AWS. */
function parseRange(range: string | undefined, size: number): { start: number; end: number } | null {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return null
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null
  if (start >= end) {
    throw new S3Error(
      'InvalidRange',
      undefined,
      { RangeRequested: range ?? '', ActualObjectSize: String(size) },
      { 'Content-Range': `bytes */${size}` },
    )
  }
  return { start, end }
}
