import { seeded, slice } from '../store/content.ts'
import { type Story, xml } from './story.ts'
import { type ZipEntry, zip } from './zip.ts'

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
const NAMESPACE = 'urn:oasis:names:tc:opendocument:xmlns'
const MIME = 'application/vnd.oasis.opendocument'

export function odt(story: Story): Buffer {
  const lines = [story.title, ...story.paragraphs].map((text) => `<text:p>${xml(text)}</text:p>`)
  return openDocument(story, `${MIME}.text`, `<office:text>${lines.join('')}</office:text>`)
}

export function ods(story: Story): Buffer {
  const cell = (value: string | number): string => {
    const type = typeof value === 'number' ? `float" office:value="${value}` : 'string'
    return `<table:table-cell office:value-type="${type}"><text:p>${xml(value)}</text:p></table:table-cell>`
  }
  const rows = story.rows.map((row) => `<table:table-row>${row.map(cell).join('')}</table:table-row>`)
  const table = `<table:table table:name="Sheet1">${rows.join('')}</table:table>`
  return openDocument(story, `${MIME}.spreadsheet`, `<office:spreadsheet>${table}</office:spreadsheet>`)
}

export function odp(story: Story): Buffer {
  const lines = [story.title, ...story.paragraphs].map((text) => `<text:p>${xml(text)}</text:p>`)
  const frame = `<draw:frame svg:x="2cm" svg:y="2cm" svg:width="20cm" svg:height="12cm"><draw:text-box>${lines.join('')}</draw:text-box></draw:frame>`
  const page = `<draw:page draw:name="page1" draw:master-page-name="">${frame}</draw:page>`
  return openDocument(story, `${MIME}.presentation`, `<office:presentation>${page}</office:presentation>`)
}

function openDocument(story: Story, mimeType: string, body: string): Buffer {
  const spaces = ['office', 'text', 'table', 'meta'].map((name) => `xmlns:${name}="${NAMESPACE}:${name}:1.0"`).join(' ')
  const graphics = `xmlns:draw="${NAMESPACE}:drawing:1.0" xmlns:svg="${NAMESPACE}:svg-compatible:1.0"`
  const content = `<office:document-content ${spaces} ${graphics} office:version="1.2"><office:body>${body}</office:body></office:document-content>`
  const meta = `<office:document-meta ${spaces} xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.2"><office:meta><dc:title>${xml(story.title)}</dc:title><dc:date>${story.exportedAt.toISOString()}</dc:date><meta:user-defined meta:name="export">${xml(story.stamp)}</meta:user-defined></office:meta></office:document-meta>`
  const files: ZipEntry[] = [
    { name: 'content.xml', data: HEAD + content },
    { name: 'meta.xml', data: HEAD + meta },
  ]
  if (story.ballast > 0) files.push(ballast(story, 'Pictures/ballast.bin'))
  const listed = files.map(({ name }) => manifestEntry(name, name.endsWith('.xml') ? 'text/xml' : ''))
  const manifest = `<manifest:manifest xmlns:manifest="${NAMESPACE}:manifest:1.0" manifest:version="1.2">${manifestEntry('/', mimeType)}${listed.join('')}</manifest:manifest>`
  return zip(
    [typeEntry(mimeType), ...files, { name: 'META-INF/manifest.xml', data: HEAD + manifest }],
    story.exportedAt,
  )
}

function manifestEntry(path: string, type: string): string {
  return `<manifest:file-entry manifest:full-path="${path}" manifest:media-type="${type}"/>`
}

export function epub(story: Story): Buffer {
  const container =
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
  const when = story.exportedAt.toISOString().replace(/\.\d+/, '')
  const extra = story.ballast > 0 ? '<item id="ballast" href="ballast.bin" media-type="application/octet-stream"/>' : ''
  const book = `<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">${xml(story.stamp)}</dc:identifier><dc:title>${xml(story.title)}</dc:title><dc:language>en</dc:language><meta property="dcterms:modified">${when}</meta></metadata><manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/><item id="text" href="text.xhtml" media-type="application/xhtml+xml"/>${extra}</manifest><spine><itemref idref="text"/></spine></package>`
  const page = (body: string): string =>
    `${HEAD}<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>${xml(story.title)}</title></head><body>${body}</body></html>`
  const entries: ZipEntry[] = [
    typeEntry('application/epub+zip'),
    { name: 'META-INF/container.xml', data: HEAD + container },
    { name: 'book.opf', data: HEAD + book },
    {
      name: 'nav.xhtml',
      data: page(`<nav epub:type="toc"><ol><li><a href="text.xhtml">${xml(story.title)}</a></li></ol></nav>`),
    },
    { name: 'text.xhtml', data: page(story.paragraphs.map((text) => `<p>${xml(text)}</p>`).join('')) },
  ]
  if (story.ballast > 0) entries.push(ballast(story, 'ballast.bin'))
  return zip(entries, story.exportedAt)
}

/** Both formats want it first and uncompressed, so that the type can be read at a fixed place of the file. */
function typeEntry(mimeType: string): ZipEntry {
  return { name: 'mimetype', data: mimeType, stored: true }
}

function ballast(story: Story, name: string): ZipEntry {
  return { name, data: slice(seeded(story.title, story.ballast)), stored: true }
}
