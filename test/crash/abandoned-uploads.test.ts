import { expect, test } from 'vitest'
import { uploadSweep } from '../../src/backup/sweep.ts'
import { oweSweep, uploadBook } from '../../src/catalog/upload-book.ts'
import { Backup } from '../backup/harness.ts'

const KIB = 1024
const signal = new AbortController().signal

/** A backup whose one large file was broken off behind its first parts. */
async function interrupted(): Promise<Backup> {
  const backup = await Backup.start({
    s3: { limits: { minPartSize: 64 * KIB } },
    multipartThreshold: 256 * KIB,
    destination: { partSize: 64 * KIB, retryBaseMs: 1 },
  })
  backup.drive.create({ name: 'large.bin', size: 2048 * KIB })
  const denied = { operation: 'UploadPart' }
  backup.s3.faults.add({ match: denied, after: 5, fault: { kind: 'answer', status: 503, code: 'SlowDown' } })
  await backup.cycle()
  backup.s3.faults.clear()
  expect(backup.s3.uploads('backup').length).toBe(1)
  return backup
}

function sweepOf({ destination, db, events }: Backup) {
  return uploadSweep([destination], uploadBook(db), (event) => events.push(event))
}

test('the sweep leaves an upload alone that its file will continue', async () => {
  await using backup = await interrupted()
  await sweepOf(backup)(signal)
  const sent = backup.s3.requests.count('UploadPart', 200)
  expect(sent).toBeGreaterThan(0)
  backup.clock.time += 3_600_000
  expect(await backup.cycle()).toMatchObject({ synced: 1 })
  // Parts behind one that failed were sent, but could not be written down.
  expect(backup.s3.requests.count('UploadPart', 200)).toBeLessThanOrEqual(32 + 3)
  expect(backup.s3.requests.count('CreateMultipartUpload')).toBe(1)
})

test('the sweep ends the upload of a file that was renamed and stored, edited, or removed meanwhile', async () => {
  for (const change of ['rename', 'edit', 'remove'] as const) {
    await using backup = await interrupted()
    const { drive, s3 } = backup
    const { id } = drive.find('large.bin')
    if (change === 'rename') drive.rename(id, 'other.bin')
    if (change === 'edit') drive.edit(id, 'small now')
    if (change === 'remove') drive.remove(id)
    backup.clock.time += 3_600_000
    await backup.cycle()
    await sweepOf(backup)(signal)
    expect(s3.uploads('backup'), change).toEqual([])
    expect(await backup.db.selectFrom('uploads').selectAll().execute()).toEqual([])
  }
})

test('with nothing done since the last one a sweep asks nothing, unless a run has died', async () => {
  await using backup = await interrupted()
  const sweep = sweepOf(backup)
  await sweep(signal)
  backup.resetCounts()
  await sweep(signal)
  expect(backup.s3.requests.total).toBe(0)
  await oweSweep(backup.db)
  await sweep(signal)
  expect(backup.s3.requests.count('ListMultipartUploads')).toBe(1)
  await sweep(signal)
  expect(backup.s3.requests.total).toBe(1)
})

test('a sweep that storage refuses is told, and made up for later', async () => {
  await using backup = await interrupted()
  await oweSweep(backup.db)
  const sweep = sweepOf(backup)
  backup.s3.users.deny(backup.s3.credentials.accessKeyId, {})
  await sweep(signal)
  expect(backup.events.at(-1)).toMatchObject({ type: 'trouble', fault: { code: 's3/access-denied' } })
  backup.s3.users.allow(backup.s3.credentials.accessKeyId)
  backup.resetCounts()
  await sweep(signal)
  expect(backup.s3.requests.count('ListMultipartUploads', 200)).toBe(1)
})
