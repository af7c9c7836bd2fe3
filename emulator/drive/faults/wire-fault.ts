import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Reply } from '../http/call.ts'
import { drained } from '../http/write-reply.ts'
import type { WireFault } from './faults.ts'

const SLOW_STEP_MS = 50

/**
 * Writes a real reply damaged on the way. Bodies pass through piece by piece, so a damaged gigabyte needs no memory.
 * JSON must already be text. Gives the status that counts: 0 if the client gets no head.
 */
export async function writeDamaged(reply: Reply, fault: WireFault, response: ServerResponse): Promise<number> {
  if (fault.kind === 'lost-reply') {
    // What the reply would have carried is not read; the operation itself is done.
    abort(response)
    return 0
  }
  const length = lengthOf(reply)
  const headers = { ...reply.headers }
  const half = length === undefined ? 1 : Math.floor(length / 2)
  switch (fault.kind) {
    case 'reset-mid-body': {
      response.writeHead(reply.status, withLength(headers, length))
      await send(upTo(reply, fault.after ?? half), response)
      await flushed(response)
      abort(response)
      break
    }
    case 'truncate': {
      const kept = fault.after ?? half
      const chunked = fault.framing === 'chunked'
      response.writeHead(reply.status, chunked ? headers : withLength(headers, Math.min(kept, length ?? kept)))
      await send(upTo(reply, kept), response)
      response.end()
      break
    }
    case 'alter': {
      response.writeHead(reply.status, withLength(headers, length))
      await send(altered(reply, fault.at ?? half), response)
      response.end()
      break
    }
    case 'stall': {
      response.writeHead(reply.status, withLength(headers, length))
      response.flushHeaders()
      await send(upTo(reply, fault.after ?? half), response)
      if (!response.destroyed) await once(response, 'close')
      break
    }
    case 'slow': {
      response.writeHead(reply.status, withLength(headers, length))
      await send(slowed(reply, fault.bytesPerSecond, response), response)
      response.end()
      break
    }
  }
  return reply.status
}

/** Ends the connection with a reset, as a crashed server does. */
export function abort(response: ServerResponse): void {
  const socket = response.socket
  if (socket && 'resetAndDestroy' in socket && !('encrypted' in socket)) socket.resetAndDestroy()
  else socket?.destroy()
}

function withLength(
  headers: Record<string, string | number>,
  length: number | undefined,
): Record<string, string | number> {
  return length === undefined ? headers : { ...headers, 'Content-Length': length }
}

function lengthOf(reply: Reply): number | undefined {
  if (reply.body === undefined) return 0
  if (typeof reply.body === 'string' || Buffer.isBuffer(reply.body)) return Buffer.byteLength(reply.body)
  return reply.length
}

async function* piecesOf(reply: Reply): AsyncGenerator<Buffer> {
  const { body } = reply
  if (body === undefined) return
  if (typeof body === 'string') yield Buffer.from(body)
  else if (Buffer.isBuffer(body)) yield body
  else yield* body
}

async function* upTo(reply: Reply, most: number): AsyncGenerator<Buffer> {
  let left = most
  for await (const piece of piecesOf(reply)) {
    if (left <= 0) return
    yield piece.subarray(0, left)
    left -= piece.length
  }
}

async function* altered(reply: Reply, position: number): AsyncGenerator<Buffer> {
  let at = 0
  for await (const piece of piecesOf(reply)) {
    const within = position - at
    at += piece.length
    if (within < 0 || within >= piece.length) {
      yield piece
      continue
    }
    const copy = Buffer.from(piece)
    copy[within] = (copy[within] ?? 0) ^ 0x01
    yield copy
  }
}

async function* slowed(reply: Reply, bytesPerSecond: number, response: ServerResponse): AsyncGenerator<Buffer> {
  const step = Math.max(1, Math.floor((bytesPerSecond * SLOW_STEP_MS) / 1000))
  for await (const piece of piecesOf(reply)) {
    for (let at = 0; at < piece.length && !response.destroyed; at += step) {
      yield piece.subarray(at, at + step)
      await sleep((SLOW_STEP_MS * Math.min(step, piece.length - at)) / step)
    }
  }
}

async function send(body: AsyncIterable<Buffer>, response: ServerResponse): Promise<void> {
  for await (const piece of body) {
    if (response.destroyed) return
    if (!response.write(piece)) await drained(response)
  }
}

/** A reset throws away what the kernel has not sent yet; so wait until the bytes before it are on their way. */
async function flushed(response: ServerResponse): Promise<void> {
  response.flushHeaders()
  await new Promise<void>((resolve) => {
    if (response.destroyed || !response.socket) resolve()
    else response.write('', () => resolve())
  })
  await new Promise(setImmediate)
}
