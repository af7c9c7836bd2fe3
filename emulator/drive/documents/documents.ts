import { randomBytes } from 'node:crypto'
import { DOCX, EXPORT_FORMATS, nativeType, PPTX, XLSX } from '../store/kinds.ts'
import { docx, xlsx } from './office.ts'
import { epub, odp, ods, odt } from './opendocument.ts'
import { pdf } from './pdf.ts'
import { jpeg, png, svg } from './pictures.ts'
import { pptx } from './presentation.ts'
import { type Story, storyOf } from './story.ts'
import { csv, html, markdown, plainText, rtf, scriptProject, tsv } from './text.ts'
import { zip } from './zip.ts'

/** What of a native document decides what its exports say. */
export type NativeDocument = {
  id: string
  name: string
  mimeType: string
  version: number
  /** About how many bytes an export comes to (never fewer, unless the bare text is longer); null adds no ballast. */
  exportSize: number | null
}

const WRITERS: Readonly<Record<string, (story: Story) => Buffer>> = {
  [DOCX]: docx,
  [XLSX]: xlsx,
  [PPTX]: pptx,
  'application/vnd.oasis.opendocument.text': odt,
  'application/vnd.oasis.opendocument.spreadsheet': ods,
  'application/x-vnd.oasis.opendocument.spreadsheet': ods,
  'application/vnd.oasis.opendocument.presentation': odp,
  'application/epub+zip': epub,
  'application/zip': webPage,
  'application/rtf': rtf,
  'application/pdf': pdf,
  'text/html': html,
  'text/plain': plainText,
  'text/markdown': markdown,
  'text/x-markdown': markdown,
  'text/csv': csv,
  'text/tab-separated-values': tsv,
  'image/svg+xml': svg,
  'image/png': png,
  'image/jpeg': jpeg,
  [`${nativeType('script')}+json`]: scriptProject,
}

/**
 * The bytes of an export; nothing when Drive does not offer this format for this kind of document.
 *
 * The words stay the same until the version changes, and the file opens in the programs made for it. But no two exports are the
 * same bytes, as with Google: who tells versions apart by a hash of the export finds out here.
 */
export function exportDocument(document: NativeDocument, mimeType: string, now: number): Buffer | undefined {
  const format = mimeType.toLowerCase()
  const write = WRITERS[format]
  if (write === undefined || !EXPORT_FORMATS[document.mimeType]?.includes(format)) return undefined
  const exportedAt = new Date(now)
  const story: Story = {
    ...storyOf(`${document.id}:${document.version}`, document.name),
    exportedAt,
    stamp: `${exportedAt.toISOString()} ${randomBytes(8).toString('hex')}`,
    ballast: 0,
  }
  const bare = write(story)
  const missing = (document.exportSize ?? 0) - bare.length
  return missing > 0 ? write({ ...story, ballast: missing }) : bare
}

/** A document or a sheet as a web page in an archive. */
function webPage(story: Story): Buffer {
  const stored = story.ballast > 0 // words repeated would shrink to nothing
  return zip([{ name: 'index.html', data: html(story), stored }], story.exportedAt)
}
