import { describe, expect, test } from 'vitest'
import { blob, bytesOf, collect, exported, labelsOf, md5, sha256 } from '../../test/destinations/bytes.ts'
import type { Place } from '../../test/destinations/place.ts'
import { KINDS } from '../../test/destinations/places.ts'
import { expectStored, keysIn, read } from '../../test/destinations/stored.ts'
import type { Destination, Payload } from '../backup/model/destination.ts'
import { Fault } from '../backup/model/faults.ts'

/** What every Destination promises, whatever is behind it. It is looked at through its own interface only. */

const MIB = 1024 * 1024
const signal = new AbortController().signal

/** Below and above the sizes at which a destination may change its way: buffered, streamed, in parts. */
const SIZES = { nothing: 0, small: 4096, medium: 3 * MIB, large: 17 * MIB + 11 }

const AWKWARD = ['a b', '%41%2F', '1+1', '#1', 'what?', 'line\nbreak', 'tab\there', '😀', 'e\u0301', '\u00e9', '~$a', "it's (1)!*", 'x&<y>"', 'back\\slash', ' edges ', 'a=b&c=d', '日本語', '.hidden', 'a:b', 'x'.repeat(255)] // biome-ignore format: a list to be read as one

/** A payload for each way in which bytes reach storage, and payloads of the same size that are other bytes than described. */
const HOOKED: Record<string, () => { bytes: Buffer; right: Payload; wrong: Payload[] }> = {
  'in memory': () => {
    const bytes = bytesOf(4096)
    const other = bytesOf(4096, 2)
    return { bytes, right: blob(bytes), wrong: [blob(bytes, 'sha256', other), blob(bytes, 'md5', other)] }
  },
  empty: () => ({ bytes: Buffer.alloc(0), right: blob(Buffer.alloc(0)), wrong: [] }),
  streamed: () => {
    const bytes = bytesOf(3 * MIB)
    const other = bytesOf(3 * MIB, 2)
    return { bytes, right: blob(bytes), wrong: [blob(bytes, 'sha256', other), blob(bytes, 'md5', other)] }
  },
  'in parts': () => {
    const bytes = bytesOf(17 * MIB)
    return { bytes, right: blob(bytes), wrong: [blob(bytes, 'both', bytesOf(17 * MIB, 2))] }
  },
  'of unknown size': () => ({ bytes: bytesOf(4096), right: exported(bytesOf(4096)), wrong: [] }),
  'of unknown size, in parts': () => ({ bytes: bytesOf(12 * MIB), right: exported(bytesOf(12 * MIB)), wrong: [] }),
}

function put(destination: Destination, key: string, payload: Payload, revision = 'r1') {
  return destination.put(key, payload, labelsOf(revision), signal)
}

