import { createHash, type Hash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { Labels, Payload } from '../../../backup/model/destination.ts'
import { mismatch } from '../../mismatch.ts'
import { errnoOf } from '../errors.ts'
import type { About } from '../files/publish.ts'
import { Passing } from '../folder.ts'

/** What a content is compared with: SHA-256 always, since labels carry it, and MD5 where Drive gives nothing else. */
export class Checksums {
  readonly #sha256: Hash
  readonly #md5: Hash | null
  size: number

  private constructor(sha256: Hash, md5: Hash | null, size: number) {
    this.#sha256 = sha256
    this.#md5 = md5
    this.size = size
  }

  static of(payload: Payload): Checksums {
    const byMd5 = payload.kind === 'known' && payload.sha256 === null && payload.md5 !== null
    return new Checksums(createHash('sha256'), byMd5 ? createHash('md5') : null, 0)
  }

  copy(): Checksums {
    return new Checksums(this.#sha256.copy(), this.#md5?.copy() ?? null, this.size)
  }

  add(bytes: Uint8Array): void {
    this.size += bytes.byteLength
    this.#sha256.update(bytes)
    this.#md5?.update(bytes)
  }

  /** Of all bytes so far. */
  soFar(): string {
    return this.#sha256.copy().digest('hex')
  }

  /** Throws `drive/content-mismatch` where the bytes are not those that `payload` describes. */
  finish(key: string, payload: Payload): { size: number; sha256: string; md5: string | null } {
    const sha256 = this.#sha256.digest('hex')
    const md5 = this.#md5?.digest('hex') ?? null
    if (payload.kind === 'known') {
      if (this.size !== payload.size) throw mismatch(key, `${this.size} bytes instead of ${payload.size}`)
      if (payload.sha256 !== null && payload.sha256 !== sha256)
        throw mismatch(key, `sha256 ${sha256} instead of ${payload.sha256}`)
      if (md5 !== null && payload.md5 !== md5) throw mismatch(key, `md5 ${md5} instead of ${payload.md5}`)
    }
    return { size: this.size, sha256, md5 }
  }
}

/** Reads a payload from an offset and gives its bytes to `take`, piece by piece; more than were announced are refused. */
export async function receive(
  key: string,
  payload: Payload,
  offset: number,
  signal: AbortSignal,
  take: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  // No bytes need no download.
  if (payload.kind === 'known' && payload.size === offset) return
  let end = offset
  for await (const bytes of passingBytes(payload.read, offset, signal)) {
    signal.throwIfAborted()
    end += bytes.byteLength
    if (payload.kind === 'known' && end > payload.size) throw mismatch(key, `more than ${payload.size} bytes`)
    await take(bytes)
  }
  signal.throwIfAborted()
}

async function* passingBytes(read: Payload['read'], offset: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* await read(offset, signal)
  } catch (error) {
    throw new Passing(error)
  }
}

export async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.byteLength; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.byteLength - at, position + at)
    at += bytesWritten
  }
}

/** Gives the file the modified time that Drive knows, as far as the file system can, and brings all of it to the disk. */
export async function seal(handle: FileHandle, modifiedTime: number): Promise<void> {
  try {
    await handle.utimes(modifiedTime / 1000, modifiedTime / 1000)
  } catch (error) {
    // A time that the file system cannot hold; the label has it.
    if (errnoOf(error) !== 'EINVAL' && errnoOf(error) !== 'EOVERFLOW') throw error
  }
  await handle.sync()
}

export function aboutOf(labels: Labels, sha256: string | null): About {
  const { fileId, revision, modifiedTime, path, mimeType } = labels
  return { fileId, revision, modifiedTime: new Date(modifiedTime).toISOString(), path, mimeType, sha256 }
}
