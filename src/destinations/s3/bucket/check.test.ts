import { expect, test } from 'vitest'
import type { Habits } from '../../../../emulator/s3/index.ts'
import { type S3Place, startS3Place } from '../../../../test/destinations/places.ts'
import type { S3Options } from '../destination.ts'

/** The self-test names the step that fails and what to do about it, and cleans up after itself. */

const signal = new AbortController().signal

async function failing(place: S3Place): Promise<string[]> {
  const results = await place.destination.check(signal)
  const found = results.filter((result) => !result.ok).map((result) => `${result.step}: ${result.message}`)
  return found
}

async function left(place: S3Place): Promise<string[]> {
  return (await place.server.objects('bucket', { versions: true })).map((object) => object.key)
}

test('all steps pass on a good bucket, in order, and nothing is left, old versions neither', async () => {
  for (const versioning of [false, true]) {
    await using place = await startS3Place({ server: { versioning } })
    const results = await place.destination.check(signal)
    expect(results.map((result) => [result.step, result.ok])).toEqual(
      [
        'reach the endpoint',
        'clock',
        'credentials',
        'bucket',
        'write',
        'refuse a wrong payload hash',
        'refuse a wrong Content-MD5',
        'read back',
        'list',
        'copy',
        'multipart upload',
        'versioning',
        'delete',
      ].map((step) => [step, true]),
    )
    expect(await left(place)).toEqual([])
    expect(place.server.uploads('bucket')).toEqual([])
  }
})

const settings: [Partial<S3Options>, RegExp][] = [
  [{ endpoint: 'http://127.0.0.1:1' }, /^reach the endpoint: .*cannot be reached.*Check destinations/],
  [{ secretAccessKey: 'wrong' }, /^credentials: .*Check access_key_id and secret_access_key/],
  [{ bucket: 'missing' }, /^bucket: .*does not exist.*Create it/],
  [{ region: 'eu-west-1' }, /^bucket: .*another region.*region/],
  [{ now: () => Date.now() - 3_600_000 }, /^clock: .*Set the clock/],
  [{ storageClass: 'COLD_AS_ICE' }, /^write: .*InvalidStorageClass/],
]

for (const [wrong, words] of settings) {
  test(`wrong settings: ${words.source}`, async () => {
    await using place = await startS3Place({ destination: wrong })
    expect(await failing(place)).toContainEqual(expect.stringMatching(words))
  })
}

test('a clock some minutes off is noticed before storage refuses it', async () => {
  await using place = await startS3Place({ destination: { now: () => Date.now() + 8 * 60_000 } })
  expect(await failing(place)).toEqual([expect.stringMatching(/^clock: .*8 minutes off/)])
})

const rights = [
  ['put', /^write: .*allow s3:PutObject/],
  ['get', /^read back: .*allow s3:GetObject/],
  ['list', /^list: .*allow s3:ListBucket/],
  ['delete', /^delete: .*allow s3:DeleteObject/],
] as const

for (const [action, words] of rights) {
  test(`a missing right is named: ${words.source}`, async () => {
    await using place = await startS3Place()
    place.server.users.deny(place.server.credentials.accessKeyId, { action })
    expect(await failing(place)).toContainEqual(expect.stringMatching(words))
    if (action !== 'delete') expect(await left(place)).toEqual([])
  })
}

const habits: [Partial<Habits>, RegExp][] = [
  [{ ignorePayloadHash: true }, /^refuse a wrong payload hash: the server stores an upload although/],
  [{ ignoreContentMd5: true }, /^refuse a wrong Content-MD5: the server stores an upload although/],
]

for (const [habit, words] of habits) {
  test(`a server that checks nothing is found out: ${words.source}`, async () => {
    await using place = await startS3Place({ server: { habits: habit } })
    expect(await failing(place)).toEqual([expect.stringMatching(words)])
    expect(await left(place)).toEqual([])
  })
}

test('other bytes than were written are found out', async () => {
  await using place = await startS3Place()
  place.server.faults.add({ fault: { kind: 'alter-stored' }, match: { operation: 'PutObject' }, times: 1 })
  expect(await failing(place)).toEqual([expect.stringMatching(/^read back: other bytes/)])
})

test('an abort ends the self-test, and the probe is removed all the same', async () => {
  await using place = await startS3Place()
  const stop = new AbortController()
  place.server.faults.add({ fault: { kind: 'answer', status: 503, retryAfter: 19 }, match: { operation: 'GetObject' } })
  const check = place.destination.check(stop.signal)
  while (place.server.requests.count('GetObject', 503) === 0) await new Promise((resolve) => setImmediate(resolve))
  stop.abort(new Error('enough'))
  await expect(check).rejects.toThrow('enough')
  expect(await left(place)).toEqual([])
})

test('a bucket whose versioning we may not ask for counts as one that keeps none', async () => {
  await using place = await startS3Place({ server: { versioning: true } })
  for (const fault of [
    { kind: 'answer', status: 403 },
    { kind: 'answer', status: 501, code: 'NotImplemented' },
  ] as const) {
    place.server.faults.add({ fault, match: { operation: 'GetBucketVersioning' }, times: 1 })
    expect(await place.again().can.keepsVersions(signal)).toBe(false)
  }
  const asked = place.again()
  place.server.requests.reset()
  for (let i = 0; i < 3; i++) expect(await asked.can.keepsVersions(signal)).toBe(true)
  expect(place.server.requests.total).toBe(1)
})
