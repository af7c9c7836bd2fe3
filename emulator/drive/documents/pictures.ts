import { crc32, deflateSync } from 'node:zlib'
import { seeded, slice } from '../store/content.ts'
import { type Story, textBallast, xml } from './story.ts'

const SIDE = 64

export function svg({ title, rows, stamp, ballast }: Story): Buffer {
  const bars = rows.slice(1).map(([, at, amount], index) => {
    const width = Math.round(Number(amount) / 3)
    return `<rect x="10" y="${40 + index * 14}" width="${width}" height="10" fill="#${(Number(at) * 0x2b3c5).toString(16).padStart(6, '0').slice(-6)}"/>`
  })
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 500"><title>${xml(title)}</title><metadata>${xml(stamp)}</metadata>` +
      `<text x="10" y="25">${xml(title)}</text>${bars.join('')}<desc>${textBallast(ballast)}</desc></svg>\n`,
  )
}

/** A square of one colour, which follows from the text. */
export function png({ paragraphs, stamp, ballast }: Story): Buffer {
  const header = Buffer.from([0, 0, 0, SIDE, 0, 0, 0, SIDE, 8, 2, 0, 0, 0]) // 8 bits, RGB
  const line = Buffer.alloc(1 + 3 * SIDE, crc32(paragraphs.join()) & 0xff)
  line[0] = 0 // no filter
  const pixels = deflateSync(Buffer.concat(Array.from({ length: SIDE }, () => line)))
  const chunks = [
    pngChunk('IHDR', header),
    pngChunk('tEXt', Buffer.from(`Comment\0${stamp}`)),
    ...(ballast > 0 ? [pngChunk('baLl', slice(seeded(stamp, ballast)))] : []), // ancillary and private: readers skip it
    pngChunk('IDAT', pixels),
    pngChunk('IEND', Buffer.alloc(0)),
  ]
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks])
}

function pngChunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(typed))
  return Buffer.concat([length, typed, sum])
}

const SEGMENT = 65_533

/** A grey square of eight pixels; stamp and ballast are comments, of which a file may have any number. */
export function jpeg({ stamp, ballast }: Story): Buffer {
  const comments = [jpegSegment(0xfe, Buffer.from(stamp))]
  for (let left = ballast; left > 0; left -= SEGMENT) {
    comments.push(jpegSegment(0xfe, slice(seeded(`${stamp}${left}`, Math.min(SEGMENT, left)))))
  }
  const quantization = Buffer.concat([Buffer.from([0]), Buffer.alloc(64, 1)])
  const frame = Buffer.from([8, 0, 8, 0, 8, 1, 1, 0x11, 0])
  const oneCode = (table: number): Buffer => Buffer.from([table, 1, ...Array(15).fill(0), 0])
  const scan = Buffer.from([1, 1, 0x00, 0, 63, 0])
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    jpegSegment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    ...comments,
    jpegSegment(0xdb, quantization),
    jpegSegment(0xc0, frame),
    jpegSegment(0xc4, oneCode(0x00)),
    jpegSegment(0xc4, oneCode(0x10)),
    jpegSegment(0xda, scan),
    Buffer.from([0x3f]), // two codes of one bit, each "nothing", then ones to fill the byte
    Buffer.from([0xff, 0xd9]),
  ])
}

function jpegSegment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(data.length + 2, 2)
  return Buffer.concat([head, data])
}
