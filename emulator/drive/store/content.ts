import { createHash, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { hash32, mix } from './random.ts'

/**
 * The bytes of one revision.
 *
 * Seeded content follows from (seed, size) alone, so terabytes cost no memory and any range starts in constant time. It is made of
 * blocks of 1 MiB: a stamp that names seed and block, then a slice of a fixed pool of noise at a place that depends on both. So no
 * two files, revisions or blocks are alike (a swapped or repeated part shows), and serving it copies nothing.
 */
export type Content =
  | { readonly from: 'seed'; readonly seed: string; readonly size: number; memo?: DigestMemo }
  | { readonly from: 'bytes'; readonly bytes: Buffer; readonly size: number; memo?: DigestMemo }
  /** `path` follows the file when it is renamed. */
  | { readonly from: 'disk'; path: string; readonly size: number; memo?: DigestMemo }

export type Algorithm = 'md5' | 'sha1' | 'sha256'

/** Where digests already computed are kept; a Map will do. */
export interface DigestMemo {
  get(algorithm: Algorithm): string | undefined
  set(algorithm: Algorithm, hex: string): unknown
}

const BLOCK = 1 << 20
const STAMP = 32
const POOL_SPREAD = 1 << 20
/** Up to this many bytes content is handled in one piece, without waiting. */
export const SMALL = 256 * 1024

let pool: Buffer | undefined

function noise(): Buffer {
  if (pool) return pool
  const made = Buffer.allocUnsafe(BLOCK + POOL_SPREAD)
  for (let at = 0; at < made.length; at += 4) made.writeUInt32LE(mix(at + 0x9e3779b9), at)
  pool = made
  return made
}

export function seeded(seed: string, size: number): Content {
  return { from: 'seed', seed, size }
}

export function explicit(bytes: Buffer | string): Content {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  return { from: 'bytes', bytes: buffer, size: buffer.length }
}

/** Bytes [start, end) as views or small copies; synchronous, so for everything but content on disk. */
function* pieces(content: Content, start = 0, end = content.size): Generator<Buffer> {
  if (content.from === 'bytes') {
    yield content.bytes.subarray(start, end)
    return
  }
  if (content.from === 'disk') throw new Error('content on disk is only read as a stream')
  const seedHash = hash32(content.seed)
  for (let at = start; at < end; ) {
    const block = Math.floor(at / BLOCK)
    const within = at - block * BLOCK
    const last = Math.min(BLOCK, end - block * BLOCK)
    if (within < STAMP) yield stamp(content.seed, seedHash, block).subarray(within, Math.min(STAMP, last))
    if (last > STAMP) {
      const shift = mix(seedHash + block) % POOL_SPREAD
      yield noise().subarray(shift + Math.max(within, STAMP), shift + last)
    }
    at = block * BLOCK + last
  }
}

function stamp(seed: string, seedHash: number, block: number): Buffer {
  const other = hash32(`${block}:${seed}`)
  const hex = (n: number): string => n.toString(16).padStart(8, '0')
  return Buffer.from(hex(seedHash) + hex(other) + hex(mix(seedHash ^ other)) + hex(block), 'latin1')
}

/** Bytes [start, end) in one buffer. Throws for content on disk: use `bytesOf`. */
export function slice(content: Content, start = 0, end = content.size): Buffer {
  if (content.from === 'bytes') return content.bytes.subarray(start, end)
  const parts = [...pieces(content, start, end)]
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
}

/** Bytes [start, end) piece by piece, whatever the content comes from. */
export function stream(content: Content, start = 0, end = content.size): Iterable<Buffer> | AsyncIterable<Buffer> {
  if (content.from !== 'disk') return pieces(content, start, end)
  if (end <= start) return []
  return createReadStream(content.path, { start, end: end - 1 })
}

/** All bytes of a revision. For tests and small files: it holds them in memory. */
export async function bytesOf(content: Content): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream(content)) parts.push(part)
  return Buffer.concat(parts)
}

/** The digest if it is known, or can be had at once (small content in memory). */
export function digestNow(content: Content, algorithm: Algorithm): string | undefined {
  const known = content.memo?.get(algorithm)
  if (known !== undefined || content.from === 'disk' || content.size > SMALL) return known
  const hex = hash(algorithm, slice(content), 'hex')
  content.memo ??= new Map<Algorithm, string>()
  content.memo.set(algorithm, hex)
  return hex
}

const underWay = new WeakMap<Content, Map<Algorithm, Promise<string>>>()

/** The digest, computed once for each content; long ones yield to other requests in between. */
export function digest(content: Content, algorithm: Algorithm): string | Promise<string> {
  const now = digestNow(content, algorithm)
  if (now !== undefined) return now
  const running = underWay.get(content) ?? new Map<Algorithm, Promise<string>>()
  underWay.set(content, running)
  const job = running.get(algorithm) ?? digestLong(content, algorithm)
  running.set(algorithm, job)
  return job
}

async function digestLong(content: Content, algorithm: Algorithm): Promise<string> {
  const sum = createHash(algorithm)
  let sinceYield = 0
  try {
    for await (const piece of stream(content)) {
      sum.update(piece)
      sinceYield += piece.length
      if (sinceYield < 4 * BLOCK) continue
      sinceYield = 0
      await new Promise(setImmediate)
    }
  } finally {
    // A file on disk may have been unreadable for a moment only.
    underWay.get(content)?.delete(algorithm)
  }
  const hex = sum.digest('hex')
  content.memo ??= new Map<Algorithm, string>()
  content.memo.set(algorithm, hex)
  return hex
}
