import { expect, test } from 'vitest'
import { syncUntilSettled } from '../../src/backup/daemon/once.ts'
import { askForReconcile } from '../../src/catalog/sources.ts'
import { Backup, RUNNING } from '../backup/harness.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`file ${i}.txt`, `text ${i}`]))

const actions = async ({ db }: Backup, action: string) =>
  db.selectFrom('sync_logs').select('path').where('action', '=', action).execute()
const reconciled = ({ events }: Backup) => events.filter((event) => event.type === 'reconciled')

/** The first scan does not show what was written last; the change feed begins after it. */
async function startBehind(reconcileEveryMs?: number): Promise<Backup> {
  const backup = await Backup.start({
    drive: { files: { 'old.txt': 'old' } },
    ...(reconcileEveryMs === undefined ? {} : { reconcileEveryMs }),
  })
  const { drive } = backup
  drive.create({ name: 'just before.txt', content: 'new' })
  const caughtUp = drive.faults.add({ match: { name: 'files.list' }, fault: { kind: 'stale-list', writes: 1 } })
  await backup.cycle()
  caughtUp()
  return backup
}

test('a file that the first scan did not show is found by the reconciliation some hours later', async () => {
  await using backup = await startBehind()
  expect(await backup.contents()).toEqual({ 'old.txt': 'old' })
  await backup.cycle()
  backup.clock.time += HOUR
  backup.drive.requests.reset()
  await backup.cycle()
  expect(backup.drive.requests.count('files.list')).toBe(0)
  backup.clock.time += 6 * HOUR
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 1 })
  expect(await backup.contents()).toEqual({ 'old.txt': 'old', 'just before.txt': 'new' })
  expect(await actions(backup, 'found')).toEqual([{ path: 'just before.txt' }])
  expect(reconciled(backup)).toMatchObject([{ differences: 1 }])
})

test('the reconciliation after the first scan is not forgotten by a process that ends with that scan', async () => {
  await using backup = await startBehind()
  await backup.close('killed')
  await backup.open()
  backup.clock.time += 7 * HOUR
  await backup.cycle()
  expect(await backup.contents()).toMatchObject({ 'just before.txt': 'new' })
})

test('without a schedule it happens once, and nothing is scanned again after it', async () => {
  await using backup = await startBehind()
  backup.clock.time += 7 * HOUR
  await backup.cycle()
  backup.resetCounts()
  for (let i = 0; i < 5; i++) {
    backup.clock.time += DAY
    await backup.cycle()
  }
  expect(backup.drive.requests.count('files.list')).toBe(0)
  expect(backup.drive.requests.total).toBe(5)
})

test('by schedule: every so often, and soon after the schedule was made denser', async () => {
  await using backup = await startBehind(30 * DAY)
  backup.clock.time += 7 * HOUR
  await backup.cycle()
  backup.resetCounts()
  backup.clock.time += 29 * DAY
  await backup.cycle()
  expect(backup.drive.requests.count('files.list')).toBe(0)
  backup.clock.time += 2 * DAY
  await backup.cycle()
  expect(reconciled(backup)).toMatchObject([{ differences: 1 }, { differences: 0 }])
  const source = backup.parts.sources.get(backup.id)
  if (source === undefined) throw new Error('there is no source')
  backup.use({ sources: new Map([[backup.id, { ...source, reconcileEveryMs: DAY }]]) })
  backup.clock.time += 2 * DAY
  await backup.cycle()
  expect(reconciled(backup).length).toBe(3)
})

test('by request, at once and once', async () => {
  await using backup = await startBehind()
  expect(await askForReconcile(backup.db, null)).toBe(1)
  await backup.cycle()
  expect(await backup.contents()).toMatchObject({ 'just before.txt': 'new' })
  await backup.cycle()
  expect(reconciled(backup).length).toBe(1)
})

test('one planned while the clock was ahead is not put off for as long', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'a' } } })
  backup.clock.time += 90 * DAY
  await backup.cycle()
  backup.clock.time -= 90 * DAY
  await backup.cycle()
  expect(reconciled(backup).length).toBe(1)
  await backup.cycle()
  expect(reconciled(backup).length).toBe(1)
})

test('a name that the first scan showed stale is put right in the bucket', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'a' } } })
  const { drive } = backup
  const { id } = drive.find('a.txt')
  drive.rename(id, 'b.txt')
  const caughtUp = drive.faults.add({ match: { name: 'files.list' }, fault: { kind: 'stale-item', id } })
  await backup.cycle()
  caughtUp()
  expect(await backup.contents()).toEqual({ 'a.txt': 'a' })
  backup.clock.time += 7 * HOUR
  expect(await backup.cycle()).toMatchObject({ moved: 1 })
  expect(await backup.contents()).toEqual({ 'b.txt': 'a' })
  expect(reconciled(backup)).toMatchObject([{ differences: 1 }])
})

