import { expect, test } from 'vitest'
import { Backup } from './harness.ts'

const HALF_A_MINUTE = 30_000
const many = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`file ${i}.txt`, `text ${i}`]))

test('what changes during a long first backup is seen and copied before the rest of it', async () => {
  await using backup = await Backup.start({ drive: { files: many } })
  const { drive, clock } = backup
  backup.afterFiles(20, () => {
    drive.create({ name: 'urgent.txt', content: 'today' })
    drive.edit(drive.find('file 599.txt').id, 'edited meanwhile')
    clock.time += HALF_A_MINUTE
  })
  expect(await backup.cycle()).toMatchObject({ end: 'done', failed: 0, retrying: 0 })
  expect(await backup.contents()).toEqual({ ...many, 'urgent.txt': 'today', 'file 599.txt': 'edited meanwhile' })
  const rows = await backup.db.selectFrom('sync_logs').select('path').where('action', '=', 'stored').execute()
  // What was in hand already when it came (a batch of a hundred, and those in flight) is finished first.
  expect(rows.findIndex(({ path }) => path === 'urgent.txt')).toBeLessThan(300)
  expect(drive.requests.count('changes.list')).toBe(1)
  expect(drive.requests.count('changes.getStartPageToken')).toBe(1)
})

test('while time stands still Drive is asked once, however much there is to copy', async () => {
  await using backup = await Backup.start({ drive: { files: many } })
  await backup.cycle()
  expect(backup.drive.requests.count('changes.list')).toBe(0)
})

test('a look that fails ends no transfer, and is the result', async () => {
  await using backup = await Backup.start({ drive: { files: many } })
  const { drive, clock } = backup
  backup.afterFiles(20, () => {
    drive.faults.add({ match: { name: 'changes.list' }, fault: { kind: 'error', status: 500 } })
    clock.time += HALF_A_MINUTE
  })
  const result = await backup.cycle()
  expect(result).toMatchObject({ end: 'broken', synced: 600 })
  expect(result.fault?.code).toBe('google/unavailable')
  drive.faults.clear()
  expect(await backup.cycle()).toMatchObject({ end: 'done' })
})

test('a listing that broke off goes on while what it has shown is copied', async () => {
  await using backup = await Backup.start({ drive: { files: many } })
  const { drive, clock } = backup
  drive.faults.add({ match: { name: 'files.list' }, fault: { kind: 'short-page', items: 300 }, times: 2 })
  drive.faults.add({ match: { name: 'files.list' }, fault: { kind: 'error', status: 500 } })
  backup.afterFiles(20, () => {
    drive.faults.clear()
    clock.time += HALF_A_MINUTE
  })
  expect(await backup.cycle()).toMatchObject({ end: 'done', fault: null, synced: 600 })
  expect(await backup.contents()).toEqual(many)
})

test('a cursor that dies meanwhile leads to a new listing in the same cycle', async () => {
  await using backup = await Backup.start({ drive: { files: many } })
  const { drive, clock } = backup
  backup.afterFiles(20, () => {
    drive.create({ name: 'late.txt', content: 'late' })
    drive.faults.once({ kind: 'dead-page-token' }, { name: 'changes.list' })
    clock.time += HALF_A_MINUTE
  })
  expect(await backup.cycle()).toMatchObject({ end: 'done', failed: 0 })
  expect(await backup.contents()).toEqual({ ...many, 'late.txt': 'late' })
})

test('a pause while Drive is looked at again ends the cycle', async () => {
  await using backup = await Backup.start({ drive: { files: many } })
  const { drive, clock } = backup
  const drain = new AbortController()
  backup.afterFiles(20, () => {
    drive.faults.add({
      match: { name: 'changes.list' },
      fault: () => {
        drain.abort()
        return undefined
      },
    })
    clock.time += HALF_A_MINUTE
  })
  expect(await backup.cycle({ drain: drain.signal, abort: new AbortController().signal })).toMatchObject({
    end: 'drained',
  })
  drive.faults.clear()
  expect(await backup.cycle()).toMatchObject({ end: 'done' })
  expect(await backup.contents()).toEqual(many)
})
