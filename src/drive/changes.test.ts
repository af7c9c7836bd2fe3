import { expect, test } from 'vitest'
import { startDrive } from '../../emulator/drive/index.ts'
import { changesSince, sourceFor } from '../../test/drive-source.ts'

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
  drive.faults.add({ fault: { kind: 'error', status: 404, body: 'html' }, match: { name: 'files.get' } })
  await expect(source.get(id, signal)).rejects.toMatchObject({ code: 'google/bad-answer' })
})
