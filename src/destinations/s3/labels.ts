import type { Labels } from '../../backup/model/destination.ts'
import type { Answer } from './api/errors.ts'

/**
 * Every object explains itself in its user metadata (`x-amz-meta-…`), so that a bucket can be read without the catalog:
 *
 * - `drivekeep-file-id`: Drive's id;
 * - `drivekeep-revision`: which content of the file (see `revisionOf`), percent-encoded where it holds odd characters;
 * - `drivekeep-modified-time`: ISO 8601 in UTC;
 * - `drivekeep-sha256`: of the content, hex; only where it was known before the upload;
 * - `drivekeep-path`: the path in Drive, UTF-8 percent-encoded (metadata in raw UTF-8 comes back garbled or as RFC 2047 from
 *   some servers). A path that would be too long loses its front, so that the name survives, and then starts with `…/`.
 *
 * `content-type` is the MIME type in Drive.
 */
const NAMES = {
  fileId: 'x-amz-meta-drivekeep-file-id',
  modifiedTime: 'x-amz-meta-drivekeep-modified-time',
  path: 'x-amz-meta-drivekeep-path',
  revision: 'x-amz-meta-drivekeep-revision',
  sha256: 'x-amz-meta-drivekeep-sha256',
} as const

/** AWS refuses metadata over 2,048 bytes, names included. All labels but the path stay under 500. */
const MAX_PATH_BYTES = 1400
const CUT = '…/'

/** A media type as RFC 9110 writes it, with parameters or without. */
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?: ?; ?[\w!#$&^.+-]+=(?:[\w!#$&^.+-]+|"[ !#-[\]-~]*"))*$/
const PLAIN = /^[\w.-]*$/

export interface ReadLabels {
  fileId: string | null
  revision: string | null
  /** ms since 1970, UTC. */
  modifiedTime: number | null
  sha256: string | null
  /** With `…/` in front where it was cut. */
  path: string | null
}

/** The headers that write the labels, `sha256` being the content's if it is known already. */
export function labelHeaders(labels: Labels, sha256: string | null): Record<string, string> {
  const headers: Record<string, string> = {
    [NAMES.fileId]: encoded(labels.fileId),
    [NAMES.modifiedTime]: new Date(labels.modifiedTime).toISOString(),
    [NAMES.path]: encodedPath(labels.path),
    [NAMES.revision]: encoded(labels.revision),
  }
  if (sha256 !== null) headers[NAMES.sha256] = sha256
  // Signatures count doubled blanks as one, and not every server agrees within quotes.
  const valid = labels.mimeType.length <= 255 && MEDIA_TYPE.test(labels.mimeType) && !labels.mimeType.includes('  ')
  if (valid) headers['content-type'] = labels.mimeType
  return headers
}

/** The labels of a stored object, from the headers of a HEAD or GET; null for what is missing or not ours. */
export function readLabels(headers: Answer['headers']): ReadLabels {
  const modified = Date.parse(header(headers, NAMES.modifiedTime) ?? '')
  return {
    fileId: decoded(header(headers, NAMES.fileId)),
    revision: decoded(header(headers, NAMES.revision)),
    modifiedTime: Number.isNaN(modified) ? null : modified,
    sha256: header(headers, NAMES.sha256),
    path: decoded(header(headers, NAMES.path)),
  }
}

/** What describes a stored object, as headers that give another object the same description. */
export function describingHeaders(headers: Answer['headers']): Record<string, string> {
  const names = Object.keys(headers).filter((name) => name === 'content-type' || name.startsWith('x-amz-meta-'))
  return Object.fromEntries(names.map((name) => [name, header(headers, name) ?? '']))
}

/** A header that comes once; null when it is missing. */
export function header(headers: Answer['headers'], name: string): string | null {
  const value = headers[name]
  return typeof value === 'string' ? value : null
}

/** The version that an answer names. Some servers name the version `null`: it is not kept when the key is written again, so it is none. */
export function versionIdOf(headers: Answer['headers']): string | null {
  const versionId = header(headers, 'x-amz-version-id')
  return versionId === 'null' ? null : versionId
}

/** ETags without their quotes: servers differ in whether they send them. */
export function etagOf(headers: Answer['headers']): string | null {
  return header(headers, 'etag')?.replace(/^(?:W\/)?"|"$/g, '') ?? null
}

function encoded(text: string): string {
  return PLAIN.test(text) ? text : encodeURIComponent(text.toWellFormed())
}

function encodedPath(path: string): string {
  const whole = encodePath(path)
  if (whole.length <= MAX_PATH_BYTES) return whole
  const mark = encodePath(CUT)
  const characters = [...path.toWellFormed()]
  let length = mark.length
  let first = characters.length
  while (first > 0) {
    length += encodePath(characters[first - 1] ?? '').length
    if (length > MAX_PATH_BYTES) break
    first -= 1
  }
  return mark + encodePath(characters.slice(first).join(''))
}

function encodePath(path: string): string {
  return encodeURIComponent(path.toWellFormed()).replaceAll('%2F', '/')
}

function decoded(value: string | null): string | null {
  if (value === null) return null
  try {
    return decodeURIComponent(value)
  } catch {
    return null // not written by us
  }
}
