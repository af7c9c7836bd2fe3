import { expect, test } from 'vitest'
import { Run } from '../../src/backup/daemon/run.ts'
import { Backup } from '../backup/harness.ts'
import { BucketWatch, settle } from './bucket-watch.ts'

/** Keys that may hold bytes of which the catalog knows nothing. */

const KEY = 'home/owner@example.com/a.txt'

/** a.txt was stored, and the process was killed before it wrote that down. */
async function startUncertain(): Promise<Backup> {
  const backup = await Backup.start({ drive: { files: { 'a.txt': 'the first' } }, destination: { retryBaseMs: 1 } })
  const { catalog } = backup.parts
  backup.use({ catalog: { ...catalog, settle: () => Promise.reject(new Error('killed')) } })
  await expect(backup.cycle()).rejects.toThrow('killed')
  await backup.startWith(await backup.saveCatalog())
  return backup
}

/** a.txt was stored, but storage's answer to that was lost. */
async function startUnconfirmed(): Promise<Backup> {
  const backup = await Backup.start({ drive: { files: { 'x.txt': 'x' } }, destination: { retryBaseMs: 1 } })
  const { drive, s3 } = backup
  await backup.cycle()
  drive.create({ name: 'a.txt', content: 'the first' })
  s3.faults.add({ match: { operation: 'PutObject', key: KEY }, fault: { kind: 'lost-reply', end: 'reset' } })
  await backup.cycle()
  s3.faults.clear()
  expect(await backup.contents()).toMatchObject({ 'a.txt': 'the first' })
  return backup
}

test('a file whose key is being explained is stored as soon as that is over, while delivering goes on', async () => {
  await using backup = await startUncertain()
  const { drive } = backup
  const bucket = new BucketWatch(backup)
  await bucket.note()
  // Its delivery is given up before it could look there.
  backup.s3.faults.add({ fault: { kind: 'answer', status: 503, code: 'ServiceUnavailable' } })
  drive.remove(drive.find('a.txt').id)
  await backup.cycle()
  backup.s3.faults.clear()
  backup.clock.time += 3_600_000
  const { catalog } = backup.parts
  const blocked = Promise.withResolvers<void>()
  backup.use({
    catalog: {
      ...catalog,
      async uncertainKeys(...args) {
        const keys = await catalog.uncertainKeys(...args)
        if (!keys.includes(KEY)) return keys
        drive.create({ name: 'a.txt', content: 'the second' })
        await blocked.promise
        return keys
      },
      async reserve(wanted) {
        const reservations = await catalog.reserve(wanted)
        if (reservations.some(({ blockedBy }) => blockedBy === KEY)) blocked.resolve()
        return reservations
      },
    },
  })
  const schedule = { mode: 'interval' as const, intervalMs: 1000, retryDelayMs: 1000 }
  const run = new Run({ ...backup.once, schedule, jobs: [] })
  const drain = new AbortController()
  const running = run.work({ drain: drain.signal, abort: new AbortController().signal })
  await expect.poll(async () => (await backup.contents())['a.txt']).toBe('the second')
  drain.abort()
  await running
  await settle(backup)
  await bucket.check()
})

test('what a lost answer left under the former key of a renamed file is explained in the run that stores it', async () => {
  await using backup = await startUnconfirmed()
  const { drive } = backup
  // Its next attempt is not due yet: the rename makes it due, under another key.
  drive.rename(drive.find('a.txt').id, 'b.txt')
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'b.txt': 'the first', 'x.txt': 'x' })
  expect(await backup.db.selectFrom('writes').selectAll().execute()).toEqual([])
})

test('what a lost answer left of a file that was removed from Drive since is recorded in the same run', async () => {
  await using backup = await startUnconfirmed()
  const { drive } = backup
  drive.remove(drive.find('a.txt').id)
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'a.txt': 'the first', 'x.txt': 'x' })
  expect(await backup.db.selectFrom('writes').selectAll().execute()).toEqual([])
  expect(
    await backup.db.selectFrom('copies').select('object_key').where('object_key', '=', KEY).execute(),
  ).toHaveLength(1)
})

test('a key that cannot be looked at keeps nothing else from being explained, stored or settled', async () => {
  await using backup = await startUncertain()
  const { drive, s3 } = backup
  const bucket = new BucketWatch(backup)
  await bucket.note()
  drive.remove(drive.find('a.txt').id)
  drive.create({ name: 'b.txt', content: 'b' })
  s3.faults.add({
    match: { operation: ['HeadObject', 'GetObject'], key: 'a\\.txt$' },
    fault: { kind: 'answer', status: 403, code: 'AccessDenied' },
  })
  expect(await backup.cycle()).toMatchObject({ end: 'done', fault: null, synced: 1 })
  // A new file of that name meets the same rule, by itself.
  drive.create({ name: 'a.txt', content: 'the second' })
  expect(await backup.cycle()).toMatchObject({ end: 'done', fault: null, retrying: 1 })
  s3.faults.clear()
  await settle(backup)
  expect(await backup.contents()).toEqual({ 'a.txt': 'the second', 'b.txt': 'b' })
  await bucket.check()
})

test('the only copy of a file that was moved before the kill, and removed from Drive after it, stays', async () => {
  await using backup = await Backup.start({
    drive: { files: { 'a.txt': 'the only copy' } },
    destination: { retryBaseMs: 1 },
  })
  const { drive } = backup
  await backup.cycle()
  const bucket = new BucketWatch(backup)
  await bucket.note()
  const { catalog } = backup.parts
  // The move is recorded, and that record is lost with the power: the keys were reserved before.
  let reserved = ''
  backup.use({
    catalog: {
      ...catalog,
      async recordMoved(...args) {
        reserved = await backup.saveCatalog()
        return catalog.recordMoved(...args)
      },
    },
  })
  drive.rename(drive.find('a.txt').id, 'b.txt')
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'b.txt': 'the only copy' })
  await backup.startWith(reserved)
  // Its delivery is given up before it could look there.
  backup.s3.faults.add({ fault: { kind: 'answer', status: 503, code: 'ServiceUnavailable' } })
  drive.remove(drive.find('b.txt').id)
  await backup.cycle()
  backup.s3.faults.clear()
  await settle(backup)
  await bucket.check()
  expect(await backup.contents()).toEqual({ 'b.txt': 'the only copy' })
})

test('an inventory beside delivering leaves keys alone that are in hand', async () => {
  await using backup = await startUncertain()
  const { catalog } = backup.parts
  const [key] = await catalog.uncertainKeys('aws_s3', '', 10)
  expect(key).toBeUndefined() // its file will look there
  const files = await catalog.claim(
    { limit: 10, oldest: false, priority: 3, sources: [{ id: backup.id, selection: null }], destinations: ['aws_s3'] },
    backup.clock.now() + 3_600_000,
  )
  const [file] = files
  if (file === undefined) throw new Error('nothing is due')
  const wanted = { file: file.row, destination: 'aws_s3', revision: file.revision, keys: [KEY] }
  expect(await catalog.reserve([wanted])).toMatchObject([{ blockedBy: null, uncertain: true }])
  await catalog.recordUnknown('aws_s3', [KEY])
  expect(await catalog.reserve([{ ...wanted, file: file.row + 1 }])).toMatchObject([{ blockedBy: KEY }])
})