test('a file whose description is stale is asked for by its id before it is read again', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'before' } } })
  const { drive } = backup
  const { id } = drive.find('a.txt')
  drive.edit(id, 'after, and longer')
  drive.rename(id, 'renamed.txt')
  const caughtUp = drive.faults.add({ match: { name: 'files.list' }, fault: { kind: 'stale-item', id, writes: 2 } })
  expect(await backup.cycle()).toMatchObject({ synced: 0, retrying: 1 })
  caughtUp()
  drive.requests.reset()
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 1 })
  expect(drive.requests.count('files.get')).toBeLessThanOrEqual(2)
  expect(drive.requests.count('files.list')).toBe(0)
  expect(await backup.contents()).toEqual({ 'renamed.txt': 'after, and longer' })
  expect(await backup.row(id)).toMatchObject({ sync_status: 'synced', read_attempts: 0, read_fault: null })
})

test('a look that fails is no reason not to read the file, nor one that shows nothing new', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'a', 'b.txt': 'b' } } })
  const { drive, clock } = backup
  const { id } = drive.find('a.txt')
  drive.faults.add({ match: { name: 'files.media', fileId: id }, fault: { kind: 'alter' }, times: 3 })
  await backup.cycle()
  drive.faults.once(
    { kind: 'error', status: 403, reason: 'insufficientFilePermissions' },
    { name: 'files.get', fileId: id },
  )
  for (let i = 0; i < 3; i++) {
    clock.time += HOUR
    await backup.cycle()
  }
  expect(drive.requests.count('files.get')).toBe(5) // two of them ask who the account is
  expect(await backup.contents()).toEqual({ 'a.txt': 'a', 'b.txt': 'b' })
})

test('a file that changes whenever it is read burns its attempts, and is not read without a pause', async () => {
  await using backup = await Backup.start({ drive: { files: { 'log.txt': 'line' } }, retryAttempts: 3 })
  const { drive, clock } = backup
  const { id } = drive.find('log.txt')
  // The feed never tells of it: what asks by id does.
  const mute = drive.faults.add({ match: { name: 'changes.list' }, fault: { kind: 'stale-list', writes: 100 } })
  let edits = 0
  const stop = drive.faults.add({
    match: { name: 'files.media', fileId: id },
    fault: () => {
      edits += 1
      drive.edit(id, `line ${edits} ${'x'.repeat(edits)}`)
      return undefined
    },
  })
  for (let i = 0; i < 12; i++) {
    clock.time += 60_000
    await backup.cycle()
  }
  expect(edits).toBeLessThanOrEqual(5)
  expect(await backup.row(id)).toMatchObject({ sync_status: 'failed', fault: 'drive/content-mismatch' })
  stop()
  mute()
  clock.time += 2 * DAY
  await backup.cycle()
  await backup.cycle()
  expect((await backup.row(id)).sync_status).toBe('synced')
})

test('a file that cannot be found when it is read is asked for, and then it is gone', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'a', 'b.txt': 'b' } } })
  const { drive, clock } = backup
  const { id } = drive.find('a.txt')
  let gone = false
  const stop = drive.faults.add({
    match: { name: 'files.media', fileId: id },
    fault: () => {
      if (!gone) drive.remove(id)
      gone = true
      return undefined
    },
  })
  await backup.cycle()
  stop()
  drive.faults.add({ match: { name: 'changes.list' }, fault: { kind: 'stale-list', writes: 1 } })
  clock.time += 1000
  await backup.cycle()
  expect((await backup.row(id)).removed_at).not.toBeNull()
  expect(await backup.parts.catalog.nextDue('all')).toBeNull()
})

test('a reconciliation that meets faults delays no change, and goes on where it was', async () => {
  await using backup = await Backup.start({ drive: { files: many(30) } })
  const { drive, clock } = backup
  await backup.cycle()
  clock.time += 7 * HOUR
  drive.faults.add({ match: { name: 'files.list' }, fault: { kind: 'short-page', items: 10 }, times: 3 })
  drive.faults.add({ match: { name: 'files.list' }, fault: { kind: 'error', status: 500 } })
  for (let i = 0; i < 3; i++) {
    drive.create({ name: `new ${i}.txt`, content: `new ${i}` })
    expect(await backup.cycle()).toMatchObject({ end: 'broken', synced: 1 })
    expect(await backup.contents()).toMatchObject({ [`new ${i}.txt`]: `new ${i}` })
  }
  drive.faults.clear()
  drive.requests.reset()
  expect(await backup.cycle()).toMatchObject({ end: 'done' })
  expect(drive.requests.count('changes.getStartPageToken')).toBe(0)
  expect(reconciled(backup)).toMatchObject([{ differences: 0 }])
})

