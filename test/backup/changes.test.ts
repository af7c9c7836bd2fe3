import { expect, test } from 'vitest'
import { blob, labelsOf } from '../destinations/bytes.ts'
import { Backup } from './harness.ts'

test('the first cycle stores every file under its path, and the second asks once and stores nothing', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one', 'b.txt': 'two' } } })
  const { drive } = backup
  const folder = drive.create({ name: 'Reports', mimeType: 'application/vnd.google-apps.folder' })
  drive.create({ name: 'q1.txt', parent: folder, content: 'figures' })
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 3, failed: 0 })
  expect(await backup.contents()).toEqual({ 'a.txt': 'one', 'b.txt': 'two', 'Reports/q1.txt': 'figures' })
  expect(await backup.standing()).toMatchObject({ filesTotal: 4, synced: 4, pending: 0, oldestUnprotected: null })

  backup.resetCounts()
  expect(await backup.cycle()).toMatchObject({ end: 'done', seen: 0, synced: 0 })
  expect(drive.requests.total).toBe(1)
  expect(drive.requests.count('changes.list')).toBe(1)
  expect(backup.s3.requests.total).toBe(0)
})

test('create and edit are stored after one cycle; the old revision is kept aside', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one' } } })
  await backup.cycle()
  const { drive } = backup
  drive.edit(drive.find('a.txt').id, 'one, edited')
  drive.create({ name: 'new.txt', content: 'new' })
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'a.txt': 'one, edited', 'new.txt': 'new' })
  expect(Object.values(await backup.contents('all')).sort()).toEqual(['new', 'one', 'one, edited'])
})

test('a rename and a move are carried out by storage: nothing is downloaded', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one', 'b.txt': 'two' } } })
  const { drive } = backup
  const folder = drive.create({ name: 'Folder', mimeType: 'application/vnd.google-apps.folder' })
  await backup.cycle()
  backup.resetCounts()
  drive.rename(drive.find('a.txt').id, 'c.txt')
  drive.move(drive.find('b.txt').id, folder)
  expect(await backup.cycle()).toMatchObject({ end: 'done', moved: 2, synced: 0 })
  expect(await backup.contents()).toEqual({ 'c.txt': 'one', 'Folder/b.txt': 'two' })
  expect(drive.requests.count('files.media')).toBe(0)
  expect(backup.s3.requests.count('PutObject')).toBe(0)
})

test('a folder rename moves everything below it', async () => {
  await using backup = await Backup.start()
  const { drive } = backup
  const outer = drive.create({ name: 'Outer', mimeType: 'application/vnd.google-apps.folder' })
  const inner = drive.create({ name: 'Inner', parent: outer, mimeType: 'application/vnd.google-apps.folder' })
  drive.create({ name: 'deep.txt', parent: inner, content: 'deep' })
  drive.create({ name: 'flat.txt', parent: outer, content: 'flat' })
  await backup.cycle()
  backup.resetCounts()
  drive.rename(outer, 'Renamed')
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'Renamed/Inner/deep.txt': 'deep', 'Renamed/flat.txt': 'flat' })
  expect(drive.requests.count('files.media')).toBe(0)
})

test('two files that swap their names swap their keys', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one', 'b.txt': 'two' } } })
  await backup.cycle()
  const { drive } = backup
  const [a, b] = [drive.find('a.txt').id, drive.find('b.txt').id]
  drive.rename(a, 'b.txt')
  drive.rename(b, 'a.txt')
  backup.resetCounts()
  await backup.cycle()
  expect(await backup.contents('all')).toEqual({ 'a.txt': 'two', 'b.txt': 'one' })
  expect(drive.requests.count('files.media')).toBe(0)
})

test('trash is a state: the copy stays, and a restored file is stored as before', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one' } } })
  await backup.cycle()
  const { drive } = backup
  const { id } = drive.find('a.txt')
  backup.resetCounts()
  drive.trash(id)
  await backup.cycle()
  expect(await backup.row(id)).toMatchObject({ trashed: 1, removed_at: null, sync_status: 'synced' })
  drive.restore(id)
  await backup.cycle()
  expect(await backup.row(id)).toMatchObject({ trashed: 0, sync_status: 'synced' })
  expect(await backup.contents()).toEqual({ 'a.txt': 'one' })
  expect(backup.s3.requests.total).toBe(0)
})

