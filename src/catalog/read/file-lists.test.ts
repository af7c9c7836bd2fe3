import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KnownDrive } from '../../../test/server/known-drive.ts'
import { type FileQuestion, folderById, foldersAbove, listFiles } from './file-lists.ts'
import type { Pace, Position } from './walk.ts'

let drive: KnownDrive
beforeAll(async () => {
  drive = await KnownDrive.open()
  await drive.see({
    'Reports/2026/Übersicht.pdf': {},
    'Reports/2026/100 % done_[final].txt': {},
    'Reports/summary.txt': {},
    'Reports (old)/summary.txt': {},
    'Photos/Ru\u0308ckblick.jpg': {}, // as macOS writes it: u, then its dots
    'notes.txt': {},
    'huge.iso': {},
    'broken.doc': {},
    'later.doc': {},
  })
  await drive.settle({
    'huge.iso': { status: 'skipped', reason: 'too-large' },
    'broken.doc': { status: 'failed', fault: 'storage/key-refused', nextAttempt: null },
    'later.doc': { status: 'pending', fault: 'drive/interrupted' },
  })
  await drive.see({ 'unshared.txt': { parentId: 'of another', ownedByMe: false } })
})
afterAll(() => drive[Symbol.asyncDispose]())

const ANY: FileQuestion = { folder: null, source: null, search: null, status: null, reason: null }
/** A clock that stands still: nothing is broken off. */
const PATIENT: Pace = { now: () => 0, sliceMs: 100, breathe: async () => {} }

async function paths(question: Partial<FileQuestion>, limit = 500): Promise<string[]> {
  const found: string[] = []
  let from: Position | null = null
  do {
    const { files, next } = await listFiles(drive.db, { ...ANY, ...question }, from, limit, PATIENT)
    expect(files.length).toBeLessThanOrEqual(limit)
    found.push(...files.map(({ path }) => path))
    from = next
  } while (from !== null)
  return found
}

async function folder(path: string) {
  return folderById(drive.db, await drive.id(path))
}

describe.each([1, 2, 500])('in pages of %i', (limit) => {
  test('the top of the drive shows what lies in its root, by name, and then what has no folder that we see', async () => {
    expect(await paths({}, limit)).toEqual([
      'Photos',
      'Reports',
      'Reports (old)',
      'broken.doc',
      'huge.iso',
      'later.doc',
      'notes.txt',
      '.shared-with-me/unshared.txt',
    ])
  })

  test('a folder shows what lies in it', async () => {
    expect(await paths({ folder: await folder('Reports') }, limit)).toEqual(['Reports/2026', 'Reports/summary.txt'])
  })

  test('a search finds a part of the path everywhere, or below a folder', async () => {
    const all = ['Reports/summary.txt', 'Reports (old)/summary.txt']
    expect((await paths({ search: 'SUMMARY' }, limit)).toSorted()).toEqual(all.toSorted())
    expect(await paths({ search: 'summary', folder: await folder('Reports') }, limit)).toEqual(['Reports/summary.txt'])
  })

  test('by status and by reason', async () => {
    expect(await paths({ status: 'failed' }, limit)).toEqual(['broken.doc'])
    expect(await paths({ status: 'pending' }, limit)).toEqual(['later.doc', '.shared-with-me/unshared.txt'])
    expect(await paths({ status: 'skipped' }, limit)).toEqual(['huge.iso'])
    expect(await paths({ reason: 'too-large' }, limit)).toEqual(['huge.iso'])
    expect(await paths({ reason: 'drive/interrupted' }, limit)).toEqual(['later.doc'])
    expect(await paths({ status: 'synced', search: '.txt' }, limit)).toHaveLength(4)
    expect(await paths({ status: 'synced', folder: await folder('Photos') }, limit)).toHaveLength(1)
  })
})

test.each([
  ['übersicht', ['Reports/2026/Übersicht.pdf']],
  ['ÜBERSICHT', ['Reports/2026/Übersicht.pdf']],
  ['rückblick', ['Photos/Ru\u0308ckblick.jpg']],
  ['ru\u0308ckblick', ['Photos/Ru\u0308ckblick.jpg']],
  ['_', ['Reports/2026/100 % done_[final].txt']],
  ['0 % d', ['Reports/2026/100 % done_[final].txt']],
  ['[FINAL]', ['Reports/2026/100 % done_[final].txt']],
  ['ü*t', []],
  ['n_tes', []],
  ['n%s', []],
])('a search for %j finds just that', async (search, expected) => {
  expect(await paths({ search })).toEqual(expected)
})

test('an id in Drive is found at once, and once', async () => {
  const question = { ...ANY, search: 'notes.txt' } // which is an id here, and a path too
  const { files } = await listFiles(drive.db, question, null, 500, PATIENT)
  expect(files.map(({ file_id }) => file_id)).toEqual(['notes.txt'])
})

test('a search that takes long ends with its slice of time and says how far it came', async () => {
  let time = 0
  // Whenever the clock is asked it finds a slice used up.
  const hurried: Pace = { now: () => (time += 1000), sliceMs: 100, breathe: async () => {} }
  const rows = Array.from({ length: 4500 }, (_, i) => [`Bulk/${i}.bin`, {}] as const)
  await using bulk = await KnownDrive.open()
  await bulk.see(Object.fromEntries(rows))
  const found: string[] = []
  const shares: number[] = []
  let from: Position | null = null
  do {
    const page = await listFiles(bulk.db, { ...ANY, search: '/4499.' }, from, 500, hurried)
    found.push(...page.files.map(({ path }) => path))
    shares.push(page.searched)
    from = page.next
  } while (from !== null)
  expect(found).toEqual(['Bulk/4499.bin'])
  expect(shares).toEqual([expect.closeTo(0.44, 1), expect.closeTo(0.88, 1), 1])
})

test('the folders above a file lead down to it', async () => {
  const above = await foldersAbove(drive.db, { source_id: drive.source, place_id: 'Reports/2026' })
  expect(above.map(({ path }) => path)).toEqual(['Reports', 'Reports/2026'])
  expect(await foldersAbove(drive.db, { source_id: drive.source, place_id: 'root of owner@example.com' })).toEqual([])
})
