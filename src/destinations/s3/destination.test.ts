import { expect, test } from 'vitest'
import { startS3Place } from '../../../test/destinations/places.ts'
import type { S3Options } from './destination.ts'

const signal = new AbortController().signal

test('making a destination sends nothing', async () => {
  await using place = await startS3Place()
  expect(place.server.requests.total).toBe(0)
  expect(place.destination.calls).toBe(0)
})

test('its address says where it points, without secrets', async () => {
  await using place = await startS3Place({ destination: { prefix: '/a/b/', endpoint: 'https://store.example/s3/' } })
  expect(place.destination.address).toBe('s3://bucket/a/b/ at https://store.example/s3')
})

test('the host is the bucket’s own where the provider wants it, unless that cannot work or is not wished', async () => {
  const hostOf = async (options: Partial<S3Options>): Promise<string> => {
    const endpoint = 'http://nowhere.invalid'
    await using place = await startS3Place({ destination: { endpoint, forcePathStyle: false, ...options } })
    // There is no such host, so the fault names the one that was looked for.
    const error = await place.destination.head('a', signal).catch((error: Error) => error)
    return /ENOTFOUND (\S+?)[).]? *$/.exec((error as { detail?: string }).detail ?? '')?.[1] ?? String(error)
  }
  expect(await hostOf({ type: 'aws' })).toBe('bucket.nowhere.invalid')
  expect(await hostOf({ type: 'aws', forcePathStyle: true })).toBe('nowhere.invalid')
  expect(await hostOf({ type: 'aws', bucket: 'with.dots' })).toBe('nowhere.invalid')
  expect(await hostOf({ type: 'minio' })).toBe('nowhere.invalid')
  expect(await hostOf({})).toBe('nowhere.invalid')
})
