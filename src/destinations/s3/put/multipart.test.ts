import { expect, test } from 'vitest'
import { send } from '../../../../emulator/s3/test-client.ts'
import { blob, bytesOf, exported, inChunks, labelsOf, sha256 } from '../../../../test/destinations/bytes.ts'
import { type S3Place, startS3Place } from '../../../../test/destinations/places.ts'
import { partSizeFor } from './upload.ts'

const MIB = 1024 * 1024
const signal = new AbortController().signal
const large = () => bytesOf(22 * MIB)

async function expectStored(place: S3Place, key: string, wanted: Buffer): Promise<void> {
  expect((await place.server.body('bucket', key)).equals(wanted)).toBe(true)
}

function putLarge(place: S3Place, payload = blob(large())) {
  return place.destination.put('backup/large', payload, labelsOf(), signal)
}

/** As any other program would. */
async function beginUpload({ server }: S3Place, key: string): Promise<void> {
  const path = `/bucket/${key.split('/').map(encodeURIComponent).join('/')}`
  expect(await send(server, { method: 'POST', path, query: { uploads: '' } })).toMatchObject({ status: 200 })
}

test('parts grow with the file, so that the provider’s limit on their number holds', () => {
  const GIB = 1024 * MIB
  expect(partSizeFor(GIB, 16 * MIB, 10_000)).toBe(16 * MIB)
  for (const [size, maxParts] of [
    [50 * GIB, 1_000],
    [5 * 1024 * GIB, 10_000],
    [16_000 * MIB + 1, 1_000],
  ] as const) {
    const part = partSizeFor(size, 16 * MIB, maxParts)
    expect(Math.ceil(size / part)).toBeLessThanOrEqual(maxParts)
    expect(part % MIB).toBe(0)
    expect(Math.ceil(size / (part - MIB))).toBeGreaterThan(maxParts)
  }
})

test('all parts but the last have one size', async () => {
  await using place = await startS3Place()
  await putLarge(place)
  const [object] = await place.server.objects('bucket')
  expect(object?.parts?.map((part) => part.size)).toEqual([5, 5, 5, 5, 2].map((size) => size * MIB))
})

test('the lost answer to the last request of an upload does not lose the upload', async () => {
  await using place = await startS3Place()
  place.server.faults.add({
    fault: { kind: 'lost-reply', end: 'reset' },
    match: { operation: 'CompleteMultipartUpload' },
    times: 1,
  })
  const stored = await putLarge(place)
  expect(stored.etag).toMatch(/-5$/)
  expect(place.uploads.all()).toEqual([])
  await expectStored(place, 'backup/large', large())
})

test('a 200 that carries an error is an error', async () => {
  await using place = await startS3Place()
  const rule = place.server.faults.add({
    fault: { kind: 'error-in-200' },
    match: { operation: ['CompleteMultipartUpload', 'CopyObject'] },
  })
  await expect(putLarge(place)).rejects.toMatchObject({ code: 'storage/unavailable' })
  await place.destination.put('backup/small', blob(bytesOf(10)), labelsOf(), signal)
  const copy = () =>
    place.destination.can.copy({ key: 'backup/small', versionId: null, size: 10 }, 'backup/copy', null, signal)
  await expect(copy()).rejects.toMatchObject({ code: 'storage/unavailable' })
  expect(rule.hits).toBe(6)
  rule.remove()
  await copy()
  // All parts were there: only the last request is repeated.
  const again = blob(large())
  await putLarge(place, again)
  expect(again.offsets).toEqual([])
  await expectStored(place, 'backup/large', large())
})

test('fault that lasts leaves finished parts for the next attempt', async () => {
  await using place = await startS3Place()
  const rule = place.server.faults.add({ fault: { kind: 'reset' }, match: { operation: 'UploadPart' }, after: 2 })
  await expect(putLarge(place)).rejects.toMatchObject({ code: 'storage/unreachable' })
  rule.remove()
  const finished = place.uploads.all()[0]?.parts.length ?? 0
  const again = blob(large())
  await putLarge(place, again)
  expect(again.offsets).toEqual([finished * 5 * MIB])
  await expectStored(place, 'backup/large', large())
})

test('a refusal gives the upload up', async () => {
  await using place = await startS3Place()
  place.server.faults.add({
    fault: { kind: 'answer', status: 400, code: 'InvalidArgument' },
    match: { operation: 'UploadPart' },
    times: 1,
  })
  await expect(putLarge(place)).rejects.toMatchObject({ code: 'storage/request-refused' })
  expect(place.server.uploads('bucket')).toEqual([])
  expect(place.uploads.all()).toEqual([])
})

test('where storage forgot a part, the upload begins anew', async () => {
  await using place = await startS3Place()
  place.server.faults.add({ fault: { kind: 'reset' }, match: { operation: 'UploadPart' }, after: 2, times: 9 })
  await expect(putLarge(place)).rejects.toThrow()
  const [left] = place.uploads.all()
  if (left?.parts[0] === undefined) throw new Error('nothing was recorded')
  left.parts[0].etag = 'another'
  await place.uploads.begin(left)
  for (const part of left.parts) await place.uploads.part('store', left.key, part)
  place.server.faults.clear()
  const again = blob(large())
  await putLarge(place, again)
  expect(again.offsets).toEqual([0])
  expect(place.server.uploads('bucket')).toEqual([])
  await expectStored(place, 'backup/large', large())
})

