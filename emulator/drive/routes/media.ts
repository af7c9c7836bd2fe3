import type { Reply } from '../http/call.ts'
import { DriveError } from '../http/errors.ts'
import { type Content, SMALL, slice, stream } from '../store/content.ts'

/** Serves content, whole or the range asked for. Ranges start anywhere without reading what is before. */
export function mediaReply(content: Content, mimeType: string, range: string | undefined): Reply {
  const { size } = content
  if (range === undefined) return partOf(content, 0, size, 200, { 'Content-Type': mimeType, 'Accept-Ranges': 'bytes' })
  const wanted = parseRange(range, size)
  if (wanted === 'all') return mediaReply(content, mimeType, undefined)
  if (wanted === 'none') throw rangeNotSatisfiable(size)
  const { start, end } = wanted
  return partOf(content, start, end, 206, {
    'Content-Type': mimeType,
    'Accept-Ranges': 'bytes',
    'Content-Range': `bytes ${start}-${end - 1}/${size}`,
  })
}

function partOf(content: Content, start: number, end: number, status: number, headers: Record<string, string>): Reply {
  const length = end - start
  if (length <= SMALL && content.from !== 'disk') return { status, headers, body: slice(content, start, end) }
  return { status, headers, body: stream(content, start, end), length }
}

/** A single byte range as [start, end); several ranges, or none that can be read, count as a request for everything. */
function parseRange(header: string, size: number): { start: number; end: number } | 'all' | 'none' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim())
  const [, first = '', last = ''] = match ?? []
  if (!match || (first === '' && last === '')) return 'all'
  if (first === '') {
    const suffix = Math.min(Number(last), size)
    return suffix === 0 ? 'none' : { start: size - suffix, end: size }
  }
  const start = Number(first)
  const end = last === '' ? size : Math.min(Number(last) + 1, size)
  if (last !== '' && Number(last) < start) return 'all'
  return start >= size ? 'none' : { start, end }
}

function rangeNotSatisfiable(size: number): DriveError {
  return new DriveError(
    416,
    {
      reason: 'requestedRangeNotSatisfiable',
      message: 'Request range not satisfiable',
      location: 'Range',
      locationType: 'header',
    },
    { headers: { 'Content-Range': `bytes */${size}` } },
  )
}
