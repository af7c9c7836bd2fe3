import { expect, test } from 'vitest'
import { send } from '../../emulator/s3/test-client.ts'
import { excluder } from '../../src/backup/plan/exclude.ts'
import { uploadSweep } from '../../src/backup/transfer/sweep.ts'
import { noteRules } from '../../src/catalog/work/fill.ts'
import { oweSweep, uploadBook } from '../../src/catalog/work/upload-book.ts'
import { Backup, type Setup } from '../backup/harness.ts'
import { MemoryUploadLog } from '../destinations/upload-log.ts'

const KIB = 1024
const signal = new AbortController().signal

/** A backup whose one large file was broken off behind its first parts. */
async function interrupted(destination: Setup['destination'] = {}): Promise<Backup> {
  const backup = await Backup.start({
    s3: { limits: { minPartSize: 64 * KIB } },
    multipartThreshold: 256 * KIB,
    destination: { partSize: 64 * KIB, retryBaseMs: 1, ...destination },
  })
  backup.drive.create({ name: 'large.bin', size: 2048 * KIB })
  const denied = { operation: 'UploadPart' }
  backup.s3.faults.add({ match: denied, after: 5, fault: { kind: 'answer', status: 503, code: 'SlowDown' } })
  await backup.cycle()
  backup.s3.faults.clear()
  expect(backup.s3.uploads('backup').length).toBe(1)
  return backup
}

const CHANGES = ['rename', 'edit', 'remove', 'exclude'] as const

async function change(backup: Backup, how: (typeof CHANGES)[number]): Promise<void> {
  const { drive, db } = backup
  const { id } = drive.find('large.bin')
  if (how === 'rename') drive.rename(id, 'other.bin')
  if (how === 'edit') drive.edit(id, 'small now')
  if (how === 'remove') drive.remove(id)
  if (how !== 'exclude') return
  await noteRules(db, 'with all')
  backup.setRules({ excludes: excluder(['*.bin'], []) })
  await noteRules(db, 'without *.bin')
}

function rowsOf({ db }: Backup) {
  return db.selectFrom('uploads').selectAll().execute()
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

for (const prefix of ['home', ''])
  for (const how of CHANGES)
    test(`prefix '${prefix}', ${how}: the sweep ends an upload that its file waits for no more`, async () => {
      await using backup = await interrupted({ prefix })
      await change(backup, how)
      backup.clock.time += 3_600_000
      await backup.cycle()
      await sweepOf(backup)(signal)
      expect(backup.s3.uploads('backup')).toEqual([])
      expect(await rowsOf(backup)).toEqual([])
    })

test('without a prefix the sweep ends an upload that was begun and never written down, and none of somebody else', async () => {
  // What is written down here dies with the process.
  await using backup = await interrupted({ prefix: '', uploads: new MemoryUploadLog() })
  const others = { method: 'POST', path: '/backup/photos/large.bin', query: { uploads: '' } }
  expect(await send(backup.s3, others)).toMatchObject({ status: 200 })
  await backup.close()
  await backup.open()
  expect(await rowsOf(backup)).toEqual([])
  await oweSweep(backup.db)
  await sweepOf(backup)(signal)
  expect(backup.s3.uploads('backup').map(({ key }) => key)).toEqual(['photos/large.bin'])
})

test('an upload that cannot be ended is not forgotten: the next process ends it, though it does nothing else', async () => {
  await using backup = await interrupted()
  await change(backup, 'remove')
  await backup.cycle()
  backup.s3.faults.add({ match: { operation: 'AbortMultipartUpload' }, fault: { kind: 'answer', status: 503 } })
  await sweepOf(backup)(signal)
  expect(backup.events.at(-1)).toMatchObject({ type: 'fault', fault: { code: 'storage/slow-down' } })
  expect(await rowsOf(backup)).toHaveLength(1)
  backup.s3.faults.clear()
  await backup.close()
  await backup.open()
  await sweepOf(backup)(signal)
  expect(backup.s3.uploads('backup')).toEqual([])
  expect(await rowsOf(backup)).toEqual([])
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
  // The folder of the one source, and our own.
  expect(backup.s3.requests.counts()).toEqual({ ListMultipartUploads: 2, 'ListMultipartUploads 200': 2 })
  await sweep(signal)
  expect(backup.s3.requests.total).toBe(2)
})

test('a sweep that storage refuses is told, and made up for later', async () => {
  await using backup = await interrupted()
  await oweSweep(backup.db)
  const sweep = sweepOf(backup)
  backup.s3.users.deny(backup.s3.credentials.accessKeyId, {})
  await sweep(signal)
  expect(backup.events.at(-1)).toMatchObject({ type: 'fault', fault: { code: 'storage/access-denied' } })
  backup.s3.users.allow(backup.s3.credentials.accessKeyId)
  backup.resetCounts()
  await sweep(signal)
  expect(backup.s3.requests.count('ListMultipartUploads', 200)).toBe(2)
})
