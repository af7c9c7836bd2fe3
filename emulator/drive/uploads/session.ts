import { randomBytes } from 'node:crypto'
import { badRequest, DriveError } from '../http/errors.ts'

/** Chunks but the last are kept in whole units of this; what is over has to be sent again. */
const UNIT = 256 * 1024
const LIFE = 7 * 24 * 3600_000
/** The emulator holds uploads in memory; what Drive allows, 5 TB, it could not. */
export const LARGEST_UPLOAD = 1024 * 1024 * 1024

/** What a resumable upload is for: `file` makes or changes the file once all bytes are there. */
export type Session<File> = {
  id: string
  total: number | undefined
  /** The file, once there is one; the session then only repeats it. */
  finish: (bytes: Buffer) => Promise<File>
  file: Promise<File> | undefined
  chunks: Buffer[]
  received: number
  diesAt: number
}

/** Uploads under way, by the id in their address. */
export class Sessions<File> {
  readonly #now: () => number
  readonly #open = new Map<string, Session<File>>()

  constructor(now: () => number) {
    this.#now = now
  }

  open(total: number | undefined, finish: (bytes: Buffer) => Promise<File>): Session<File> {
    if (total !== undefined && total > LARGEST_UPLOAD) throw tooLarge()
    const session: Session<File> = {
      id: `A${randomBytes(48).toString('base64url')}`,
      total,
      finish,
      file: undefined,
      chunks: [],
      received: 0,
      diesAt: this.#now() + LIFE,
    }
    this.#open.set(session.id, session)
    return session
  }

  /** The session of an address: 404 if there never was one, 410 if its week is over. */
  find(id: string): Session<File> {
    const session = this.#open.get(id)
    if (session === undefined) throw new DriveError(404, { reason: 'notFound', message: 'Not Found' })
    if (session.diesAt <= this.#now()) throw new DriveError(410, { reason: 'deleted', message: 'Gone' })
    return session
  }
}

/**
 * Adds one request's bytes to an upload; gives the file when it is complete, nothing while bytes are missing.
 *
 * Bytes sent twice are skipped, a gap is refused, and a request without bytes only asks how far the upload has come.
 */
export async function receive<File>(
  session: Session<File>,
  contentRange: string | undefined,
  bytes: Buffer,
): Promise<File | undefined> {
  if (session.file !== undefined) return session.file
  const range = parseRange(contentRange, bytes.length)
  if (range.total !== undefined) {
    if (session.total !== undefined && session.total !== range.total) {
      throw badRequest(`Invalid request. The upload's size was announced as ${session.total}, not ${range.total}.`)
    }
    session.total = range.total
  }
  if (range.start !== undefined) append(session, range.start, bytes)
  const complete = session.total !== undefined && session.received >= session.total
  // A query of an upload of unknown size says nothing about its end.
  if (!complete || (range.start === undefined && range.total === undefined)) return undefined
  session.file = session.finish(Buffer.concat(session.chunks, session.received))
  session.chunks = []
  return session.file
}

/** The header that tells a client where to go on; none while nothing is stored. */
export function progress<File>(session: Session<File>): Record<string, string> {
  return session.received === 0 ? {} : { Range: `bytes=0-${session.received - 1}` }
}

function append<File>(session: Session<File>, start: number, bytes: Buffer): void {
  if (start > session.received) {
    throw badRequest(
      `Invalid request. According to the Content-Range header, the upload offset is ${start} byte(s), which exceeds already uploaded size of ${session.received} byte(s).`,
    )
  }
  const end = start + bytes.length
  if (session.total !== undefined && end > session.total) throw badRequest('Invalid request. Too many bytes.')
  if (end > LARGEST_UPLOAD) throw tooLarge()
  if (end <= session.received) return
  const last = end === session.total
  const kept = last ? end : end - (end % UNIT)
  if (kept <= session.received) return
  session.chunks.push(bytes.subarray(session.received - start, kept - start))
  session.received = kept
}

type Range = { start: number | undefined; total: number | undefined }

function parseRange(header: string | undefined, length: number): Range {
  if (header === undefined) return { start: 0, total: length } // all in one request
  const match = /^bytes (?:(\d+)-(\d+)|\*)\/(?:(\d+)|\*)$/.exec(header)
  if (match === null) throw badRequest(`Failed to parse Content-Range header: ${header}`)
  const [, from, to, whole] = match
  const total = whole === undefined ? undefined : Number(whole)
  if (from === undefined) {
    if (length > 0) throw badRequest('Invalid request. A status query has no body.')
    return { start: undefined, total }
  }
  if (Number(to) - Number(from) + 1 !== length) {
    throw badRequest(`Invalid request. There were ${length} byte(s) in the request body, not those of ${header}.`)
  }
  return { start: Number(from), total }
}

/** What is beyond the memory of the emulator, though not beyond Drive. */
export function tooLarge(): DriveError {
  return new DriveError(413, {
    reason: 'uploadTooLarge',
    message: `The emulator takes uploads of up to ${LARGEST_UPLOAD} bytes.`,
  })
}
