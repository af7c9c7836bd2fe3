import { expect, inject, test } from 'vitest'
import type { FaultCode } from '../../src/backup/model/faults.ts'
import type { S3Options } from '../../src/destinations/s3/destination.ts'
import { blob, bytesOf, exported, labelsOf } from '../destinations/bytes.ts'
import type { Place } from '../destinations/place.ts'
import { expectStored, keysIn } from '../destinations/stored.ts'
import { administer, type Ceph } from './ceph.ts'
import { makeUser, startCephPlace } from './ceph-place.ts'

/** What Ceph refuses, in its own words: each fault has the fault that the operator can act upon. */

const MIB = 1024 * 1024
const signal = new AbortController().signal
const ceph = inject('ceph') as Ceph

/** A buffered file, a streamed one, one in parts, and an export. */
const PAYLOADS = [
  () => blob(bytesOf(100)),
  () => blob(bytesOf(2 * MIB)),
  () => blob(bytesOf(9 * MIB)),
  () => exported(bytesOf(100)),
]

async function expectRefused({ destination }: Place, code: FaultCode): Promise<void> {
  for (const payload of PAYLOADS) {
    await expect(destination.put('backup/file', payload(), labelsOf(), signal)).rejects.toMatchObject({ code })
  }
}

const wrongSettings: [string, Partial<S3Options>, FaultCode][] = [
  ['a wrong secret', { secretAccessKey: 'not-the-secret' }, 'storage/credentials-refused'],
  ['an unknown access key', { accessKeyId: 'UNKNOWN' }, 'storage/credentials-refused'],
  ['a missing bucket', { bucket: 'missing' }, 'storage/no-bucket'],
  ['a clock an hour ahead', { now: () => Date.now() + 3_600_000 }, 'storage/clock-skew'],
]

for (const [what, destination, code] of wrongSettings) {
  test(`${what}: ${code}`, async () => {
    await using place = await startCephPlace(ceph, { destination })
    await expectRefused(place, code)
  })
}

test('a bucket of somebody else: storage/access-denied', async () => {
  await using owners = await startCephPlace(ceph)
  const { accessKeyId, secretAccessKey } = await makeUser(ceph)
  await using place = await startCephPlace(ceph, {
    destination: { bucket: owners.bucket, accessKeyId, secretAccessKey },
  })
  await expectRefused(place, 'storage/access-denied')
})

test('a suspended user is denied everything, and is served again when enabled', async () => {
  const user = await makeUser(ceph)
  await using place = await startCephPlace(ceph, { keys: user })
  await administer(ceph, 'user', 'suspend', '--uid', user.uid)
  await expectRefused(place, 'storage/access-denied')
  await expect(keysIn(place.destination)).rejects.toMatchObject({ code: 'storage/access-denied' })
  await administer(ceph, 'user', 'enable', '--uid', user.uid)
  await place.destination.put('backup/file', blob(bytesOf(100)), labelsOf(), signal)
  await expectStored(place.destination, 'backup/file', bytesOf(100))
})

test('a used-up quota is storage/full, leaves what is stored, and ends when the quota is raised', async () => {
  const user = await makeUser(ceph)
  await using place = await startCephPlace(ceph, { keys: user })
  const { destination } = place
  const quota = (...args: string[]) => administer(ceph, 'quota', ...args, '--quota-scope', 'user', '--uid', user.uid)
  // In objects: Ceph counts those at once, and bytes that were there before only after a while.
  await quota('set', '--max-objects', '1')
  await quota('enable')
  await destination.put('backup/first', blob(bytesOf(100)), labelsOf(), signal)
  await expectRefused(place, 'storage/full')
  expect(await keysIn(destination)).toEqual(['backup/first'])
  await expectStored(destination, 'backup/first', bytesOf(100))
  await quota('disable')
  await destination.put('backup/file', blob(bytesOf(9 * MIB)), labelsOf(), signal)
  await expectStored(destination, 'backup/file', bytesOf(9 * MIB))
})

test('a key that may not delete stores all the same, and the self-test names what is missing', async () => {
  const user = await makeUser(ceph, '--op-mask', 'read,write')
  await using place = await startCephPlace(ceph, { keys: user })
  const { destination } = place
  for (const [i, payload] of PAYLOADS.entries()) {
    await destination.put(`backup/${i}`, payload(), labelsOf(), signal)
  }
  await expect(destination.remove('backup/0', signal)).rejects.toMatchObject({ code: 'storage/access-denied' })
  await expectStored(destination, 'backup/0', bytesOf(100))
  const failing = (await destination.check(signal)).filter((result) => !result.ok)
  expect(failing.map(({ step, message }) => `${step}: ${message}`)).toEqual([
    // To give an upload up is to delete, for Ceph.
    expect.stringMatching(/^multipart upload: .*s3:AbortMultipartUpload/),
    expect.stringMatching(/^delete: .*allow s3:DeleteObject/),
  ])
})

test('a key that may only read: storage/access-denied', async () => {
  const user = await makeUser(ceph)
  await using place = await startCephPlace(ceph, { keys: user })
  await place.destination.put('backup/file', blob(bytesOf(100)), labelsOf(), signal)
  await administer(ceph, 'user', 'modify', '--uid', user.uid, '--op-mask', 'read')
  await expectRefused(place, 'storage/access-denied')
  await expectStored(place.destination, 'backup/file', bytesOf(100))
})

test('a key longer than Ceph takes: storage/key-refused, about that key', async () => {
  await using place = await startCephPlace(ceph)
  const key = `backup/${'x'.repeat(1_100)}`
  const attempt = place.destination.put(key, blob(bytesOf(1)), labelsOf(), signal)
  await expect(attempt).rejects.toMatchObject({ code: 'storage/key-refused', subject: key })
})
