import { seeded, slice } from '../store/content.ts'
import { type Story, xml } from './story.ts'
import { type ZipEntry, zip } from './zip.ts'

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
/** The namespace of the links between parts. */
export const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
export const OOXML = 'application/vnd.openxmlformats-officedocument'
const SHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'

type Part = { name: string; type: string; body: string; relations?: { id: string; type: string; target: string }[] }

export function docx(story: Story): Buffer {
  const paragraph = (text: string): string => `<w:p><w:r><w:t xml:space="preserve">${xml(text)}</w:t></w:r></w:p>`
  const body = [story.title, ...story.paragraphs].map(paragraph).join('')
  const main = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}<w:sectPr/></w:body></w:document>`
  return office(story, [{ name: 'word/document.xml', type: `${OOXML}.wordprocessingml.document.main+xml`, body: main }])
}

export function xlsx(story: Story): Buffer {
  const cell = (value: string | number): string =>
    typeof value === 'number' ? `<c><v>${value}</v></c>` : `<c t="inlineStr"><is><t>${xml(value)}</t></is></c>`
  const rows = story.rows.map((row) => `<row>${row.map(cell).join('')}</row>`).join('')
  return office(story, [
    {
      name: 'xl/workbook.xml',
      type: `${OOXML}.spreadsheetml.sheet.main+xml`,
      body: `<workbook xmlns="${SHEET}" xmlns:r="${OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      relations: [{ id: 'rId1', type: `${OFFICE}/worksheet`, target: 'worksheets/sheet1.xml' }],
    },
    {
      name: 'xl/worksheets/sheet1.xml',
      type: `${OOXML}.spreadsheetml.worksheet+xml`,
      body: `<worksheet xmlns="${SHEET}"><sheetData>${rows}</sheetData></worksheet>`,
    },
  ])
}

/** Packs parts, the first being the one that opens; adds the properties that name title and time, and the ballast. */
export function office(story: Story, parts: [Part, ...Part[]]): Buffer {
  const when = story.exportedAt.toISOString()
  const core = `<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${xml(story.title)}</dc:title><dc:identifier>${xml(story.stamp)}</dc:identifier><dcterms:modified xsi:type="dcterms:W3CDTF">${when}</dcterms:modified></cp:coreProperties>`
  const overrides = parts.map(({ name, type }) => `<Override PartName="/${name}" ContentType="${type}"/>`).join('')
  const types = `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="bin" ContentType="application/octet-stream"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>${overrides}</Types>`
  const entries: ZipEntry[] = [
    { name: '[Content_Types].xml', data: HEAD + types },
    {
      name: '_rels/.rels',
      data: relations([
        { id: 'rId1', type: `${OFFICE}/officeDocument`, target: parts[0].name },
        { id: 'rId2', type: `${PACKAGE}/relationships/metadata/core-properties`, target: 'docProps/core.xml' },
      ]),
    },
    { name: 'docProps/core.xml', data: HEAD + core },
  ]
  for (const { name, body, relations: own } of parts) {
    entries.push({ name, data: HEAD + body })
    if (own !== undefined) entries.push({ name: name.replace(/([^/]+)$/, '_rels/$1.rels'), data: relations(own) })
  }
  if (story.ballast > 0) {
    entries.push({ name: 'docProps/ballast.bin', data: slice(seeded(story.title, story.ballast)), stored: true })
  }
  return zip(entries, story.exportedAt)
}

function relations(list: { id: string; type: string; target: string }[]): string {
  const each = list.map(({ id, type, target }) => `<Relationship Id="${id}" Type="${type}" Target="${target}"/>`)
  return `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${each.join('')}</Relationships>`
}
