import { expect, test } from 'vitest'
import { startDrive } from '../../../emulator/drive/index.ts'
import { changesSince, sourceFor } from '../../../test/drive-source.ts'
import type { ChangePage } from '../../backup/model/source.ts'
import type { DriveSource } from '../source.ts'

const signal = new AbortController().signal

test('a feed without news costs exactly one call', async () => {
  await using drive = await startDrive({ dataSet: 'small' })
  await using source = sourceFor(drive)
  const cursor = await source.startCursor(signal)
  drive.requests.reset()
  expect(await changesSince(source, cursor, signal)).toEqual([])
  expect(drive.requests.total).toBe(1)
  expect(drive.requests.count('changes.list')).toBe(1)
})

test('create, edit, rename, move, trash, restore and delete all come through, with the present state', async () => {
  await using drive = await startDrive({ files: Object.fromEntries('abcdef'.split('').map((name) => [name, name])) })
  await using source = sourceFor(drive)
  const cursor = await source.startCursor(signal)
  const id = (name: string) => drive.find(name).id
  const folder = drive.create({ name: 'folder', mimeType: 'application/vnd.google-apps.folder' })
  drive.edit(id('a'), 'edited')
  drive.move(id('c'), folder)
  drive.trash(id('d'))
  drive.trash(id('e'))
  drive.restore(id('e'))
  const gone = id('f')
  drive.remove(gone)
  drive.rename(id('b'), 'B')
  const found = await changesSince(source, cursor, signal)
  const seen = found.flatMap((change) => (change.type === 'seen' ? [[change.item.name, change.item] as const] : []))
  expect(found.filter((change) => change.type === 'removed')).toEqual([{ type: 'removed', id: gone }])
  expect(seen.map(([name]) => name).sort()).toEqual(['B', 'a', 'c', 'd', 'e', 'folder'])
  const items = Object.fromEntries(seen)
  expect(items.a?.content).toMatchObject({ size: 6 })
  expect(items.c?.parentId).toBe(folder)
  expect(items.d).toMatchObject({ trashed: true, explicitlyTrashed: true })
  expect(items.e).toMatchObject({ trashed: false })
})

test('every page’s cursor goes on behind it, and the last one waits at the end', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  const start = await source.startCursor(signal)
  for (let n = 0; n < 20; n++) drive.create({ name: `f${n}`, content: 'x' })
  drive.faults.add({ fault: { kind: 'short-page', items: 3 }, match: { name: 'changes.list' } })
  const names: string[] = []
  let cursor = start
  for await (const page of source.changes(start, signal)) {
    names.push(...page.changes.map((change) => (change.type === 'seen' ? change.item.name : '')))
    const rest = await changesSince(source, page.cursor, signal)
    expect(names.length + rest.length).toBe(20)
    cursor = page.cursor
  }
  expect(names).toEqual(Array.from({ length: 20 }, (_, n) => `f${n}`))
  expect(await changesSince(source, cursor, signal)).toEqual([])
})

test('a dead cursor is told from an unreachable feed', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  await expect(changesSince(source, 'not-a-cursor', signal)).rejects.toMatchObject({ code: 'google/cursor-dead' })
  for (const status of [404, 410]) {
    drive.faults.once({ kind: 'error', status }, { name: 'changes.list' })
    await expect(changesSince(source, '1', signal)).rejects.toMatchObject({ code: 'google/cursor-dead' })
  }
  drive.faults.add({ fault: { kind: 'error', status: 404, body: 'html' }, match: { name: 'changes.list' } })
  await expect(changesSince(source, '1', signal)).rejects.toMatchObject({ code: 'google/bad-answer' })
})

test('what happens to shared drives themselves is passed over, and files in them are not My Drive’s', async () => {
  await using drive = await startDrive({ files: { 'a.txt': 'a' } })
  await using mine = sourceFor(drive)
  const cursor = await mine.startCursor(signal)
  const shared = drive.store.addDrive('Team')
  const id = drive.find('a.txt').id
  drive.move(id, shared.id)
  expect(await changesSince(mine, cursor, signal)).toEqual([{ type: 'removed', id }])
  await using team = sourceFor(drive, { driveId: shared.id })
  const start = await team.startCursor(signal)
  drive.rename(id, 'b.txt')
  expect(await changesSince(team, start, signal)).toMatchObject([{ type: 'seen', item: { id, name: 'b.txt' } }])
})

