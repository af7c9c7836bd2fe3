import type { ServerResponse } from 'node:http'
import type { S3Error } from '../errors.ts'
import type { Reply } from '../operations/call.ts'
import { tag } from '../xml.ts'
import { breakOff, responseChunks } from './disturb.ts'
import type { Fault } from './fault.ts'

/** What every answer carries. */
export interface Envelope {
  requestId: string
  /** The server's clock as an HTTP date: SDKs correct their own by it. */
  date: string
  isHead: boolean
}

/** The answer that says what was wrong, as AWS words it. */
export function errorReply(error: S3Error, resource: string, requestId: string, emptyMessage: boolean): Reply {
  const body = errorXml(
    error.code,
    emptyMessage ? '' : error.message,
    { ...error.detail, Resource: resource },
    requestId,
  )
  return { status: error.status, headers: { ...error.headers, 'Content-Type': 'application/xml' }, body }
}

export function errorXml(
  code: string,
  message: string,
  detail: Readonly<Record<string, string>>,
  requestId: string,
): string {
  const more = Object.entries(detail).map(([name, value]) => tag(name, value))
  const ids = tag('RequestId', requestId) + tag('HostId', 'drivekeep-emulator')
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${tag('Code', code)}${tag('Message', message)}${more.join('')}${ids}</Error>`
}

/** Sends an answer, with whatever a fault does to it on the way. Ends when it is sent or the client is gone. */
export async function send(
  response: ServerResponse,
  reply: Reply,
  fault: Fault | null,
  envelope: Envelope,
): Promise<void> {
  if (fault?.kind === 'lost-reply') return breakOff(fault.end === 'reset' ? 'reset' : 'stall', response)
  const headers: Record<string, string | number> = {
    Date: envelope.date,
    'x-amz-request-id': envelope.requestId,
    'x-amz-id-2': 'drivekeep-emulator',
    ...reply.headers,
  }
  const { body } = reply
  if (body === undefined || reply.status === 304) {
    if (reply.status !== 204 && reply.status !== 304) headers['Content-Length'] = 0
    response.writeHead(reply.status, headers).end()
    return
  }
  if (typeof body === 'string') headers['Content-Type'] ??= 'application/xml'
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  headers['Content-Length'] = fault?.kind === 'truncate' ? Math.floor(length / 2) : length
  response.writeHead(reply.status, headers)
  if (envelope.isHead) response.end()
  else if (typeof body === 'string' && fault === null) response.end(body)
  else {
    const chunks = typeof body === 'string' ? once(Buffer.from(body)) : body.chunks
    await write(response, fault === null ? chunks : responseChunks(fault, chunks, length, response))
  }
}

async function write(response: ServerResponse, chunks: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of chunks) {
    if (response.destroyed) return
    if (!response.write(chunk)) await drained(response)
  }
  response.end()
}

/** Waits until more can be written, or the client is gone. Leaves no listener behind, however often it is asked. */
export function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
    if (response.destroyed || !response.writableNeedDrain) done()
  })
}

async function* once(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk
}