test('an interrupted export leaves nothing behind', async () => {
  await using place = await startS3Place()
  const stop = new AbortController()
  const source = async function* () {
    yield* inChunks(bytesOf(12 * MIB))
    stop.abort(new Error('shutting down'))
    stop.signal.throwIfAborted()
  }
  const payload = { kind: 'unknown', read: async () => source() } as const
  await expect(place.destination.put('backup/doc', payload, labelsOf(), stop.signal)).rejects.toThrow('shutting down')
  expect(place.server.uploads('bucket')).toEqual([])
  expect(place.uploads.all()).toEqual([])
})

test('uploads that are under way here are not abandoned', async () => {
  await using place = await startS3Place()
  const source = async function* () {
    yield* inChunks(bytesOf(12 * MIB))
    while (place.server.uploads('bucket').length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(await place.destination.can.abandonUploads(new Set(), ['me'], signal)).toBe(0)
    yield Buffer.from('end')
  }
  const stored = await place.destination.put(
    'backup/me/doc',
    { kind: 'unknown', read: async () => source() },
    labelsOf(),
    signal,
  )
  expect(stored.sha256).toBe(sha256(Buffer.concat([bytesOf(12 * MIB), Buffer.from('end')])))
})

test('only what lies below our own folders is ended, at any age, and what others have there is left alone', async () => {
  for (const prefix of ['', 'backup']) {
    await using place = await startS3Place({ destination: { prefix } })
    const base = prefix === '' ? '' : `${prefix}/`
    const ours = ['me/large', 'me/folder/a&b%41 + <ü>\u0085', '.drivekeep/versions/1/r1'].map((path) => base + path)
    const others = ['me', 'me2/large', 'large', '.drivekeepers/x', '.drivekeep'].map((path) => base + path)
    if (prefix !== '') others.push('me/large', '.drivekeep/versions/1/r1')
    for (const key of [...ours, ...others]) await beginUpload(place, key)
    expect(await place.destination.can.abandonUploads(new Set(), ['me'], signal), prefix).toBe(ours.length)
    const left = place.server.uploads('bucket').map(({ key }) => key)
    expect(left.sort(), prefix).toEqual(others.sort())
  }
})

test('all parts together stay within their memory', async () => {
  const forParts = 15 * MIB
  await using place = await startS3Place({ destination: { maxMemoryBytes: 5 * forParts } })
  let read = 0
  let most = 0
  const counted = (bytes: Buffer) => ({
    ...blob(bytes),
    read: async () =>
      (async function* () {
        for await (const chunk of inChunks(bytes)) {
          read += chunk.length
          // What the server has answered for may be let go, in whatever order parts end; all else that was read is held.
          most = Math.max(most, read - place.server.requests.count('UploadPart', 200) * 5 * MIB)
          yield chunk
        }
      })(),
  })
  const files = [1, 2, 3].map((seed) => bytesOf(25 * MIB, seed))
  await Promise.all(files.map((bytes, i) => place.destination.put(`backup/${i}`, counted(bytes), labelsOf(), signal)))
  // Each file holds one chunk beyond its parts, to know whether there is more.
  expect(most).toBeLessThanOrEqual(forParts + files.length * 65_536)
  expect(most).toBeGreaterThan(5 * MIB)
  for (const [i, bytes] of files.entries()) await expectStored(place, `backup/${i}`, bytes)
})

test('a copy over the limit of one request is made in parts, labels included', async () => {
  await using place = await startS3Place({ destination: { copyLimit: 5 * MIB } })
  await putLarge(place)
  const from = { key: 'backup/large', versionId: null, size: 22 * MIB }
  await place.destination.can.copy(from, 'backup/kept', null, signal)
  await place.destination.can.copy({ ...from, sha256: sha256(large()) }, 'backup/new', labelsOf('r2'), signal)
  for (const key of ['backup/kept', 'backup/new']) await expectStored(place, key, large())
  const replaced = place.destination.can.copy({ ...from, etag: 'another' }, 'backup/never', null, signal)
  await expect(replaced).rejects.toMatchObject({ code: 'storage/replaced' })
  const original = await place.destination.head('backup/large', signal)
  expect(await place.destination.head('backup/kept', signal)).toEqual({ ...original, etag: expect.any(String) })
  expect(await place.destination.head('backup/new', signal)).toMatchObject({ revision: 'r2', sha256: sha256(large()) })
  place.server.faults.add({ fault: { kind: 'answer', status: 403 }, match: { operation: 'UploadPartCopy' }, times: 1 })
  await expect(place.destination.can.copy(from, 'backup/never', null, signal)).rejects.toThrow()
  expect(place.server.uploads('bucket')).toEqual([])
})

test('objects, parts and copies get the storage class asked for', async () => {
  await using place = await startS3Place({ destination: { storageClass: 'STANDARD_IA' } })
  await place.destination.put('backup/small', blob(bytesOf(10)), labelsOf(), signal)
  await putLarge(place)
  await place.destination.put('backup/doc', exported(bytesOf(10)), labelsOf(), signal)
  await place.destination.can.copy({ key: 'backup/small', versionId: null, size: 10 }, 'backup/copy', null, signal)
  const classes = (await place.server.objects('bucket')).map((object) => object.storageClass)
  expect(classes).toEqual(Array(4).fill('STANDARD_IA'))
})
