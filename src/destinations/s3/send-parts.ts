import { createHash } from 'node:crypto'
import type { UploadPart } from '../../backup/destination.ts'
import { Fault } from '../../backup/faults.ts'
import type { Bucket } from './bucket.ts'
import { Lanes } from './lanes.ts'
import type { Share } from './memory.ts'
import { mismatch } from './outgoing.ts'
import type { PartReader } from './part-reader.ts'
import type { RunningHash } from './running-hash.ts'
import { sendPart } from './upload.ts'

/** Parts on their way at once: enough to fill a line with latency, and 64 MiB of memory at the usual part size. */
const PARTS_AT_ONCE = 4

/** A multipart upload under way. */
export interface Upload {
  key: string
  id: string
  partSize: number
  /** Of the whole content; has seen all that was read. */
  hash: RunningHash
  /** Finished and contiguous from the first. */
  parts: UploadPart[]
}

/** Reads to the end and sends part after part; `upload.parts` then holds them all. Fails only when nothing is under way any more. */
export async function sendParts(
  bucket: Bucket,
  upload: Upload,
  reader: PartReader,
  size: number | null,
  signal: AbortSignal,
  first: { first: Uint8Array[]; memory: Share } | null,
): Promise<void> {
  const lanes = new Lanes(PARTS_AT_ONCE)
  const inOrder = new PartsInOrder(bucket, upload)
  const send = async (part: ReadPart, memory: Share) => {
    try {
      await lanes.start(async () => {
        using _memory = memory
        const etag = await sendPart(bucket, upload.key, upload.id, part, signal)
        await inOrder.finished({ number: part.number, size: part.size, etag }, part.hashState)
      })
    } catch (error) {
      memory.release()
      throw error
    }
  }
  try {
    let number = upload.parts.length + 1
    let bytes = sizeOf(upload.parts)
    if (first !== null) await send(collected(first.first, number++, upload.hash), first.memory)
    while (!(await reader.ended())) {
      if (number > bucket.provider.maxParts) throw tooManyParts(bucket, upload)
      const memory = await bucket.memory.take(upload.partSize, signal)
      const part = await readPart(reader, number++, upload, memory)
      bytes += part.size
      if (size !== null && bytes > size) {
        memory.release()
        throw mismatch(upload.key, `more than ${size} bytes`)
      }
      await send(part, memory)
    }
  } finally {
    await lanes.settled()
  }
  await lanes.finish()
}

interface ReadPart {
  number: number
  chunks: Uint8Array[]
  size: number
  sha256: string
  /** The whole content's hash behind this part. */
  hashState: string | null
}

async function readPart(reader: PartReader, number: number, upload: Upload, memory: Share): Promise<ReadPart> {
  const own = createHash('sha256')
  let size = 0
  try {
    const chunks = await reader.take(upload.partSize, (chunk) => {
      own.update(chunk)
      upload.hash.update(chunk)
      size += chunk.byteLength
    })
    return { number, chunks, size, sha256: own.digest('hex'), hashState: upload.hash.save() }
  } catch (error) {
    memory.release()
    throw error
  }
}

function collected(chunks: Uint8Array[], number: number, whole: RunningHash): ReadPart {
  const own = createHash('sha256')
  let size = 0
  for (const chunk of chunks) {
    own.update(chunk)
    whole.update(chunk)
    size += chunk.byteLength
  }
  return { number, chunks, size, sha256: own.digest('hex'), hashState: whole.save() }
}

/** Notes finished parts in the order of their numbers, whatever order they finish in. */
class PartsInOrder {
  readonly #bucket: Bucket
  readonly #upload: Upload
  readonly #early = new Map<number, { part: UploadPart; hashState: string | null }>()
  #writing: Promise<void> = Promise.resolve()

  constructor(bucket: Bucket, upload: Upload) {
    this.#bucket = bucket
    this.#upload = upload
  }

  finished(part: UploadPart, hashState: string | null): Promise<void> {
    this.#early.set(part.number, { part, hashState })
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  async #write(): Promise<void> {
    const { parts, key } = this.#upload
    for (let next = this.#early.get(parts.length + 1); next !== undefined; next = this.#early.get(parts.length + 1)) {
      this.#early.delete(next.part.number)
      if (next.hashState !== null) await this.#bucket.uploads.part(this.#bucket.name, key, next.part, next.hashState)
      parts.push(next.part)
    }
  }
}

function tooManyParts(bucket: Bucket, upload: Upload): Fault {
  const detail = `more than ${bucket.provider.maxParts} parts of ${upload.partSize} bytes`
  return new Fault('s3/request-refused', upload.key, { detail })
}

export function sizeOf(parts: UploadPart[]): number {
  return parts.reduce((sum, part) => sum + part.size, 0)
}
