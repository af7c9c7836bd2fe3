import { Fault } from '../../backup/model/faults.ts'
import type { Item } from '../../backup/model/item.ts'
import type { DriveClient, MediaCall } from '../api/client.ts'
import { networkFailure } from '../api/errors.ts'
import { type Answer, header } from '../api/http.ts'
import { quote } from '../api/quote.ts'
import { PRICES } from '../pacing/pacing.ts'
import type { Corpus } from './corpus.ts'

/**
 * The bytes of blobs. A body ends early only by throwing: every way a download can fall short is a Fault.
 *
 * Drive serves the newest bytes. A read that continues an earlier one asks for the revision the item names, so that both parts are of the
 * same content; who may not read revisions gets the newest bytes, and the reader's checksum decides.
 */

/** `offset` at most the size. A file of no bytes, or none left, needs no call. */
export async function readBlob(
  client: DriveClient,
  corpus: Corpus,
  item: Item & { content: { kind: 'blob' } },
  offset: number,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const { size } = item.content
  if (offset > size) throw new RangeError(`${item.id}: offset ${offset} is behind the end at ${size}`)
  if (offset === size) return nothing()
  const call: MediaCall = {
    address: `/files/${item.id}?alt=media&supportsAllDrives=true`,
    units: PRICES.download,
    asking: 'item',
    subject: nameOf(item),
    resourceKeys: corpus.resourceKeys(item.id),
    offset,
    blame: 'drive/interrupted',
  }
  const answer = (offset > 0 ? await pinned(client, item, call, signal) : null) ?? (await client.media(call, signal))
  try {
    return body(answer, call.subject, { skip: bytesToSkip(answer, call, size), length: size - offset })
  } catch (error) {
    answer.discard()
    throw error
  }
}

/** The bytes of an answer, counted: `length` is what must come behind the first `skip` bytes, null where nobody knows. */
export async function* body(
  answer: Answer,
  subject: string,
  expected: { skip: number; length: number | null },
): AsyncGenerator<Uint8Array, void> {
  let { skip } = expected
  let received = 0
  try {
    for await (let piece of answer) {
      if (skip > 0) {
        const skipped = Math.min(skip, piece.length)
        skip -= skipped
        piece = piece.subarray(skipped)
        if (piece.length === 0) continue
      }
      received += piece.length
      if (expected.length !== null && received > expected.length)
        throw otherSize(subject, `more than ${expected.length}`)
      yield piece
    }
  } catch (error) {
    const failure = networkFailure(error)
    if (failure === null) throw error
    throw new Fault('drive/interrupted', subject, {
      detail: `${failure.detail}, after ${received} bytes`,
      cause: error,
    })
  }
  if (expected.length !== null && received < expected.length) {
    throw new Fault('drive/interrupted', subject, { detail: `${received} of ${expected.length} bytes` })
  }
}

export function nameOf(item: Item): string {
  return quote(item.name) || item.id
}

/** The same call for the revision that the item names; null when that is not wanted or not allowed. */
async function pinned(
  client: DriveClient,
  item: Item & { content: { kind: 'blob' } },
  call: MediaCall,
  signal: AbortSignal,
): Promise<Answer | null> {
  const { headRevisionId } = item.content
  // Readers of other people's files may not read revisions: that call would be for nothing.
  if (headRevisionId === null || !(item.ownedByMe || item.driveId !== null)) return null
  const address = `/files/${item.id}/revisions/${headRevisionId}?alt=media&supportsAllDrives=true`
  try {
    return await client.media({ ...call, address }, signal)
  } catch (error) {
    if (error instanceof Fault && error.kind.scope === 'item') return null
    throw error
  }
}

/** How much of the body lies before the offset. Throws when the answer announces other bytes than were asked for. */
function bytesToSkip(answer: Answer, call: MediaCall, size: number): number {
  const announced = Number(header(answer, 'content-length') ?? Number.NaN)
  if (answer.status === 206) {
    const range = /^bytes ([0-9]+)-([0-9]+)\/([0-9]+|\*)$/.exec(header(answer, 'content-range') ?? '')
    if (range === null || Number(range[1]) !== call.offset) {
      throw new Fault('google/bad-answer', call.subject, { detail: 'a part that is not the one asked for' })
    }
    if (range[3] !== '*' && Number(range[3]) !== size) throw otherSize(call.subject, quote(`${range[3]}`, 20))
    return 0
  }
  // Whoever answers a range with everything is taken at its word, and what we have already is passed over.
  if (announced > size) throw otherSize(call.subject, `${announced}`)
  if (announced < size) {
    throw new Fault('drive/interrupted', call.subject, { detail: `only ${announced} of ${size} bytes were announced` })
  }
  return call.offset
}

function otherSize(subject: string, bytes: string): Fault {
  return new Fault('drive/content-mismatch', subject, { detail: `${bytes} bytes came` })
}

async function* nothing(): AsyncGenerator<Uint8Array, void> {}
