import { Fault } from '../../backup/model/faults.ts'
import type { ExportFormat, Item } from '../../backup/model/item.ts'
import type { DriveClient, MediaCall } from '../api/client.ts'
import { type Answer, header } from '../api/http.ts'
import { quote } from '../api/quote.ts'
import { PRICES } from '../pacing/pacing.ts'
import { body, nameOf } from './content.ts'
import type { Corpus } from './corpus.ts'
import { isObject } from './items.ts'

/**
 * Native documents, as files. `files.export` makes at most 10 MB; beyond that, or when it fails, the document's export links are
 * asked, which know no such limit but belong to another service: without rights it answers 200 with a sign-in page.
 */

/** The exported bytes; their number is unknown before the end. Every call exports anew, and never the same bytes. */
export async function readExport(
  client: DriveClient,
  corpus: Corpus,
  item: Item,
  format: ExportFormat | null,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const subject = nameOf(item)
  if (format === null) throw new Fault('drive/not-exportable', subject, { detail: quote(item.mimeType) })
  const call: MediaCall = {
    address: `/files/${item.id}/export?mimeType=${encodeURIComponent(format.mimeType)}`,
    units: PRICES.download,
    asking: 'item',
    subject,
    resourceKeys: corpus.resourceKeys(item.id),
    offset: 0,
    blame: 'drive/export-failed',
  }
  try {
    return document(await open(client, call, format, signal), format, subject)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'drive/export-failed') throw error
    const address = await exportLink(client, call, item, format, signal)
    return document(await open(client, { ...call, address }, format, signal), format, subject)
  }
}

/** Asked for anew each time: links of an older state are not promised to work. */
async function exportLink(
  client: DriveClient,
  call: MediaCall,
  item: Item,
  format: ExportFormat,
  signal: AbortSignal,
): Promise<string> {
  const { asking, subject, resourceKeys = null } = call
  const address = `/files/${item.id}?fields=exportLinks&supportsAllDrives=true`
  const { exportLinks } = await client.json({ address, units: PRICES.get, asking, subject, resourceKeys }, signal)
  const link = isObject(exportLinks) ? exportLinks[format.mimeType] : undefined
  if (typeof link === 'string' && /^https?:\/\//.test(link) && URL.canParse(link)) return link
  throw new Fault('drive/export-failed', subject, { detail: `no export link for ${format.mimeType}` })
}

async function open(client: DriveClient, call: MediaCall, format: ExportFormat, signal: AbortSignal): Promise<Answer> {
  const answer = await client.media(call, signal)
  const type = (header(answer, 'content-type') ?? '').toLowerCase()
  if (!type.startsWith('text/html') || format.mimeType === 'text/html') return answer
  answer.discard()
  throw new Fault('drive/export-failed', call.subject, { detail: 'a web page came, perhaps asking to sign in' })
}

async function* document(answer: Answer, format: ExportFormat, subject: string): AsyncGenerator<Uint8Array, void> {
  let tail: Uint8Array = new Uint8Array()
  for await (const piece of body(answer, subject, { skip: 0, length: null })) {
    tail = Buffer.concat([tail, piece.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES)
    yield piece
  }
  if (isWhole(format.mimeType, Buffer.from(tail))) return
  throw new Fault('drive/interrupted', subject, { detail: 'the exported document ends before its end' })
}

/** Enough to hold the end mark of each format. */
const TAIL_BYTES = 1024

/**
 * Nobody tells how long an export is, so one that was cut short with clean framing would pass. The formats themselves know where
 * they end: a zip's directory stands last, and text of this kind closes what it opened. Formats without an end mark are taken as they are.
 */
function isWhole(mimeType: string, tail: Buffer): boolean {
  if (mimeType.includes('officedocument') || mimeType.includes('opendocument') || mimeType.endsWith('zip')) {
    return tail.includes('PK\x05\x06', 0, 'latin1')
  }
  if (mimeType === 'image/svg+xml') return tail.includes('</svg')
  if (mimeType === 'application/pdf') return tail.includes('%%EOF')
  if (mimeType.endsWith('json')) return tail.toString().trimEnd().endsWith('}')
  return true
}
