import { checksumElement } from '../../body/checksums.ts'
import { queryNumber } from '../../request.ts'
import type { Upload } from '../../storage/version.ts'
import { optionalTag, tag, xmlDocument } from '../../xml.ts'
import type { Call, Reply } from '../call.ts'
import { OWNER } from '../list-objects.ts'
import { commonPrefix, type ListingText, listingText } from '../walk.ts'
import { uploadOf } from './multipart.ts'

const MAX = 1000

export function listParts(call: Call): Reply {
  const upload = uploadOf(call)
  const marker = queryNumber(call.request, 'part-number-marker', 0, 100_000)
  const max = queryNumber(call.request, 'max-parts', MAX, MAX)
  const parts = [...upload.parts.values()].filter((part) => part.number > marker).sort((a, b) => a.number - b.number)
  const page = parts.slice(0, max)
  const isTruncated = parts.length > page.length
  const content =
    tag('Bucket', call.bucket().name) +
    tag('Key', upload.key) +
    tag('UploadId', upload.id) +
    OWNER +
    tag('StorageClass', upload.description.storageClass) +
    tag('PartNumberMarker', marker) +
    optionalTag('NextPartNumberMarker', page.at(-1)?.number) +
    tag('MaxParts', max) +
    tag('IsTruncated', isTruncated) +
    page
      .map(({ number, modified, etag, size, checksum }) => {
        const sum = checksum === null ? '' : tag(checksumElement(checksum.algorithm), checksum.value)
        const time = tag('LastModified', new Date(modified).toISOString())
        return `<Part>${tag('PartNumber', number)}${time}${tag('ETag', `"${etag}"`)}${tag('Size', size)}${sum}</Part>`
      })
      .join('')
  return { status: 200, body: xmlDocument('ListPartsResult', content) }
}

/** ListMultipartUploads: by key, those of one key by the time they began. */
export function listMultipartUploads(call: Call): Reply {
  const { query } = call.request
  const bucket = call.bucket()
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const keyMarker = query.get('key-marker') ?? ''
  const idMarker = query.get('upload-id-marker') ?? ''
  const max = queryNumber(call.request, 'max-uploads', MAX, MAX)
  const text = listingText(call.request)
  const order = (a: Upload, b: Upload): number => call.compare(a.key, b.key) || a.initiated - b.initiated
  const sorted = [...bucket.uploads.values()].filter(({ key }) => key.startsWith(prefix)).sort(order)
  const begin = sorted.findIndex(({ key, id }) => key === keyMarker && id === idMarker)
  const rest = sorted.filter(({ key }, index) => {
    const sameKey = key === keyMarker && begin !== -1 && index > begin
    return sameKey || keyMarker === '' || call.compare(key, keyMarker) > 0
  })
  const whole = rest.filter(({ key }) => commonPrefix(key, prefix, delimiter) === null)
  const prefixes = new Set(rest.flatMap(({ key }) => commonPrefix(key, prefix, delimiter) ?? []))
  const page = whole.slice(0, max)
  const last = whole.length > page.length ? page.at(-1) : undefined
  const content =
    tag('Bucket', bucket.name) +
    tag('KeyMarker', text.encode(keyMarker)) +
    tag('UploadIdMarker', idMarker) +
    optionalTag('NextKeyMarker', last === undefined ? undefined : text.encode(last.key)) +
    optionalTag('NextUploadIdMarker', last?.id) +
    tag('Prefix', text.encode(prefix)) +
    optionalTag('Delimiter', delimiter === '' ? undefined : text.encode(delimiter)) +
    text.encodingType +
    tag('MaxUploads', max) +
    tag('IsTruncated', last !== undefined) +
    page.map((upload) => uploadXml(upload, text)).join('') +
    [...prefixes].map((one) => `<CommonPrefixes>${tag('Prefix', text.encode(one))}</CommonPrefixes>`).join('')
  return { status: 200, body: xmlDocument('ListMultipartUploadsResult', content) }
}

function uploadXml({ key, id, initiated, description }: Upload, text: ListingText): string {
  const who = OWNER.replaceAll('Owner>', 'Initiator>') + OWNER
  const when = tag('Initiated', new Date(initiated).toISOString())
  return `<Upload>${tag('Key', text.encode(key))}${tag('UploadId', id)}${who}${tag('StorageClass', description.storageClass)}${when}</Upload>`
}