test('an item is asked for as it is now, and one that is not there is null', async () => {
  await using drive = await startDrive({ files: { 'a.txt': 'a' } })
  await using source = sourceFor(drive)
  const id = drive.find('a.txt').id
  expect(await source.get(id, signal)).toMatchObject({ id, name: 'a.txt', content: { kind: 'blob', size: 1 } })
  drive.remove(id)
  expect(await source.get(id, signal)).toBe(null)
  // A page of a proxy is no "not found": of this item alone, or of everything.
  drive.faults.add({ fault: { kind: 'error', status: 404, body: 'html' }, match: { name: 'files.get' } })
  await expect(source.get(id, signal)).rejects.toMatchObject({ code: 'drive/unreadable-item' })
  drive.faults.add({ fault: { kind: 'error', status: 404, body: 'html' } })
  await expect(source.get(id, signal)).rejects.toMatchObject({ code: 'google/bad-answer' })
})

async function feed(source: DriveSource, cursor: string) {
  const pages: ChangePage[] = []
  for await (const page of source.changes(cursor, signal)) pages.push(page)
  return { changes: pages.flatMap((page) => page.changes), odd: pages.reduce((sum, page) => sum + page.odd, 0) }
}

test('an odd entry of the feed hides no change: a file that it names is asked for, one that it does not name is counted', async () => {
  await using drive = await startDrive({ files: { 'a.txt': 'a', 'b.txt': 'b' } })
  await using source = sourceFor(drive)
  const cursor = await source.startCursor(signal)
  const [a, b] = [drive.find('a.txt').id, drive.find('b.txt').id]
  drive.edit(a, 'A')
  drive.edit(b, 'B')
  const both = [{ item: { id: a, name: 'a.txt' } }, { item: { id: b, name: 'b.txt' } }]
  const match = { name: 'changes.list' }
  for (const odd of [
    { of: 'change', set: { changeType: 'ofNextYear' } },
    { of: 'change', set: { changeType: 7, removed: 'yes' } },
    { of: 'change', set: { file: 'text' } },
    { of: 'change', drop: ['file'] },
    { of: 'file', drop: ['id'] },
    { of: 'file', set: { id: b } },
  ] as const) {
    drive.faults.once({ kind: 'odd-item', id: a, ...odd }, match)
    expect(await feed(source, cursor)).toMatchObject({ changes: both, odd: 0 })
  }
  for (const odd of [{ drop: ['fileId'] }, { set: { fileId: '/' } }, { instead: [] }]) {
    drive.faults.once({ kind: 'odd-item', id: a, of: 'change', ...odd }, match)
    expect(await feed(source, cursor)).toMatchObject({ changes: both.slice(1), odd: 1 })
  }
  drive.faults.once({ kind: 'garbage', text: '{"changes":7,"newStartPageToken":"1"}' }, match)
  await expect(feed(source, cursor)).rejects.toMatchObject({ code: 'google/bad-answer' })
})

test('a file that the feed does not describe and that cannot be asked for does not stop the feed', async () => {
  await using drive = await startDrive({ files: { 'a.txt': 'a', 'b.txt': 'b' } })
  await using source = sourceFor(drive)
  const cursor = await source.startCursor(signal)
  const [a, b] = [drive.find('a.txt').id, drive.find('b.txt').id]
  drive.edit(a, 'A')
  drive.edit(b, 'B')
  drive.faults.add({
    fault: { kind: 'odd-item', id: a, of: 'change', drop: ['file'] },
    match: { name: 'changes.list' },
  })
  const forget = drive.faults.add({
    fault: { kind: 'error', status: 403, reason: 'insufficientFilePermissions' },
    match: { name: 'files.get' },
  })
  expect((await feed(source, cursor)).changes).toMatchObject([
    { type: 'seen', item: { id: a, unreadable: expect.stringContaining('insufficientFilePermissions') } },
    { type: 'seen', item: { id: b, unreadable: null } },
  ])
  forget()
  drive.remove(a)
  expect((await feed(source, cursor)).changes).toMatchObject([{ item: { id: b } }, { type: 'removed', id: a }])
})

test('a drive id of another form is no move out of the drive', async () => {
  await using drive = await startDrive()
  const team = drive.store.addDrive('Team').id
  await using source = sourceFor(drive, { driveId: team })
  const cursor = await source.startCursor(signal)
  const id = drive.create({ name: 'a.txt', parent: team, content: 'a' })
  drive.faults.add({ fault: { kind: 'odd-item', id, set: { driveId: 7 } } })
  expect((await feed(source, cursor)).changes).toMatchObject([{ type: 'seen', item: { id, driveId: team } }])
})

test('a feed that Google cannot give in large pages is read in smaller ones', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  const cursor = await source.startCursor(signal)
  for (let n = 0; n < 25; n++) drive.create({ name: `f${n}`, content: 'x' })
  drive.faults.add({
    fault: { kind: 'error', status: 500 },
    match: { name: 'changes.list', path: /pageSize=(1000|500|100)\b/ },
  })
  expect(await changesSince(source, cursor, signal)).toHaveLength(25)
  // Three times five tries that fail, then three pages.
  expect(drive.requests.count('changes.list')).toBe(18)
})
