import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { ApiRoute, Call, Reply } from '../http/call.ts'
import { badRequest } from '../http/errors.ts'
import type { Incoming } from '../http/server.ts'
import { withBody } from '../http/write-reply.ts'

const MOST_CALLS = 100
const LONGEST_URL = 8000

/** Several metadata calls in one request; each counts, costs and may fail by itself. Media are not for batches: they answer 302. */
export function batchRoutes(perform: (incoming: Incoming) => Promise<Reply>, origin: () => string): ApiRoute[] {
  const handler = (call: Call): Promise<Reply> => batch(call, perform, origin())
  return ['/batch/drive/v3', '/batch'].map((pattern) => ({
    method: 'POST',
    pattern,
    name: 'batch',
    cost: 'free',
    access: 'read-metadata',
    handler,
  }))
}

interface Part {
  readonly contentId: string | undefined
  readonly incoming: Incoming
}

async function batch(call: Call, perform: (incoming: Incoming) => Promise<Reply>, origin: string): Promise<Reply> {
  const boundary = /boundary="?([^";]+)"?/i.exec(call.headers['content-type'] ?? '')?.[1]
  if (boundary === undefined) throw badRequest('Failed to parse batch request, error: missing boundary.')
  const parts = split(await call.body(), boundary).map((text) => parsePart(text, call.headers))
  if (parts.length === 0) throw badRequest('The batch request could not be processed: it has no calls.')
  if (parts.length > MOST_CALLS) throw badRequest(`The batch request exceeds ${MOST_CALLS} calls.`)
  const replies: string[] = []
  for (const { contentId, incoming } of parts) {
    const media = /[?&]alt=media(?:&|$)/i.test(incoming.url)
    const reply = media ? elsewhere(incoming, origin) : withBody(await perform(incoming), true)
    replies.push(partText(contentId, reply))
  }
  const mark = `batch_${randomBytes(16).toString('base64url')}`
  const body = `${replies.map((reply) => `--${mark}\r\n${reply}\r\n`).join('')}--${mark}--\r\n`
  return { status: 200, headers: { 'Content-Type': `multipart/mixed; boundary=${mark}` }, body }
}

function elsewhere(incoming: Incoming, origin: string): Reply {
  return { status: 302, headers: { Location: origin + incoming.url } }
}

function split(body: Buffer, boundary: string): string[] {
  return body
    .toString()
    .split(`--${boundary}`)
    .slice(1)
    .filter((part) => !part.startsWith('--'))
    .map((part) => part.replace(/^\r?\n/, ''))
}

/** `headers, blank line, request line, headers, blank line, body` */
function parsePart(text: string, outer: IncomingHttpHeaders): Part {
  const [outerHead = '', inner = ''] = cut(text)
  const [head = '', body = ''] = cut(inner)
  const [requestLine = '', ...lines] = head.split(/\r?\n/)
  const [method, target] = requestLine.trim().split(/\s+/)
  if (!method || !target) throw badRequest('Failed to parse batch request, error: missing request line.')
  if (target.length > LONGEST_URL) throw badRequest('The URL of a call in the batch is too long.')
  const url = target.replace(/^https?:\/\/[^/]+/, '')
  return {
    contentId: headersOf(outerHead.split(/\r?\n/))['content-id'],
    incoming: {
      method,
      url,
      // A part without a token of its own uses that of the batch.
      headers: { authorization: outer.authorization, ...headersOf(lines) },
      body: async () => Buffer.from(body.replace(/\r?\n$/, '')),
    },
  }
}

function cut(text: string): [string, string] {
  const at = /\r?\n\r?\n/.exec(text)
  return at ? [text.slice(0, at.index), text.slice(at.index + at[0].length)] : [text, '']
}

function headersOf(lines: string[]): Record<string, string> {
  const pairs = lines.flatMap((line) => {
    const colon = line.indexOf(':')
    return colon < 0 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const]
  })
  return Object.fromEntries(pairs)
}

function partText(contentId: string | undefined, reply: Reply): string {
  const body = typeof reply.body === 'string' ? reply.body : ''
  const headers = Object.entries(reply.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`)
  const id =
    contentId === undefined ? '' : `Content-ID: ${contentId.replace(/^<?/, '<response-').replace(/>?$/, '>')}\r\n`
  const status = `HTTP/1.1 ${reply.status} ${reply.status < 300 ? 'OK' : 'Error'}`
  return `Content-Type: application/http\r\n${id}\r\n${status}\r\n${headers.join('')}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}
