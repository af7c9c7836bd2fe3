import { expect, test } from 'vitest'
import { send } from '../../../../emulator/s3/test-client.ts'
import { blob, bytesOf, exported, labelsOf } from '../../../../test/destinations/bytes.ts'
import { type S3Place, startS3Place } from '../../../../test/destinations/places.ts'

const MIB = 1024 * 1024
const signal = new AbortController().signal

async function setVersioning({ server }: S3Place, status: 'Enabled' | 'Suspended'): Promise<void> {
  const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`
  expect(await send(server, { method: 'PUT', path: '/bucket', query: { versioning: '' }, body })).toMatchObject({
    status: 200,
  })
}

for (const namesNullVersions of [false, true]) {
  test(`in a bucket with suspended versioning nothing has a version (named \`null\`: ${namesNullVersions})`, async () => {
    await using place = await startS3Place({ server: { versioning: true, habits: { namesNullVersions } } })
    const { destination } = place
    const kept = await destination.put('backup/a', blob(bytesOf(10)), labelsOf(), signal)
    expect(kept.versionId).not.toBeNull()
    await setVersioning(place, 'Suspended')
    for (const payload of [blob(bytesOf(11)), blob(bytesOf(2 * MIB)), blob(bytesOf(9 * MIB)), exported(bytesOf(10))]) {
      expect((await destination.put('backup/a', payload, labelsOf(), signal)).versionId).toBeNull()
      expect((await destination.head('backup/a', signal))?.versionId).toBeNull()
    }
    const copied = await destination.can.copy({ key: 'backup/a', versionId: null, size: 10 }, 'backup/b', null, signal)
    expect(copied.versionId).toBeNull()
    expect(await destination.check(signal)).not.toContainEqual(expect.objectContaining({ ok: false }))
  })
}

test('versioning that is switched under a running program is noticed within a minute', async () => {
  let later = 0
  const now = () => Date.now() + later
  await using place = await startS3Place({ server: { versioning: true, now }, destination: { now } })
  const { destination, server } = place
  expect(await destination.can.keepsVersions(signal)).toBe(true)
  await setVersioning(place, 'Suspended')
  server.requests.reset()
  expect(await destination.can.keepsVersions(signal)).toBe(true)
  expect(server.requests.total).toBe(0)
  later = 60_000
  expect(await destination.can.keepsVersions(signal)).toBe(false)
  await setVersioning(place, 'Enabled')
  later = 0 // the clock is set back
  expect(await destination.can.keepsVersions(signal)).toBe(true)
})
