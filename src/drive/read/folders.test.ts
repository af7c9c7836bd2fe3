import { expect, test } from 'vitest'
import { startDrive } from '../../../emulator/drive/index.ts'
import { FOLDER } from '../../../emulator/drive/store/kinds.ts'
import { sourceFor } from '../../../test/drive-source.ts'
import { Fault } from '../../backup/model/faults.ts'
import type { DriveSource } from '../source.ts'

const signal = new AbortController().signal
const names = async (source: DriveSource, parent = 'root') =>
  (await source.folders(parent, null, signal)).folders.map(({ name }) => name)

test('the folders right in a folder, by name, and nothing else', async () => {
  await using drive = await startDrive({ files: { 'a.txt': 'one' } })
  await using source = sourceFor(drive)
  const docs = drive.create({ name: 'Docs', mimeType: FOLDER })
  for (const name of ['Part 10', 'Part 9', 'part 1']) drive.create({ name, mimeType: FOLDER, parent: docs })
  drive.create({ name: 'b.txt', content: 'two', parent: docs })
  const gone = drive.create({ name: 'Gone', mimeType: FOLDER })
  drive.trash(gone)
  expect(await source.folders('root', null, signal)).toEqual({ folders: [{ id: docs, name: 'Docs' }], next: null })
  expect(await names(source, docs)).toEqual(['part 1', 'Part 9', 'Part 10'])
  expect(await names(source, drive.create({ name: 'Empty', mimeType: FOLDER, parent: docs }))).toEqual([])
})

test('a long list comes in pages, each folder once', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  for (let i = 0; i < 1200; i++) drive.create({ name: `Folder ${i}`, mimeType: FOLDER })
  const found: string[] = []
  let pages = 0
  for (let next: string | null = null; ; pages++) {
    const page = await source.folders('root', next, signal)
    found.push(...page.folders.map(({ name }) => name))
    if (page.next === null) break
    next = page.next
  }
  expect([found.length, new Set(found).size, pages, found[11]]).toEqual([1200, 1200, 2, 'Folder 11'])
})

test('what others share can be listed like a folder', async () => {
  await using drive = await startDrive({ users: ['owner@example.com', 'friend@example.com'] })
  await using source = sourceFor(drive)
  const theirs = drive.create({ name: 'Theirs', mimeType: FOLDER, owner: 'friend@example.com' })
  drive.store.share(theirs, { type: 'user', role: 'reader', emailAddress: 'owner@example.com' })
  drive.create({ name: 'Mine', mimeType: FOLDER })
  expect(await names(source, 'shared-with-me')).toEqual(['Theirs'])
})

test.each([
  ['a folder that is not there', 'nowhere-at-all', null, 'drive/not-found'],
  ['what tries to break out of the query', "x' in parents or name contains '", null, 'drive/not-found'],
  ['a page that Google has forgotten', 'root', 'no such page', 'google/scan-expired'],
])('%s is a Fault', async (_, parent, position, code) => {
  await using drive = await startDrive({ files: { 'a.txt': 'one' } })
  await using source = sourceFor(drive)
  const error = await source.folders(parent, position, signal).catch((error: unknown) => error)
  expect(error instanceof Fault && error.code).toBe(code)
})

test('a folder without a usable id or a name keeps no other folder from being chosen', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  const [a] = ['A', 'B'].map((name) => drive.create({ name, mimeType: FOLDER }))
  drive.faults.once({ kind: 'odd-item', id: a ?? '', drop: ['id'] })
  expect(await names(source, 'root')).toEqual(['B'])
  drive.faults.once({ kind: 'odd-item', id: a ?? '', drop: ['name'] })
  expect(await names(source, 'root')).toEqual(['(unnamed)', 'B'])
})
