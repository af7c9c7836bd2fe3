import { Fault } from '../backup/faults.ts'
import type { ExportFormat, Item } from '../backup/item.ts'
import type { DriveClient, MediaCall } from './client.ts'
import { body, nameOf } from './content.ts'
import type { Corpus } from './corpus.ts'
import { type Answer, header } from './http.ts'
import { isObject } from './items.ts'
import { PRICES } from './pacing.ts'

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
  if (format === null) throw new Fault('drive/not-exportable', subject, { detail: item.mimeType })
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
    return document(await client.media(call, signal), format, subject)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'drive/export-failed') throw error
    const address = await exportLink(client, call, item, format, signal)
    return document(await client.media({ ...call, address }, signal), format, subject)
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

function document(answer: Answer, format: ExportFormat, subject: string): AsyncIterable<Uint8Array> {
  const type = (header(answer, 'content-type') ?? '').toLowerCase()
  if (type.startsWith('text/html') && format.mimeType !== 'text/html') {
    answer.discard()
    throw new Fault('drive/export-failed', subject, { detail: 'a web page came, perhaps asking to sign in' })
  }
  return body(answer, subject, { skip: 0, length: null })
}
