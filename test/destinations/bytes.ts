import { createCipheriv, createHash } from 'node:crypto'
import type { Labels, Payload } from '../../src/backup/model/destination.ts'

/** Bytes that look random and are the same for the same seed. */
export function bytesOf(size: number, seed = 1): Buffer {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16))
  return cipher.update(Buffer.alloc(size))
}

/** A buffer as it would come from a socket. */
export async function* inChunks(bytes: Uint8Array, chunk = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk)
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}

/** Which of its checksums Drive gave. */
export type Checksums = 'both' | 'sha256' | 'md5' | 'none'

/** A blob as Drive describes it, with `content` to be read (another one stands for an edit in between). */
export function blob(
  described: Uint8Array,
  checksums: Checksums = 'both',
  content = described,
): Extract<Payload, { kind: 'known' }> & { offsets: number[] } {
  const offsets: number[] = []
  return {
    kind: 'known',
    size: described.length,
    sha256: checksums === 'both' || checksums === 'sha256' ? sha256(described) : null,
    md5: checksums === 'both' || checksums === 'md5' ? md5(described) : null,
    offsets,
    read: async (offset) => {
      offsets.push(offset)
      return inChunks(content.subarray(offset))
    },
  }
}

export function exported(content: Uint8Array): Payload {
  return { kind: 'unknown', read: async () => inChunks(content) }
}

export function labelsOf(revision = 'r1', path = 'Reports/2026/äöü 😀.txt'): Labels {
  return { fileId: '1AbC_dEf-2', revision, modifiedTime: Date.UTC(2009, 3, 1, 12, 30), path, mimeType: 'text/plain' }
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(chunk)
  return Buffer.concat(chunks)
}
