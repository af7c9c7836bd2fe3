import { expect, test } from 'vitest'
import { blob, bytesOf, labelsOf } from '../../../test/destinations/bytes.ts'
import { type S3Place, startS3Place } from '../../../test/destinations/places.ts'

/** An object that another program replaced is never taken for ours, whatever the server makes of conditions. */

const MIB = 1024 * 1024
const signal = new AbortController().signal

function put({ destination }: S3Place, key: string, size: number, seed = 1) {
  return destination.put(key, blob(bytesOf(size, seed)), labelsOf(), signal)
}

async function contents({ server }: S3Place): Promise<Record<string, string>> {
  const objects = await server.objects('bucket')
  return Object.fromEntries(objects.map(({ key, etag }) => [key, etag]))
}

test('the condition on the original keeps a wrong copy from being made', async () => {
  await using place = await startS3Place()
  const { etag } = await put(place, 'backup/a', 100)
  await put(place, 'backup/a', 100, 2)
  const from = { key: 'backup/a', versionId: null, size: 100, etag }
  const copy = place.destination.can.copy(from, 'backup/free', labelsOf('r2'), signal)
  await expect(copy).rejects.toMatchObject({ code: 'storage/replaced', subject: 'backup/a' })
  expect(Object.keys(await contents(place))).toEqual(['backup/a'])
  expect(place.server.requests.count('CopyObject', 412)).toBe(1)
  expect(place.server.requests.count('DeleteObject')).toBe(0)
})

for (const ignoreConditions of [false, true]) {
  test(`what is under the target stays (conditions ignored: ${ignoreConditions})`, async () => {
    await using place = await startS3Place({ server: { habits: { ignoreConditions } } })
    const { etag } = await put(place, 'backup/a', 100)
    await put(place, 'backup/a', 100, 2)
    await put(place, 'backup/kept', 100, 3)
    const before = await contents(place)
    const from = { key: 'backup/a', versionId: null, size: 100, etag }
    const copy = place.destination.can.copy(from, 'backup/kept', null, signal)
    await expect(copy).rejects.toMatchObject({ code: 'storage/replaced' })
    expect(await contents(place)).toEqual(before)
  })
}

test('where the server ignores the condition, only a wrong copy with labels is removed again', async () => {
  await using place = await startS3Place({ server: { habits: { ignoreConditions: true } } })
  const { server, destination } = place
  for (const labels of [labelsOf('r2'), null]) {
    const { etag } = await put(place, 'backup/a', 100)
    const rule = server.faults.add({
      fault: { kind: 'answer', status: 503, retryAfter: 1 },
      match: { operation: 'CopyObject' },
      times: 1,
    })
    const copy = destination.can.copy({ key: 'backup/a', versionId: null, size: 100, etag }, 'backup/b', labels, signal)
    copy.catch(() => {})
    while (rule.hits === 0) await new Promise((resolve) => setImmediate(resolve))
    await put(place, 'backup/a', 100, 2)
    await expect(copy).rejects.toMatchObject({ code: 'storage/replaced' })
    expect(Object.keys(await contents(place))).toEqual(labels === null ? ['backup/a', 'backup/b'] : ['backup/a'])
  }
})

for (const habit of ['conditionsWithoutQuotes', 'refuseCopyConditions', 'ignoreConditions'] as const) {
  test(`a server that does not understand the condition is found out once (${habit})`, async () => {
    await using place = await startS3Place({
      server: { habits: { [habit]: true } },
      destination: { copyLimit: 5 * MIB },
    })
    const { destination, server } = place
    for (const size of [100, 12 * MIB]) {
      const { etag } = await put(place, 'backup/a', size)
      const from = { key: 'backup/a', versionId: null, size, etag }
      await destination.can.copy(from, 'backup/b', labelsOf('r2'), signal)
      expect((await server.body('bucket', 'backup/b')).equals(bytesOf(size))).toBe(true)
      server.requests.reset()
      await destination.can.copy(from, 'backup/b', null, signal)
      expect(server.requests.count('CopyObject', 412) + server.requests.count('CopyObject', 501)).toBe(0)
      await put(place, 'backup/a', size, 2)
      await destination.remove('backup/b', signal)
      const copy = destination.can.copy(from, 'backup/b', labelsOf('r2'), signal)
      await expect(copy).rejects.toMatchObject({ code: 'storage/replaced' })
      expect(Object.keys(await contents(place))).toEqual(['backup/a'])
    }
  })
}

test('another ETag of the copy alone says nothing: an original that went up in parts', async () => {
  await using place = await startS3Place({ server: { opaqueEtags: true } })
  const { etag } = await put(place, 'backup/a', 9 * MIB)
  const from = { key: 'backup/a', versionId: null, size: 9 * MIB, etag }
  await place.destination.can.copy(from, 'backup/b', labelsOf(), signal)
  expect(Object.keys(await contents(place))).toEqual(['backup/a', 'backup/b'])
})

for (const ignoreConditions of [false, true]) {
  test(`an original that is replaced amid a copy in parts (conditions ignored: ${ignoreConditions})`, async () => {
    await using place = await startS3Place({
      server: { habits: { ignoreConditions } },
      destination: { copyLimit: 5 * MIB },
    })
    const { server, destination } = place
    const { etag } = await put(place, 'backup/a', 6 * MIB)
    // One of the two parts is copied later.
    const later = { kind: 'answer', status: 503, retryAfter: 2 } as const
    const rule = server.faults.add({ fault: later, match: { operation: 'UploadPartCopy' }, times: 1 })
    const copy = destination.can.copy(
      { key: 'backup/a', versionId: null, size: 6 * MIB, etag },
      'backup/b',
      null,
      signal,
    )
    copy.catch(() => {})
    while (rule.hits === 0) await new Promise((resolve) => setImmediate(resolve))
    await put(place, 'backup/a', 6 * MIB, 2)
    await expect(copy).rejects.toMatchObject({ code: 'storage/replaced' })
    expect(Object.keys(await contents(place))).toEqual(['backup/a'])
    expect(server.uploads('bucket')).toEqual([])
  })
}
