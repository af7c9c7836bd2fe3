import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { BodyDisturbance } from '../body/incoming.ts'
import { ClientGone } from '../errors.ts'
import type { Fault } from './fault.ts'

/** What a fault does to the request's body; null if nothing. */
export function requestDisturbance(
  fault: Fault | null,
  http: IncomingMessage,
  response: ServerResponse,
): BodyDisturbance | null {
  if (fault?.kind === 'slow') return { disturb: (source) => paced(source, fault.bytesPerSecond) }
  if ((fault?.kind !== 'reset' && fault?.kind !== 'stall') || fault.at !== 'request-body') return null
  const bytes = fault.bytes ?? Math.floor(Number(http.headers['content-length'] ?? 0) / 2)
  return { disturb: (source) => brokenOff(source, bytes, () => breakOff(fault.kind, response)) }
}

/** What a fault does to the answer's body of `length` bytes. */
export function responseChunks(
  fault: Fault | null,
  source: AsyncIterable<Buffer>,
  length: number,
  response: ServerResponse,
): AsyncIterable<Buffer> {
  const half = Math.floor(length / 2)
  switch (fault?.kind) {
    case 'slow':
      return paced(source, fault.bytesPerSecond)
    case 'truncate':
      return firstBytes(source, half)
    case 'alter-response':
      return altered(source, half)
    case 'reset':
    case 'stall':
      if (fault.at !== 'response-body') return source
      return brokenOff(source, fault.bytes ?? half, () => breakOff(fault.kind, response))
    default:
      return source
  }
}

/** Ends an exchange without an answer: by a reset, or by saying nothing until the other side hangs up. */
export async function breakOff(how: 'reset' | 'stall', response: ServerResponse): Promise<void> {
  if (how === 'reset') response.socket?.resetAndDestroy()
  await closed(response)
}

/** Waits until the connection is gone. */
async function closed(response: ServerResponse): Promise<void> {
  if (response.closed || response.destroyed) return
  await new Promise((resolve) => response.once('close', resolve))
}

async function* brokenOff(
  source: AsyncIterable<Buffer>,
  bytes: number,
  end: () => Promise<void>,
): AsyncGenerator<Buffer> {
  yield* firstBytes(source, bytes)
  await end()
  throw new ClientGone()
}

async function* firstBytes(source: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes
  if (left === 0) return
  for await (const chunk of source) {
    yield chunk.subarray(0, left)
    left -= chunk.length
    if (left <= 0) return
  }
}

async function* altered(source: AsyncIterable<Buffer>, position: number): AsyncGenerator<Buffer> {
  let at = 0
  for await (const chunk of source) {
    const index = position - at
    at += chunk.length
    if (index < 0 || index >= chunk.length) yield chunk
    else {
      const copy = Buffer.from(chunk)
      copy[index] = (copy[index] ?? 0) ^ 1
      yield copy
    }
  }
}

/** Lets bytes through in ten portions a second. */
async function* paced(source: AsyncIterable<Buffer>, bytesPerSecond: number): AsyncGenerator<Buffer> {
  const portion = Math.max(1, Math.floor(bytesPerSecond / 10))
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += portion) {
      const piece = chunk.subarray(at, at + portion)
      await delay((piece.length / bytesPerSecond) * 1000, undefined, { ref: false })
      yield piece
    }
  }
}
