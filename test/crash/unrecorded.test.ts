import { expect, test } from 'vitest'
import type { Control } from '../../src/backup/model/parts.ts'
import { Backup } from '../backup/harness.ts'

/** What storage holds and nobody wrote down: the run died, or the answer was lost. */

const LOST = { match: { operation: 'PutObject' }, fault: { kind: 'lost-reply', end: 'reset' } } as const
const QUICK = { destination: { retryBaseMs: 1 } }

test('an upload whose answers were all lost is found in storage, and not stored again', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one', 'b.txt': 'two' } }, ...QUICK })
  backup.s3.faults.add({ ...LOST, match: { ...LOST.match, key: /a\.txt$/ } })
  expect(await backup.cycle()).toMatchObject({ synced: 1, retrying: 1 })
  backup.s3.faults.clear()
  backup.resetCounts()
  backup.clock.time += 3_600_000
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 1 })
  expect(backup.puts()).toBe(0)
  expect(backup.drive.requests.count('files.media')).toBe(0)
  expect(await backup.contents()).toEqual({ 'a.txt': 'one', 'b.txt': 'two' })
})

test('a file that is renamed after its answers were lost leaves nothing under its old name', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one', 'b.txt': 'two' } }, ...QUICK })
  backup.s3.faults.add({ ...LOST, match: { ...LOST.match, key: /a\.txt$/ } })
  await backup.cycle()
  backup.s3.faults.clear()
  expect(Object.keys(await backup.contents())).toContain('a.txt')
  backup.drive.rename(backup.drive.find('a.txt').id, 'c.txt')
  backup.clock.time += 3_600_000
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'b.txt': 'two', 'c.txt': 'one' })
  expect(await backup.db.selectFrom('writes').selectAll().execute()).toEqual([])
})

test('a file that is renamed while we are dead, between its upload and its record, leaves nothing behind', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one' } } })
  await dieBeforeRecording(backup)
  backup.drive.rename(backup.drive.find('a.txt').id, 'c.txt')
  await backup.open()
  expect(await backup.cycle()).toMatchObject({ end: 'done' })
  expect(await backup.contents('all')).toEqual({ 'c.txt': 'one' })
})

test('renamed away and back, it is found where it was', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one' } } })
  const { id } = backup.drive.find('a.txt')
  await dieBeforeRecording(backup)
  backup.drive.rename(id, 'c.txt')
  backup.drive.rename(id, 'a.txt')
  await backup.open()
  await backup.cycle()
  expect(await backup.contents('all')).toEqual({ 'a.txt': 'one' })
  expect(backup.puts()).toBe(1)
})

test('what was pushed aside for a file that then failed and moved on does not stay under that name', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'first' } } })
  const { drive } = backup
  const [first, second] = [drive.find('a.txt').id, drive.create({ name: 'b.txt', content: 'second' })]
  await backup.cycle()
  drive.rename(first, 'z.txt')
  drive.rename(second, 'a.txt')
  drive.edit(second, 'second, edited')
  const damaged = drive.faults.add({ match: { fileId: second, name: 'files.media' }, fault: { kind: 'alter' } })
  await backup.cycle()
  damaged()
  drive.rename(second, 'c.txt')
  backup.clock.time += 3_600_000
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'z.txt': 'first', 'c.txt': 'second, edited' })
})

test('what is broken off at once is due again, and stored in the same process', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one' } } })
  const [drain, abort] = [new AbortController(), new AbortController()]
  const control: Control = { drain: drain.signal, abort: abort.signal }
  const hang = backup.drive.faults.add({
    match: { name: 'files.media' },
    fault: () => {
      abort.abort()
      return { kind: 'hang' }
    },
  })
  expect(await backup.cycle(control)).toMatchObject({ end: 'drained', synced: 0 })
  hang()
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 1 })
})

test('an object that may not be removed is told, keeps no file from being stored, and goes when it may', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one' } } })
  const { drive, s3 } = backup
  await backup.cycle()
  s3.users.deny(s3.credentials.accessKeyId, { action: 'delete' })
  drive.rename(drive.find('a.txt').id, 'b.txt')
  await backup.cycle()
  drive.create({ name: 'new.txt', content: 'new' })
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 1 })
  const left = () => backup.db.selectFrom('destinations').select(['left_fault', 'out_fault']).execute()
  expect(await left()).toEqual([{ left_fault: 'storage/access-denied', out_fault: null }])
  s3.users.allow(s3.credentials.accessKeyId)
  expect(await backup.cycle()).toMatchObject({ end: 'done' })
  expect(await backup.contents()).toEqual({ 'b.txt': 'one', 'new.txt': 'new' })
  expect(await left()).toEqual([{ left_fault: null, out_fault: null }])
})

/** Everything is stored, and the process dies before it writes that down. */
async function dieBeforeRecording(backup: Backup): Promise<void> {
  const { catalog } = backup.parts
  backup.use({ catalog: { ...catalog, settle: () => Promise.reject(new Error('killed')) } })
  await expect(backup.cycle()).rejects.toThrow('killed')
  await backup.close('killed')
}
