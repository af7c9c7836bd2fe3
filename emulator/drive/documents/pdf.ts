import { seeded, slice } from '../store/content.ts'
import type { Story } from './story.ts'

const LINE_LENGTH = 90
const LINES_A_PAGE = 48

/** A PDF of as many pages as the text needs, in the one font that every reader has. */
export function pdf(story: Story): Buffer {
  const lines = [story.title, '', ...story.paragraphs.flatMap((text) => [...wrap(text), ''])]
  const pages: string[][] = []
  for (let at = 0; at < lines.length; at += LINES_A_PAGE) pages.push(lines.slice(at, at + LINES_A_PAGE))

  // Objects are numbered from 1: catalog, page tree, font, info, ballast, then two for each page.
  const first = 6
  const kids = pages.map((_, index) => `${first + 2 * index} 0 R`).join(' ')
  const objects: Buffer[] = [
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`),
    Buffer.from('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>'),
    Buffer.from(
      `<< /Title ${text(story.title)} /CreationDate (D:${compact(story.exportedAt)}Z) /Keywords ${text(story.stamp)} >>`,
    ),
    stream(slice(seeded(story.title, story.ballast))),
  ]
  pages.forEach((page, index) => {
    const contents = first + 2 * index + 1
    objects.push(
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${contents} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      ),
      stream(
        Buffer.from(
          `BT /F1 11 Tf 15 TL 50 790 Td\n${page.map((line) => `${text(line)} Tj T*`).join('\n')}\nET`,
          'latin1',
        ),
      ),
    )
  })
  return assemble(objects)
}

function assemble(objects: Buffer[]): Buffer {
  const parts = [Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  let offset = parts[0]?.length ?? 0
  const places = objects.map((body, index) => {
    const whole = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), body, Buffer.from('\nendobj\n')])
    const place = offset
    parts.push(whole)
    offset += whole.length
    return place
  })
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R /Info 4 0 R >>\nstartxref\n${offset}\n%%EOF\n`,
    ),
  )
  return Buffer.concat(parts)
}

function stream(data: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`<< /Length ${data.length} >>\nstream\n`), data, Buffer.from('\nendstream')])
}

/** Latin letters only: a font for the rest would have to be embedded. */
function text(line: string): string {
  return `(${line.replace(/[^ -~]/g, '?').replace(/[\\()]/g, '\\$&')})`
}

function wrap(paragraph: string): string[] {
  return paragraph.match(new RegExp(`.{1,${LINE_LENGTH}}(?: |$)`, 'g')) ?? []
}

function compact(at: Date): string {
  return at.toISOString().replace(/\D/g, '').slice(0, 14)
}
