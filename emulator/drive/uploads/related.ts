import { badRequest } from '../http/errors.ts'

export type RelatedBody = { metadata: Buffer; media: Buffer; mediaType: string | undefined }

const BREAK = Buffer.from('\r\n\r\n')

/** Takes a `multipart/related` upload apart: the File as JSON, then the bytes. */
export function parseRelated(contentType: string | undefined, body: Buffer): RelatedBody {
  const [, quoted, bare] = /^multipart\/related\b.*?;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '') ?? []
  const boundary = quoted ?? bare
  if (boundary === undefined) throw badRequest('Missing end boundary in multipart body.')
  const parts = split(body, boundary).map(parsePart)
  const [metadata, media] = parts
  if (metadata === undefined || media === undefined || parts.length !== 2) {
    throw badRequest('Multipart body must have exactly two parts.')
  }
  const encoded = media.headers.get('content-transfer-encoding')?.toLowerCase() === 'base64'
  return {
    metadata: metadata.data,
    media: encoded ? Buffer.from(media.data.toString('latin1'), 'base64') : media.data,
    mediaType: media.headers.get('content-type'),
  }
}

function split(body: Buffer, boundary: string): Buffer[] {
  const parts: Buffer[] = []
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  // The first delimiter may open the body, without a line break before it.
  let from = body.indexOf(`--${boundary}`)
  if (from < 0) throw badRequest('Missing end boundary in multipart body.')
  from += delimiter.length - 2
  while (body.toString('latin1', from, from + 2) !== '--') {
    const next = body.indexOf(delimiter, from)
    if (next < 0) throw badRequest('Missing end boundary in multipart body.')
    parts.push(body.subarray(body.indexOf('\r\n', from) + 2, next))
    from = next + delimiter.length
  }
  return parts
}

function parsePart(part: Buffer): { headers: Map<string, string>; data: Buffer } {
  // A part without headers begins with the line break that ends them.
  const bare = part.indexOf('\r\n') === 0
  const end = bare ? 0 : part.indexOf(BREAK)
  if (end < 0) throw badRequest('Malformed multipart body.')
  const lines = part.toString('latin1', 0, end).split('\r\n').filter(Boolean)
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const
    }),
  )
  return { headers, data: part.subarray(end + (bare ? 2 : BREAK.length)) }
}
