import { createHash, type Hash } from 'node:crypto'
import type { FinishedPart } from '../../../backup/model/destination.ts'
import { Fault } from '../../../backup/model/faults.ts'
import { mismatch } from '../../mismatch.ts'
import type { Bucket } from '../bucket/bucket.ts'
import { Lanes } from './lanes.ts'
import type { PartBuffer } from './part-buffers.ts'
import type { PartReader } from './part-reader.ts'
import type { Proof } from './proof.ts'
import { sendPart } from './upload.ts'

/** Parts of one file on their way at once: enough to fill a line with latency. */
const PARTS_AT_ONCE = 4

/** A multipart upload under way. */
export interface Upload {
  key: string
  id: string
  partSize: number
  /** Parts that storage has, by number, in any order. */
  finished: Map<number, FinishedPart>
  proof: Proof
  /** Whether finished parts are noted in the UploadLog. */
  noted: boolean
}

/** Where the bytes behind the proved ones come from. `first`: the first part, read already. */
export interface Rest {
  reader: PartReader
  first: PartBuffer | null
  /** Of the whole content; null when nobody knows it before the end. */
  size: number | null
}

/**
 * Reads all that is not proved yet, and sends the parts that storage does not have. Gives the checksum of the whole.
 * Fails only when nothing is under way any more.
 */
export async function sendParts(bucket: Bucket, upload: Upload, rest: Rest, signal: AbortSignal): Promise<string> {
  const { key, partSize, proof } = upload
  const size = rest.size ?? Number.POSITIVE_INFINITY
  const whole = proof.continued()
  const lanes = new Lanes(PARTS_AT_ONCE)
  let number = proof.parts
  let bytes = Math.min(number * partSize, size)
  try {
    while (bytes < size) {
      if (++number > bucket.provider.maxParts) throw tooManyParts(bucket, upload)
      const part = await readPart(bucket, upload, number, rest, whole, signal)
      bytes += part.size
      if (bytes > size || part.size === 0) part.buffer.release()
      if (bytes > size) throw mismatch(key, `more than ${size} bytes`)
      if (part.size === 0) break
      await lanes
        .start(() => store(bucket, upload, part, signal))
        .catch((error: unknown) => {
          part.buffer.release()
          throw error
        })
    }
    if (!(await rest.reader.ended())) throw mismatch(key, `more than ${size} bytes`)
    if (rest.size !== null && bytes < size) throw mismatch(key, `${bytes} bytes instead of ${size}`)
  } finally {
    await lanes.settled()
  }
  await lanes.finish()
  return whole.digest('hex')
}

/** A part that was read: its bytes are the first `size` of the buffer. */
interface ReadPart {
  number: number
  buffer: PartBuffer
  size: number
  sha256: string
  /** The checksum of the whole content behind it. */
  behind: Hash
}

async function readPart(
  bucket: Bucket,
  upload: Upload,
  number: number,
  { reader, first }: Rest,
  whole: Hash,
  signal: AbortSignal,
): Promise<ReadPart> {
  const own = createHash('sha256')
  // While the piece is in the processor's cache.
  const see = (piece: Uint8Array) => {
    own.update(piece)
    whole.update(piece)
  }
  if (number === 1 && first !== null) {
    see(first.bytes)
    return { number, buffer: first, size: first.bytes.length, sha256: own.digest('hex'), behind: whole.copy() }
  }
  const buffer = await bucket.parts.take(upload.partSize, signal)
  try {
    const size = await reader.fill(buffer.bytes, see)
    return { number, buffer, size, sha256: own.digest('hex'), behind: whole.copy() }
  } catch (error) {
    buffer.release()
    throw error
  }
}

/** Sees to it that storage has this part. One that it got from an earlier process may be of other bytes: then it is replaced. */
async function store(bucket: Bucket, upload: Upload, part: ReadPart, signal: AbortSignal): Promise<void> {
  using buffer = part.buffer
  const { number, size, sha256 } = part
  const known = upload.finished.get(number)
  if (known?.sha256 !== sha256 || known.size !== size) {
    const bytes = buffer.bytes.subarray(0, size)
    const etag = await sendPart(bucket, upload.key, upload.id, { number, bytes, sha256 }, signal)
    const finished = { number, size, etag, sha256 }
    if (upload.noted) await bucket.uploads.part(bucket.name, upload.key, finished)
    upload.finished.set(number, finished)
  }
  upload.proof.stored(number, part.behind)
}

function tooManyParts(bucket: Bucket, upload: Upload): Fault {
  const detail = `more than ${bucket.provider.maxParts} parts of ${upload.partSize} bytes`
  return new Fault('storage/request-refused', upload.key, { detail })
}
