import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { blob, bytesOf, labelsOf } from '../../../../test/destinations/bytes.ts'
import { startS3Place } from '../../../../test/destinations/places.ts'
import { chainCredentials } from './credentials.ts'

const signal = new AbortController().signal
let home = ''

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'home-'))
  // A machine without any credentials, whatever the one that runs the tests has.
  for (const name of Object.keys(process.env).filter((name) => name.startsWith('AWS_'))) vi.stubEnv(name, undefined)
  vi.stubEnv('HOME', home)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(home, { recursive: true })
})

test('without keys the standard chain of AWS is asked, and its keys are used', async () => {
  await using place = await startS3Place({ destination: { accessKeyId: null, secretAccessKey: null } })
  vi.stubEnv('AWS_ACCESS_KEY_ID', place.server.credentials.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', place.server.credentials.secretAccessKey)
  await place.destination.put('backup/file', blob(bytesOf(10)), labelsOf(), signal)
  expect(place.server.requests.count('PutObject', 200)).toBe(1)
})

test('no credentials anywhere: storage/no-credentials, without a request', async () => {
  await using place = await startS3Place({ destination: { accessKeyId: null, secretAccessKey: null } })
  const attempt = place.destination.put('backup/file', blob(bytesOf(10)), labelsOf(), signal)
  await expect(attempt).rejects.toMatchObject({ code: 'storage/no-credentials', subject: 'store' })
  expect(place.server.requests.total).toBe(0)
  expect(await place.destination.check(signal)).toEqual([expect.objectContaining({ step: 'credentials', ok: false })])
})

test('credentials are kept until five minutes before they expire', async () => {
  let now = Date.now()
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'A')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', new Date(now + 3_600_000).toISOString())
  const source = chainCredentials('store', () => now)
  const first = await source.get()
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'B')
  now += 54 * 60_000
  expect(source.get()).toBe(first)
  now += 2 * 60_000
  const [second, third] = await Promise.all([source.get(), source.get()])
  expect(second).toMatchObject({ accessKeyId: 'B' })
  expect(third).toBe(second)
})

test('keys that storage refuses are looked for again', async () => {
  await using place = await startS3Place({ destination: { accessKeyId: null, secretAccessKey: null } })
  vi.stubEnv('AWS_ACCESS_KEY_ID', place.server.credentials.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'an old one')
  await expect(place.destination.head('a', signal)).rejects.toThrow()
  await expect(place.destination.can.keepsVersions(signal)).rejects.toMatchObject({
    code: 'storage/credentials-refused',
  })
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', place.server.credentials.secretAccessKey)
  expect(await place.destination.can.keepsVersions(signal)).toBe(false)
})
