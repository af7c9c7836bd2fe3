import { describe, expect, test } from 'vitest'
import { blob, bytesOf, inChunks, labelsOf } from '../../test/destinations/bytes.ts'
import type { Place } from '../../test/destinations/place.ts'
import { KINDS } from '../../test/destinations/places.ts'
import { expectStored, keysIn } from '../../test/destinations/stored.ts'
import type { Destination, Payload } from '../backup/model/destination.ts'
import { Fault } from '../backup/model/faults.ts'

/** What every Destination promises of large files and interruptions. */

const MIB = 1024 * 1024
const SOURCES = ['me@example.com']
const LARGE = 'backup/me@example.com/large'
const signal = new AbortController().signal

function put(destination: Destination, key: string, payload: Payload, revision = 'r1') {
  return destination.put(key, payload, labelsOf(revision), signal)
}

for (const kind of KINDS) {
  describe(kind.name, () => {
    const start = (versioning = false): Promise<Place> => kind.start({ versioning })

    test('after a restart no finished part of a large upload is sent again', async () => {
      await using place = await start()
      const bytes = bytesOf(22 * MIB)
      await interrupt(place, bytes, 'r1')
      expect(await keysIn(place.destination)).toEqual([])
      const finished = partsOnRecord(place)
      expect(finished.length).toBeGreaterThanOrEqual(2)

      const sent = partsNoted(place)
      await put(place.again(), LARGE, blob(bytes))
      expect([...finished, ...sent].sort()).toEqual([1, 2, 3, 4, 5])
      await expectStored(place.destination, LARGE, bytes)
      expect(place.uploads.all()).toEqual([])
    })

    test('without a restart nothing that was stored is even read again', async () => {
      await using place = await start()
      const bytes = bytesOf(22 * MIB)
      await interrupt(place, bytes, 'r1')
      const inARow = partsOnRecord(place).filter((number, i) => number === i + 1).length
      const second = blob(bytes)
      await put(place.destination, LARGE, second)
      expect(second.offsets).toEqual([inARow * 5 * MIB])
      await expectStored(place.destination, LARGE, bytes)
    })

    test('parts of another content than the one described are replaced: a file was edited, read, and put back', async () => {
      await using place = await start()
      await interrupt(place, bytesOf(22 * MIB, 2), 'r1')
      await put(place.again(), LARGE, blob(bytesOf(22 * MIB)))
      await expectStored(place.destination, LARGE, bytesOf(22 * MIB))
    })

    test('an interrupted upload of other content is given up, not continued', async () => {
      await using place = await start()
      await interrupt(place, bytesOf(22 * MIB), 'r1')
      const next = blob(bytesOf(12 * MIB, 2))
      await put(place.again(), LARGE, next, 'r2')
      expect(next.offsets).toEqual([0])
      await expectStored(place.destination, LARGE, bytesOf(12 * MIB, 2))
      expect(await place.destination.can.abandonUploads(new Set(), SOURCES, signal)).toBe(0)
    })

    test('a continued upload still refuses bytes that are not the described ones', async () => {
      await using place = await start()
      const described = bytesOf(22 * MIB)
      await interrupt(place, described, 'r1')
      const tail = Buffer.concat([described.subarray(0, -1), Buffer.from([(described.at(-1) ?? 0) ^ 1])])
      const attempt = put(place.again(), LARGE, blob(described, 'both', tail))
      await expect(attempt).rejects.toMatchObject({ code: 'drive/content-mismatch' })
      expect(await keysIn(place.destination)).toEqual([])
      expect(place.uploads.all()).toEqual([])
    })

    test('an upload that beforeVisible ended goes on where it was, whatever was thrown', async () => {
      await using place = await start()
      const bytes = bytesOf(12 * MIB)
      for (const error of [new Error('not now'), new Fault('storage/replaced', 'another')]) {
        const before = () => Promise.reject(error)
        await expect(place.destination.put(LARGE, blob(bytes), labelsOf(), signal, before)).rejects.toBe(error)
      }
      const last = blob(bytes)
      await put(place.destination, LARGE, last)
      expect(last.offsets).toEqual([])
      await expectStored(place.destination, LARGE, bytes)
      expect(place.uploads.all()).toEqual([])
    })

    test('an upload that was complete when the process ended is not sent again', async () => {
      await using place = await start()
      const bytes = bytesOf(12 * MIB)
      const { end } = place.uploads
      place.uploads.end = () => Promise.reject(new Error('killed'))
      await expect(put(place.destination, LARGE, blob(bytes))).rejects.toThrow('killed')
      place.uploads.end = end

      const second = blob(bytes)
      const result = await put(place.again(), LARGE, second)
      expect(second.offsets).toEqual([])
      expect(result).toMatchObject({ size: bytes.length, sha256: second.sha256 })
      expect(place.uploads.all()).toEqual([])
      await expectStored(place.destination, LARGE, bytes)
    })

    test('an upload that is abandoned while it is under way fails, and the next one stores the file', async () => {
      await using place = await start()
      const bytes = bytesOf(22 * MIB)
      const payload = blob(bytes)
      const recorded = place.uploads.recorded(2)
      payload.read = async () =>
        (async function* () {
          yield* takeBytes(inChunks(bytes), 16 * MIB)
          await recorded
          await place.again().can.abandonUploads(new Set(), SOURCES, signal)
          yield* inChunks(bytes.subarray(16 * MIB))
        })()
      await expect(put(place.destination, LARGE, payload)).rejects.toBeInstanceOf(Fault)
      expect(await keysIn(place.destination)).toEqual([])
      await put(place.destination, LARGE, blob(bytes))
      await expectStored(place.destination, LARGE, bytes)
      expect(place.uploads.all()).toEqual([])
    })

    test('uploads nobody waits for are abandoned, and the others left alone', async () => {
      await using place = await start()
      await interrupt(place, bytesOf(22 * MIB), 'r1')
      const wanted = new Set(place.uploads.all().map((upload) => upload.uploadId))
      expect(await place.destination.can.abandonUploads(wanted, SOURCES, signal)).toBe(0)
      expect(await place.destination.can.abandonUploads(new Set(), SOURCES, signal)).toBe(wanted.size)
      expect(await place.destination.can.abandonUploads(new Set(), SOURCES, signal)).toBe(0)
      // The log still has it; the next put finds that it is gone and begins anew.
      await put(place.again(), LARGE, blob(bytesOf(22 * MIB)))
      await expectStored(place.destination, LARGE, bytesOf(22 * MIB))
    })

    test('only what lies below our own folders is abandoned', async () => {
      await using place = await start()
      const ours = [LARGE, 'backup/.drivekeep/versions/1/r1']
      const others = [
        'backup/large',
        'backup/me@example.community/large',
        'backup/you@example.com/large',
        'me@example.com/x',
      ]
      for (const key of [...ours, ...others]) await interrupt(place, bytesOf(12 * MIB), 'r1', key)
      expect(await place.destination.can.abandonUploads(new Set(), SOURCES, signal)).toBe(ours.length)
      const all = ['you@example.com', 'me@example.community']
      expect(await place.destination.can.abandonUploads(new Set(), all, signal)).toBe(all.length)
    })
  })
}

