import { expect, test } from 'vitest'
import { blob, bytesOf, exported, labelsOf } from '../../../../test/destinations/bytes.ts'
import { startS3Place } from '../../../../test/destinations/places.ts'
import type { Payload } from '../../../backup/model/destination.ts'

/** A server in front of storage refuses large request bodies with 413 and a page of HTML, as nginx and Cloudflare do. */

const MIB = 1024 * 1024
const signal = new AbortController().signal

function startBehindLimit(maxRequestBody: number) {
  const destination = { multipartThreshold: 200 * MIB, partSize: 8 * MIB }
  return startS3Place({ server: { limits: { maxRequestBody } }, destination })
}

const large: [string, Buffer, () => Payload][] = [
  ['streamed', bytesOf(17 * MIB), () => blob(bytesOf(17 * MIB))],
  ['without a checksum, in memory', bytesOf(7 * MIB), () => blob(bytesOf(7 * MIB), 'none')],
  ['of unknown size, in memory', bytesOf(7 * MIB), () => exported(bytesOf(7 * MIB))],
  ['of unknown size, in parts', bytesOf(17 * MIB), () => exported(bytesOf(17 * MIB))],
]

for (const [name, bytes, payload] of large) {
  test(`what a server in front of storage refuses goes up in smaller parts: ${name}`, async () => {
    await using place = await startBehindLimit(6 * MIB)
    const { server, destination } = place
    let calls = 0
    const put = (key: string) =>
      destination.put(key, payload(), labelsOf(), signal, async () => {
        calls += 1
        expect((await server.objects('bucket')).map((object) => object.key)).not.toContain(key)
      })
    await put('backup/first')
    expect(server.requests.count('PutObject', 413) + server.requests.count('UploadPart', 413)).toBeGreaterThan(0)
    server.requests.reset()
    await put('backup/second')
    // The limit is known by now.
    expect(server.requests.count('PutObject') + server.requests.count('UploadPart', 413)).toBe(0)
    expect(calls).toBe(2)
    for (const key of ['backup/first', 'backup/second'])
      expect((await server.body('bucket', key)).equals(bytes)).toBe(true)
    expect(server.uploads('bucket')).toEqual([])
    expect(place.uploads.all()).toEqual([])
  })
}

test('parts are halved, not made as small as can be', async () => {
  await using place = await startBehindLimit(40 * MIB)
  await place.destination.put('backup/file', blob(bytesOf(60 * MIB)), labelsOf(), signal)
  const [object] = await place.server.objects('bucket')
  expect(object?.parts?.[0]?.size).toBe(8 * MIB)
  place.server.requests.reset()
  await place.destination.put('backup/file', blob(bytesOf(30 * MIB)), labelsOf(), signal)
  expect(place.server.requests.count('PutObject', 200)).toBe(1)
})

test('where even the least parts are too large it is a fault of the file, and smaller files are stored', async () => {
  await using place = await startBehindLimit(MIB)
  const { server, destination } = place
  for (const payload of [blob(bytesOf(2 * MIB)), blob(bytesOf(9 * MIB)), exported(bytesOf(9 * MIB))]) {
    const attempt = destination.put('backup/large', payload, labelsOf(), signal)
    await expect(attempt).rejects.toMatchObject({
      code: 'storage/body-too-large',
      subject: 'backup/large',
      detail: 'status 413, text/html',
    })
  }
  await destination.put('backup/small', blob(bytesOf(1000)), labelsOf(), signal)
  expect((await server.objects('bucket')).map((object) => object.key)).toEqual(['backup/small'])
  expect(server.uploads('bucket')).toEqual([])
  expect(place.uploads.all()).toEqual([])
})

test('an upload begun with parts that are too large by now is begun again', async () => {
  await using place = await startBehindLimit(Number.POSITIVE_INFINITY)
  const { server, destination } = place
  const rule = server.faults.add({ fault: { kind: 'reset' }, match: { operation: 'UploadPart' }, after: 1 })
  const put = () => destination.put('backup/file', blob(bytesOf(201 * MIB)), labelsOf(), signal)
  await expect(put()).rejects.toMatchObject({ code: 'storage/unreachable' })
  rule.remove()
  server.limits.maxRequestBody = 6 * MIB
  await put()
  expect((await server.body('bucket', 'backup/file')).equals(bytesOf(201 * MIB))).toBe(true)
  expect(server.uploads('bucket')).toEqual([])
})
