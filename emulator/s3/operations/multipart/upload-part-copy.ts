import { createHash } from 'node:crypto'
import { S3Error } from '../../errors.ts'
import { header } from '../../request.ts'
import { readBlobs } from '../../storage/blob.ts'
import type { Content, ObjectVersion } from '../../storage/version.ts'
import type { Call, Reply } from '../call.ts'
import { copyResult, copySource } from '../objects/copy-object.ts'
import { keepPart, partNumber, uploadOf } from './multipart.ts'

export async function uploadPartCopy(call: Call): Promise<Reply> {
  uploadOf(call)
  const number = partNumber(call)
  const { version } = copySource(call)
  const { start, end } = copyRange(call, version)
  const content = await copyBytes(call, version, start, end)
  const modified = call.service.now()
  keepPart(call, { number, modified, ...content })
  const headers = version.versionId === 'null' ? {} : { 'x-amz-copy-source-version-id': version.versionId }
  return { status: 200, headers, body: copyResult('CopyPartResult', modified, content.etag) }
}

function copyRange(call: Call, version: ObjectVersion): { start: number; end: number } {
  const raw = header(call.request, 'x-amz-copy-source-range')
  let range = { start: 0, end: version.size }
  if (raw !== undefined) {
    const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(raw) ?? []
    range = { start: Number(first), end: Number(last) + 1 }
    if (first === undefined || range.start >= range.end || range.end > version.size) {
      throw new S3Error('InvalidArgument', 'The x-amz-copy-source-range value must be of the form bytes=first-last', {
        ArgumentName: 'x-amz-copy-source-range',
        ArgumentValue: raw,
      })
    }
  }
  const { maxCopySize } = call.service.limits
  if (range.end - range.start > maxCopySize) {
    throw new S3Error(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${maxCopySize}`,
    )
  }
  return range
}

async function copyBytes(call: Call, version: ObjectVersion, start: number, end: number): Promise<Content> {
  const { blobs } = call.service.buckets
  const isWhole = start === 0 && end === version.size && version.parts === null
  if (isWhole) {
    for (const blob of version.body) blob.retain()
    const { body, size, etag, sha256 } = version
    return { body, size, etag, sha256, parts: null, checksum: null }
  }
  if (!blobs.readable) throw new S3Error('NotImplemented', 'A range of a discarded body cannot be copied.')
  const md5 = createHash('md5')
  const sha = createHash('sha256')
  const writer = blobs.writer()
  try {
    for await (const chunk of readBlobs(version.body, start, end)) {
      md5.update(chunk)
      sha.update(chunk)
      await writer.write(chunk)
    }
    const blob = await writer.commit()
    const digests = { etag: md5.digest('hex'), sha256: sha.digest('hex') }
    return { body: [blob], size: end - start, ...digests, parts: null, checksum: null }
  } catch (error) {
    await writer.abort()
    throw error
  }
}