/** Leaves an upload with at least two finished parts behind. */
async function interrupt(place: Place, bytes: Buffer, revision: string, key = LARGE): Promise<void> {
  const stop = new AbortController()
  const payload = blob(bytes)
  const { read } = payload
  const recorded = place.uploads.recorded(2)
  payload.read = async (offset, inner) => {
    const source = await read(offset, inner)
    return (async function* () {
      yield* takeBytes(source, 16 * MIB)
      await recorded
      stop.abort(new Error('interrupted'))
    })()
  }
  const error = (await place.destination.put(key, payload, labelsOf(revision), stop.signal).catch((e) => e)) as Fault
  expect(error.message).toBe('interrupted')
}

function partsOnRecord(place: Place): number[] {
  return place.uploads.all()[0]?.parts.map(({ number }) => number) ?? []
}

/** The numbers of the parts that are noted from now on. */
function partsNoted(place: Place): number[] {
  const numbers: number[] = []
  const { part } = place.uploads
  place.uploads.part = async function (destination, key, finished) {
    numbers.push(finished.number)
    return part.call(this, destination, key, finished)
  }
  return numbers
}

async function* takeBytes(source: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes
  for await (const chunk of source) {
    yield chunk
    left -= chunk.length
    if (left <= 0) return
  }
}
