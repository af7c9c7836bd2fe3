import { inflateRawSync } from 'node:zlib'
import { XMLValidator } from 'fast-xml-parser'
import { expect, test } from 'vitest'
import { DOCX, EXPORT_FORMATS, nativeType, XLSX } from '../store/kinds.ts'
import { exportDocument, type NativeDocument } from './documents.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const every = Object.entries(EXPORT_FORMATS).flatMap(([kind, formats]) =>
  formats.map((format) => [kind, format] as const),
)

function document(mimeType: string, more: Partial<NativeDocument> = {}): NativeDocument {
  return { id: 'id', name: 'Q3 "plan" <&> \u0007日本\ud800', mimeType, version: 1, exportSize: null, ...more }
}

function made(source: NativeDocument, format: string): Buffer {
  const bytes = exportDocument(source, format, NOW)
  if (bytes === undefined) throw new Error(`no ${format} of ${source.mimeType}`)
  return bytes
}

/** Reads an archive from its end, as office programs do, sharing nothing with the writer. */
function unzip(archive: Buffer): Map<string, Buffer> {
  const end = archive.lastIndexOf('PK\x05\x06')
  const files = new Map<string, Buffer>()
  let at = archive.readUInt32LE(end + 16)
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, packed, size] = [
      archive.readUInt16LE(at + 10),
      archive.readUInt32LE(at + 20),
      archive.readUInt32LE(at + 24),
    ]
    const nameLength = archive.readUInt16LE(at + 28)
    const local = archive.readUInt32LE(at + 42)
    const data = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
    const raw = archive.subarray(data, data + packed)
    const content = method === 0 ? raw : inflateRawSync(raw)
    expect(content.length).toBe(size)
    files.set(archive.toString('utf8', at + 46, at + 46 + nameLength), content)
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
  }
  return files
}

test.each(every)('%s as %s: two exports differ, and a wanted size is met', (kind, format) => {
  expect(made(document(kind), format).equals(made(document(kind), format))).toBe(false)
  const large = made(document(kind, { exportSize: 1_000_000 }), format).length
  expect(large).toBeGreaterThanOrEqual(1_000_000)
  expect(large).toBeLessThan(1_010_000)
})

test('archives hold well-formed XML throughout, ballast or not', () => {
  const archives = every.filter(([, format]) => /openxml|opendocument|x-vnd|epub/.test(format))
  expect(archives.length).toBe(8)
  for (const [kind, format] of archives) {
    for (const exportSize of [null, 50_000]) {
      const files = unzip(made(document(kind, { exportSize }), format))
      expect(files.size).toBeGreaterThanOrEqual(4)
      for (const [name, content] of files) {
        if (!/\.(xml|rels|opf|xhtml)$/.test(name)) continue
        expect(XMLValidator.validate(content.toString()), `${format} ${name}`).toBe(true)
      }
    }
  }
})

test('an open document names its type at a fixed place', () => {
  const odt = made(document(nativeType('document')), 'application/vnd.oasis.opendocument.text')
  expect(odt.toString('latin1', 30, 77)).toBe('mimetypeapplication/vnd.oasis.opendocument.text')
})

test('the words follow the version, and are the same in every format', () => {
  const words = (version: number, format: string) =>
    made(document(nativeType('document'), { version }), format).toString()
  const paragraph = /<p>([^<]+)<\/p>/.exec(words(1, 'text/html'))?.[1] ?? ''
  expect(paragraph.length).toBeGreaterThan(20)
  expect(words(1, 'text/plain')).toContain(paragraph)
  expect(words(1, 'text/markdown')).toContain(paragraph)
  expect(words(2, 'text/plain')).not.toContain(paragraph)
  const body = unzip(made(document(nativeType('document')), DOCX)).get('word/document.xml')
  expect(body?.toString()).toContain(paragraph)
  expect(body?.toString()).toContain('Q3 &#34;plan&#34; &#60;&#38;&#62;  日本\ufffd')
})

test('a sheet keeps numbers as numbers, and a comma within a cell', () => {
  const sheet = unzip(made(document(nativeType('spreadsheet')), XLSX))
    .get('xl/worksheets/sheet1.xml')
    ?.toString()
  expect(sheet).toContain('<c><v>1</v></c>')
  expect(made(document(nativeType('spreadsheet')), 'text/csv').toString()).toMatch(
    /^Item,Number,Amount\r\n"[a-z]+, [a-z]+",1,/,
  )
})

test('the cross-reference of a PDF points at its objects', () => {
  const pdf = made(document(nativeType('document'), { exportSize: 30_000 }), 'application/pdf').toString('latin1')
  const table = pdf.slice(Number(/startxref\n(\d+)/.exec(pdf)?.[1]))
  const places = [...table.matchAll(/^(\d{10}) 00000 n/gm)].map(([, place]) => Number(place))
  expect(places.length).toBeGreaterThanOrEqual(7)
  places.forEach((place, index) => {
    expect(pdf.slice(place, place + 12)).toContain(`${index + 1} 0 obj`)
  })
})

test('a format that Drive does not offer for this kind is refused', () => {
  expect(exportDocument(document(nativeType('drawing')), DOCX, NOW)).toBeUndefined()
  expect(exportDocument(document(nativeType('vid')), 'video/mp4', NOW)).toBeUndefined()
  expect(exportDocument(document(nativeType('document')), 'TEXT/PLAIN', NOW)).toBeDefined()
})