test('a trashed folder puts all below it in the trash, and takes it out again', async () => {
  await using backup = await Backup.start()
  const { drive } = backup
  const folder = drive.create({ name: 'Folder', mimeType: 'application/vnd.google-apps.folder' })
  const file = drive.create({ name: 'a.txt', parent: folder, content: 'one' })
  const other = drive.create({ name: 'b.txt', parent: folder, content: 'two' })
  await backup.cycle()
  drive.trash(other)
  drive.trash(folder)
  await backup.cycle()
  expect([(await backup.row(file)).trashed, (await backup.row(other)).trashed]).toEqual([1, 1])
  drive.restore(folder)
  await backup.cycle()
  expect([(await backup.row(file)).trashed, (await backup.row(other)).trashed]).toEqual([0, 1])
})

test('a deleted file is marked removed, and its copy stays', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one' } } })
  await backup.cycle()
  const { id } = backup.drive.find('a.txt')
  backup.drive.remove(id)
  await backup.cycle()
  expect((await backup.row(id)).removed_at).not.toBeNull()
  expect(await backup.contents()).toEqual({ 'a.txt': 'one' })
})

test('a new file under the name of a deleted one gets the plain key, and the old copy is kept aside', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'old file' } } })
  await backup.cycle()
  backup.drive.remove(backup.drive.find('a.txt').id)
  backup.drive.create({ name: 'a.txt', content: 'new file' })
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'a.txt': 'new file' })
  expect(Object.values(await backup.contents('all')).sort()).toEqual(['new file', 'old file'])
})

test('a name is taken over in the cycle in which its holder is thrown away', async () => {
  await using backup = await Backup.start({
    drive: { files: { 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c', 'd.txt': 'd' } },
  })
  const { drive } = backup
  await backup.cycle()
  const [a, b, c] = [drive.find('a.txt').id, drive.find('b.txt').id, drive.find('c.txt').id]
  drive.trash(a)
  drive.create({ name: 'a.txt', content: 'new a' })
  drive.trash(b)
  drive.rename(drive.find('d.txt').id, 'b.txt')
  drive.remove(c)
  drive.create({ name: 'c.txt', content: 'new c' })
  await backup.cycle()
  const kept = { [`a (${a}).txt`]: 'a', [`b (${b}).txt`]: 'b' }
  expect(await backup.contents()).toEqual({ ...kept, 'a.txt': 'new a', 'b.txt': 'd', 'c.txt': 'new c' })
  expect(Object.values(await backup.contents('all'))).toContain('c')
})

test('what somebody else wrote over a copy is not passed off as it: the file is copied anew', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'ours', 'b.txt': 'ours too' } } })
  const { drive, destination } = backup
  await backup.cycle()
  const signal = new AbortController().signal
  await destination.put('home/owner@example.com/a.txt', blob(Buffer.from('evil')), labelsOf('x'), signal)
  drive.rename(drive.find('a.txt').id, 'c.txt')
  drive.rename(drive.find('b.txt').id, 'd.txt')
  await backup.cycle()
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'a.txt': 'evil', 'c.txt': 'ours', 'd.txt': 'ours too' })
  expect((await backup.standing()).pending).toBe(0)
})

test('in a destination that is not explored yet a rename writes over nothing that others have put there', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'ours' } } })
  const { drive } = backup
  await backup.cycle()
  await backup.db.updateTable('destinations').set({ known: 0 }).execute()
  await backup.close()
  await backup.open()
  const signal = new AbortController().signal
  await backup.destination.put('home/owner@example.com/b.txt', blob(Buffer.from('precious')), labelsOf('x'), signal)
  drive.rename(drive.find('a.txt').id, 'b.txt')
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'b.txt': 'ours' })
  expect(Object.values(await backup.contents('all')).sort()).toEqual(['ours', 'precious'])
})

test('a folder under the name of a deleted file leaves no object beside what lies in it', async () => {
  await using backup = await Backup.start({ drive: { files: { thing: 'old', 'other.txt': 'o' } } })
  const { drive } = backup
  await backup.cycle()
  const { id } = drive.find('thing')
  drive.remove(id)
  await backup.cycle()
  const folder = drive.create({ name: 'thing', mimeType: 'application/vnd.google-apps.folder' })
  drive.create({ name: 'inside', content: 'new', parent: folder })
  await backup.cycle()
  expect(await backup.contents()).toEqual({ [`thing (${id})`]: 'old', 'thing/inside': 'new', 'other.txt': 'o' })
  expect((await backup.row(id)).removed_at).not.toBeNull()
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 0 })
})

test('an edit together with a rename leaves nothing under the old key, and loses no revision', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one' } } })
  await backup.cycle()
  const { id } = backup.drive.find('a.txt')
  backup.drive.edit(id, 'two')
  backup.drive.rename(id, 'b.txt')
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'b.txt': 'two' })
  expect(Object.values(await backup.contents('all')).sort()).toEqual(['one', 'two'])
})
