import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { Reply } from './call.ts'

const compress = promisify(gzip)
/** Below this gzip costs more than it saves. */
const WORTH_COMPRESSING = 1024

/** Google escapes what a careless page could take for markup, and characters that nobody sees. */
const UNSAFE = /[<>\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]/g
const HAS_UNSAFE = /[<>\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]/

/** A JSON text as Google writes it. */
function serialise(value: unknown, pretty: boolean): string {
  const text = pretty ? `${JSON.stringify(value, null, 2)}\n` : JSON.stringify(value)
  if (!HAS_UNSAFE.test(text)) return text
  return text.replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Gives the reply a body of bytes or text, so that only head and body are left to write. */
export function withBody(reply: Reply, pretty: boolean): Reply {
  if (reply.json === undefined) return reply
  return {
    status: reply.status,
    headers: { ...JSON_HEADERS, ...reply.headers },
    body: serialise(reply.json, pretty),
  }
}

const JSON_HEADERS = {
  'Content-Type': 'application/json; charset=UTF-8',
  'Cache-Control': 'no-cache, no-store, max-age=0, must-revalidate',
  Vary: 'Origin, X-Origin, Referer',
}

/** Writes a reply whose JSON is already text. Resolves when all is handed to the socket, or when the client is gone. */
export function write(reply: Reply, request: IncomingMessage, response: ServerResponse): void | Promise<void> {
  const { body } = reply
  if (body === undefined) {
    response.writeHead(reply.status, reply.status === 204 ? reply.headers : { ...reply.headers, 'Content-Length': 0 })
    response.end()
    return
  }
  if (typeof body === 'string') {
    if (body.length >= WORTH_COMPRESSING && wantsGzip(request)) return writeCompressed(reply, body, response)
    response.writeHead(reply.status, { ...reply.headers, 'Content-Length': Buffer.byteLength(body) })
    response.end(body)
    return
  }
  if (Buffer.isBuffer(body)) {
    response.writeHead(reply.status, { ...reply.headers, 'Content-Length': body.length })
    response.end(body)
    return
  }
  return writeStream(reply, body, response)
}

async function writeCompressed(reply: Reply, body: string, response: ServerResponse): Promise<void> {
  const packed = await compress(body, { level: constants.Z_BEST_SPEED })
  response.writeHead(reply.status, { ...reply.headers, 'Content-Encoding': 'gzip', 'Content-Length': packed.length })
  response.end(packed)
}

/** Google packs JSON only for clients that also say `gzip` in their User-Agent. */
function wantsGzip(request: IncomingMessage): boolean {
  return /gzip/.test(request.headers['accept-encoding'] ?? '') && /gzip/.test(request.headers['user-agent'] ?? '')
}

async function writeStream(
  reply: Reply,
  body: Iterable<Buffer> | AsyncIterable<Buffer>,
  response: ServerResponse,
): Promise<void> {
  const length = reply.length === undefined ? {} : { 'Content-Length': reply.length }
  response.writeHead(reply.status, { ...reply.headers, ...length })
  let left = reply.length ?? 0
  try {
    for await (const piece of body) {
      if (response.destroyed) return
      left -= piece.length
      if (!response.write(piece)) await drained(response)
    }
  } catch {
    // A file on disk that went away while it was read.
    response.destroy()
    return
  }
  // One that shrank: the client must not take the next answer for the rest of this one.
  if (left > 0) response.destroy()
  else response.end()
}

/** Resolves when there is room again, or when the client is gone. */
export function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.once('drain', done)
    response.once('close', done)
  })
}