for (const kind of KINDS) {
  describe(kind.name, () => {
    const start = (versioning = false): Promise<Place> => kind.start({ versioning })

    for (const [name, size] of Object.entries(SIZES)) {
      for (const checksums of ['both', 'sha256', 'md5', 'none'] as const) {
        test(`a ${name} file with ${checksums} of the checksums known comes back as it was`, async () => {
          await using place = await start()
          const bytes = bytesOf(size)
          const result = await put(place.destination, 'backup/file', blob(bytes, checksums))
          await expectStored(place.destination, 'backup/file', bytes)
          expect(result.size).toBe(size)
          expect([sha256(bytes), null]).toContain(result.sha256)
          expect([md5(bytes), null]).toContain(result.md5)
          expect(result.sha256 ?? result.md5).not.toBeNull()
          expect([(await place.destination.head('backup/file', signal))?.etag, null]).toContain(result.etag)
        })

        test(`other bytes than announced never appear: ${name}, ${checksums} of the checksums known`, async () => {
          await using place = await start()
          const described = bytesOf(size)
          const longer = Buffer.concat([described, Buffer.from('x')])
          const shorter = described.subarray(0, -1)
          const edited = Buffer.concat([shorter, Buffer.from([(described.at(-1) ?? 0) ^ 1])])
          // Nothing of an empty file is read, so nothing can differ; and who knows no checksum cannot see an edit.
          const wrong = size === 0 ? [] : checksums === 'none' ? [longer, shorter] : [longer, shorter, edited]
          for (const content of wrong) {
            const attempt = put(place.destination, 'backup/file', blob(described, checksums, content))
            await expect(attempt).rejects.toMatchObject({ code: 'drive/content-mismatch', subject: 'backup/file' })
            expect(await keysIn(place.destination)).toEqual([])
          }
          expect(place.uploads.all()).toEqual([])
        })
      }

      test(`an export of unknown size (${name}) comes back as it was, and its checksum is told`, async () => {
        await using place = await start()
        const bytes = bytesOf(size)
        const result = await put(place.destination, 'backup/doc.docx', exported(bytes))
        await expectStored(place.destination, 'backup/doc.docx', bytes)
        expect(result).toMatchObject({ size, sha256: sha256(bytes) })
        expect(place.uploads.all()).toEqual([])
      })
    }

    test('a refused replacement leaves the old content', async () => {
      await using place = await start()
      await put(place.destination, 'backup/file', blob(bytesOf(10)))
      for (const size of [4096, 3 * MIB, 17 * MIB]) {
        const replacement = blob(bytesOf(size), 'both', bytesOf(size, 2))
        await expect(put(place.destination, 'backup/file', replacement, 'r2')).rejects.toThrow()
        await expectStored(place.destination, 'backup/file', bytesOf(10))
      }
    })

    test('a replacement is what the key shows afterwards', async () => {
      await using place = await start()
      await put(place.destination, 'backup/file', blob(bytesOf(10)))
      await put(place.destination, 'backup/file', blob(bytesOf(9 * MIB, 2)), 'r2')
      await expectStored(place.destination, 'backup/file', bytesOf(9 * MIB, 2))
      expect(await keysIn(place.destination)).toEqual(['backup/file'])
    })

    test('awkward keys are kept apart, listed as they are, and reach their own objects', async () => {
      await using place = await start()
      const wanted = AWKWARD.map((name) => `backup/My Drive/${name}/file ${name.slice(0, 99)}.txt`)
      for (const key of wanted) await put(place.destination, key, blob(Buffer.from(key)))
      expect((await keysIn(place.destination)).sort()).toEqual([...wanted].sort())
      for (const key of wanted) expect(String(await read(place.destination, key))).toBe(key)
      for (const key of wanted) {
        await place.destination.can.copy({ key, versionId: null, size: key.length }, `${key} copy`, null, signal)
        await place.destination.remove(key, signal)
        expect(String(await read(place.destination, `${key} copy`))).toBe(key)
        expect(await place.destination.head(key, signal)).toBeNull()
      }
    })

    test('keys come from the place of a file and stay within 1,024 bytes', async () => {
      await using place = await start()
      const path = `${'d'.repeat(300)}/`.repeat(4)
      const content = { revision: 'r1', variant: null }
      const long = ['one', 'two'].map((fileId) =>
        place.destination.keys.current({ source: 'My Drive', path: `${path}a.txt`, fileId, ...content }),
      )
      expect(new Set(long).size).toBe(2)
      for (const key of long) await put(place.destination, key, blob(Buffer.from(key)))
      for (const key of long) expect(String(await read(place.destination, key))).toBe(key)
      expect(place.destination.keys.current({ source: 'My Drive', path: 'a/b.txt', fileId: 'x', ...content })).toBe(
        'backup/My Drive/a/b.txt',
      )
      expect(place.destination.keys.history('x', 'r1', 'e1')).toBe('backup/.drivekeep/versions/x/r1.e1')
      expect(place.destination.keys.history('x', 'r1', null)).toBe('backup/.drivekeep/versions/x/r1')
      expect(place.destination.keys.stranger('backup/a', 'e1')).toBe('backup/.drivekeep/versions/not-ours/e1/backup/a')
      expect(place.destination.keys.marker).toBe('backup/.drivekeep/destination.json')
      expect(place.destination.keys.folders(['My Drive'])).toEqual(['backup/My Drive/', 'backup/.drivekeep/'])
    })

    test('reading can begin anywhere', async () => {
      await using place = await start()
      const bytes = bytesOf(100_000)
      await put(place.destination, 'backup/file', blob(bytes))
      const object = { key: 'backup/file', versionId: null, size: bytes.length }
      for (const offset of [0, 1, 65_536, 99_999, 100_000]) {
        expect(await collect(await place.destination.open(object, offset, signal))).toEqual(bytes.subarray(offset))
      }
    })

    test('what is not there: head says null, remove is content, open and copy say storage/not-found', async () => {
      await using place = await start()
      const missing = { key: 'backup/missing', versionId: null, size: 5 }
      expect(await place.destination.head('backup/missing', signal)).toBeNull()
      await place.destination.remove('backup/missing', signal)
      await expect(place.destination.open(missing, 0, signal)).rejects.toMatchObject({ code: 'storage/not-found' })
      for (const labels of [null, labelsOf()]) {
        const copy = place.destination.can.copy(missing, 'backup/copy', labels, signal)
        await expect(copy).rejects.toMatchObject({ code: 'storage/not-found', subject: 'backup/missing' })
      }
    })

    test('a removed key is gone, also when it is removed twice', async () => {
      await using place = await start()
      await put(place.destination, 'backup/file', blob(bytesOf(10)))
      await place.destination.remove('backup/file', signal)
      await place.destination.remove('backup/file', signal)
      expect(await place.destination.head('backup/file', signal)).toBeNull()
      expect(await keysIn(place.destination)).toEqual([])
    })

    test('labels are read back, and a copy has the new ones or keeps the old', async () => {
      await using place = await start()
      const bytes = bytesOf(100)
      const { destination } = place
      await put(destination, 'backup/a', blob(bytes))
      const wanted = { size: 100, fileId: labelsOf().fileId, sha256: sha256(bytes) }
      expect(await destination.head('backup/a', signal)).toMatchObject({ ...wanted, revision: 'r1' })
      const from = { key: 'backup/a', versionId: null, size: 100, sha256: sha256(bytes) }
      await destination.can.copy(from, 'backup/b', labelsOf('r2'), signal)
      await destination.can.copy(from, 'backup/c', null, signal)
      expect(await destination.head('backup/b', signal)).toMatchObject({ ...wanted, revision: 'r2' })
      expect(await destination.head('backup/c', signal)).toMatchObject({ ...wanted, revision: 'r1' })
      await expectStored(destination, 'backup/b', bytes)
    })

    test('what was replaced by somebody else is not copied in its place', async () => {
      await using place = await start()
      const { destination } = place
      const { etag } = await put(destination, 'backup/a', blob(bytesOf(100)))
      const meant = { key: 'backup/a', versionId: null, size: 100, etag }
      await destination.can.copy(meant, 'backup/b', labelsOf(), signal)
      await put(destination, 'backup/a', blob(bytesOf(100, 2)))
      for (const labels of [labelsOf(), null])
        await expect(destination.can.copy(meant, 'backup/c', labels, signal)).rejects.toMatchObject({
          code: 'storage/replaced',
          subject: 'backup/a',
        })
      expect(await keysIn(destination)).toEqual(['backup/a', 'backup/b'])
      // A copy that was there before is not touched.
      await expect(destination.can.copy(meant, 'backup/b', null, signal)).rejects.toMatchObject({
        code: 'storage/replaced',
      })
      await expectStored(destination, 'backup/b', bytesOf(100))
      await destination.remove('backup/a', signal)
      await expect(destination.can.copy(meant, 'backup/c', null, signal)).rejects.toMatchObject({
        code: 'storage/not-found',
      })
    })

    for (const [name, payloadOf] of Object.entries(HOOKED)) {
      test(`beforeVisible is called once, while the key still shows what was there: ${name}`, async () => {
        await using place = await start()
        const { destination } = place
        await put(destination, 'backup/file', blob(bytesOf(10)))
        const seen: (Buffer | null)[] = []
        const before = async () => void seen.push(await read(destination, 'backup/file'))
        const payload = payloadOf()
        await destination.put('backup/file', payload.right, labelsOf('r2'), signal, before)
        expect(seen).toEqual([bytesOf(10)])
        await expectStored(destination, 'backup/file', payload.bytes)
      })

      test(`what beforeVisible throws ends the put, and comes through as it is: ${name}`, async () => {
        await using place = await start()
        const { destination } = place
        await put(destination, 'backup/file', blob(bytesOf(10)))
        for (const error of [new TypeError('a bug'), new Fault('storage/archived', 'backup/file')]) {
          const before = () => Promise.reject(error)
          const attempt = destination.put('backup/file', payloadOf().right, labelsOf('r2'), signal, before)
          await expect(attempt).rejects.toBe(error)
        }
        await expectStored(destination, 'backup/file', bytesOf(10))
        const payload = payloadOf()
        await put(destination, 'backup/file', payload.right, 'r2')
        await expectStored(destination, 'backup/file', payload.bytes)
        expect(await destination.can.abandonUploads(new Set(), [], signal)).toBe(0)
      })

      test(`beforeVisible is not called for other bytes, unless storage alone can tell: ${name}`, async () => {
        await using place = await start()
        const { destination } = place
        const { wrong } = payloadOf()
        let calls = 0
        const before = async () => void calls++
        for (const payload of wrong) {
          const attempt = destination.put('backup/file', payload, labelsOf(), signal, before)
          await expect(attempt).rejects.toMatchObject({ code: 'drive/content-mismatch' })
        }
        expect(calls).toBe(name === 'streamed' && kind.provesStreamed ? wrong.length : 0)
        expect(await keysIn(destination)).toEqual([])
      })
    }

    test('the object that identifies the destination is left alone', async () => {
      await using place = await start()
      const { destination } = place
      await put(destination, destination.keys.marker, blob(Buffer.from('{}')))
      expect(await destination.can.abandonUploads(new Set(), ['me'], signal)).toBe(0)
      await destination.check(signal)
      expect(await keysIn(destination, destination.keys.folders([])[0])).toEqual([destination.keys.marker])
      expect(String(await read(destination, destination.keys.marker))).toBe('{}')
    })

    test.runIf(kind.versions)(
      'where storage keeps versions, a replaced and a removed content can still be read and copied',
      async () => {
        await using place = await start(true)
        const { destination } = place
        expect(await destination.can.keepsVersions(signal)).toBe(true)
        const first = await put(destination, 'backup/file', blob(bytesOf(10)))
        await put(destination, 'backup/file', blob(bytesOf(20)), 'r2')
        await destination.remove('backup/file', signal)
        const old = { key: 'backup/file', versionId: first.versionId, size: 10 }
        expect(await collect(await destination.open(old, 0, signal))).toEqual(bytesOf(10))
        await destination.can.copy(old, 'backup/back', labelsOf(), signal)
        await expectStored(destination, 'backup/back', bytesOf(10))
      },
    )

    test('where it keeps none, it says so', async () => {
      await using place = await start()
      expect(await place.destination.can.keepsVersions(signal)).toBe(false)
    })

    test('a listing has every key under the prefix and no other, over several pages, and may be left early', async () => {
      await using place = await start()
      const { destination } = place
      const many = Array.from({ length: 1_100 }, (_, i) => `backup/many/${String(i).padStart(5, '0')}`)
      const queue = [...many, 'backup/other', 'backup/manyfold']
      const worker = async () => {
        for (let key = queue.pop(); key !== undefined; key = queue.pop())
          await put(destination, key, blob(Buffer.from('x')))
      }
      await Promise.all(Array.from({ length: 16 }, worker))
      expect(await keysIn(destination, 'backup/many/')).toEqual(many)
      const { etag = null } = (await destination.head(many[0] ?? '', signal)) ?? {}
      for await (const { lastModified, ...first } of destination.list('backup/many/', signal)) {
        expect(first).toEqual({ key: many[0], size: 1, etag })
        expect(Math.abs((lastModified ?? 0) - Date.now())).toBeLessThan(10 * 60_000)
        break
      }
    })

    test('an aborted call throws the reason given, and nothing appears', async () => {
      await using place = await start()
      const reason = new Error('shutting down')
      const aborted = AbortSignal.abort(reason)
      const object = { key: 'backup/a', versionId: null, size: 1 }
      const calls: (() => Promise<unknown>)[] = [
        () => place.destination.put('backup/a', blob(bytesOf(10)), labelsOf(), aborted),
        () => place.destination.put('backup/a', blob(bytesOf(3 * MIB)), labelsOf(), aborted),
        () => place.destination.put('backup/a', exported(bytesOf(10)), labelsOf(), aborted),
        () => place.destination.can.copy(object, 'backup/b', labelsOf(), aborted),
        () => place.destination.open(object, 0, aborted),
        () => place.destination.head('backup/a', aborted),
        () => place.destination.remove('backup/a', aborted),
      ]
      for (const call of calls) await expect(call()).rejects.toBe(reason)
      expect(await keysIn(place.destination)).toEqual([])
    })

    test('what the source throws comes through as it is', async () => {
      await using place = await start()
      const fault = new TypeError('a bug in the reader')
      for (const size of [10, 3 * MIB, 17 * MIB]) {
        const payload = { ...blob(bytesOf(size)), read: async () => Promise.reject(fault) }
        await expect(put(place.destination, 'backup/a', payload)).rejects.toBe(fault)
      }
      expect(await keysIn(place.destination)).toEqual([])
    })

    test('the self-test finds nothing wrong and leaves nothing behind', async () => {
      for (const versioning of kind.versions ? [false, true] : [false]) {
        await using place = await start(versioning)
        const results = await place.destination.check(signal)
        expect(results.filter((result) => !result.ok)).toEqual([])
        expect(results.length).toBeGreaterThan(5)
        expect(await keysIn(place.destination)).toEqual([])
      }
    })
  })
}