test('one item that cannot be asked for keeps no scan from its end', async () => {
  await using backup = await Backup.start({ drive: { files: many(6) } })
  const { drive } = backup
  await backup.cycle()
  const { id } = drive.find('file 3.txt')
  drive.remove(id)
  drive.faults.once({ kind: 'dead-page-token' }, { name: 'changes.list' })
  drive.faults.add({
    match: { name: 'files.get', fileId: id },
    fault: { kind: 'error', status: 403, reason: 'insufficientFilePermissions' },
  })
  await backup.cycle()
  drive.requests.reset()
  for (let i = 0; i < 5; i++) expect(await backup.cycle()).toMatchObject({ end: 'done' })
  expect(drive.requests.count('files.list')).toBe(0)
  expect((await backup.row(id)).removed_at).toBeNull()
})

test('when Google fails while unseen items are asked for, what was listed is not scanned again', async () => {
  await using backup = await Backup.start({ drive: { files: many(250) } })
  const { drive } = backup
  await backup.cycle()
  for (let i = 0; i < 240; i++) drive.remove(drive.find(`file ${i}.txt`).id)
  drive.faults.once({ kind: 'dead-page-token' }, { name: 'changes.list' })
  drive.faults.add({
    match: { name: 'files.get' },
    fault: { kind: 'error', status: 403, reason: 'domainPolicy' },
    after: 150,
  })
  expect(await backup.cycle()).toMatchObject({ end: 'broken' })
  drive.faults.clear()
  drive.requests.reset()
  expect(await backup.cycle()).toMatchObject({ end: 'done' })
  expect(drive.requests.count('files.list')).toBe(0)
  const left = await backup.db.selectFrom('files').select('id').where('removed_at', 'is', null).execute()
  expect(left.length).toBe(10)
})

test('a position in a listing that is refused again and again is asked for at a bounded pace by a sync, which gives up', async () => {
  await using backup = await Backup.start({ drive: { files: many(30) }, retryAttempts: 4 })
  const { drive, clock } = backup
  drive.faults.add({ match: { name: 'files.list', path: 'pageToken' }, fault: { kind: 'stale-page-token' } })
  drive.faults.add({ match: { name: 'files.list' }, fault: { kind: 'short-page', items: 10 } })
  const from = clock.time
  const fault = await syncUntilSettled(backup.once, RUNNING)
  expect(fault?.code).toBe('google/scan-expired')
  expect(drive.requests.count('files.list')).toBeLessThan(40)
  expect(clock.time - from).toBeGreaterThan(60_000)
  drive.faults.clear()
  expect(await syncUntilSettled(backup.once, RUNNING)).toBeNull()
  expect(Object.keys(await backup.contents()).length).toBe(30)
})

test('a cursor that dies again and again does not lead to one full listing after another', async () => {
  await using backup = await Backup.start({ drive: { files: many(5) } })
  const { drive } = backup
  await backup.cycle()
  drive.faults.add({ match: { name: 'changes.list' }, fault: { kind: 'dead-page-token' } })
  drive.requests.reset()
  for (let i = 0; i < 20; i++) await backup.cycle()
  expect(drive.requests.count('files.list')).toBe(2)
  drive.create({ name: 'new.txt', content: 'new' })
  backup.clock.time += HOUR
  await backup.cycle()
  expect(await backup.contents()).toMatchObject({ 'new.txt': 'new' })
})

test.each([{ kind: 'error', status: 500 }, { kind: 'garbage' }] as const)(
  'nor does one for which Google always fails: $kind',
  async (fault) => {
    await using backup = await Backup.start({ drive: { files: many(6) } })
    const { drive } = backup
    await backup.cycle()
    const { id } = drive.find('file 3.txt')
    drive.remove(id)
    drive.remove(drive.find('file 4.txt').id)
    drive.faults.once({ kind: 'dead-page-token' }, { name: 'changes.list' })
    drive.faults.add({ match: { name: 'files.get', fileId: id }, fault })
    await backup.cycle()
    drive.requests.reset()
    for (let i = 0; i < 3; i++) expect(await backup.cycle()).toMatchObject({ end: 'done' })
    expect(drive.requests.count('files.list')).toBe(0)
    const left = await backup.db.selectFrom('files').select('name').where('removed_at', 'is', null).execute()
    expect(left.length).toBe(5)
  },
)

test('a file in the trash that was gone for a while does not come back under a name that another has by now', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'first', 'b.txt': 'b' } } })
  const { drive } = backup
  await backup.cycle()
  const { id } = drive.find('a.txt')
  drive.trash(id)
  const gone = drive.faults.add({
    match: { name: 'changes.list' },
    fault: { kind: 'odd-item', id, of: 'change', set: { removed: true }, drop: ['file'] },
  })
  await backup.cycle()
  gone()
  expect((await backup.row(id)).removed_at).not.toBeNull()
  drive.create({ name: 'a.txt', content: 'second' })
  await backup.cycle()
  drive.store.touch(id)
  await backup.cycle()
  await backup.cycle()
  expect(await backup.row(id)).toMatchObject({ removed_at: null, trashed: 1, stored_name: `a (${id}).txt` })
  expect(await backup.contents()).toEqual({ 'a.txt': 'second', [`a (${id}).txt`]: 'first', 'b.txt': 'b' })
})
