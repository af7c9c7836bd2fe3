import { expect, test } from 'vitest'
import type { Copy, DueFile } from '../model/catalog.ts'
import { plan, type Rules, skipReason } from './plan.ts'

const NOW = Date.UTC(2026, 10, 22)
const DAY = 24 * 60 * 60 * 1000
const RULES: Rules = {
  selection: null,
  excludes: (path) => path.endsWith('.tmp'),
  maxFileSizeBytes: 1000,
  recentMs: 0,
}
const TARGET = { destination: 's3', key: 'home/a.txt', spareKey: 'home/.drivekeep/files/f1/r2' }

function file(more: Partial<DueFile> = {}, item: Partial<DueFile['item']> = {}): DueFile {
  return {
    row: 1,
    source: 1,
    revision: 'r2',
    path: 'a.txt',
    storedPath: 'a.txt',
    seenBy: 'first-scan',
    firstSeen: NOW,
    gone: false,
    selected: true,
    frozen: false,
    readFault: null,
    readAttempts: 0,
    copies: [],
    deliveries: [],
    ...more,
    item: {
      id: 'f1',
      name: 'a.txt',
      parentId: null,
      mimeType: 'text/plain',
      createdTime: 0,
      modifiedTime: NOW - 10 * DAY,
      version: 1,
      trashed: false,
      explicitlyTrashed: false,
      ownedByMe: true,
      driveId: null,
      canDownload: true,
      content: { kind: 'blob', size: 10, md5: 'x', sha256: null, headRevisionId: 'r2' },
      unreadable: null,
      ...item,
    },
  }
}

function copy(more: Partial<Copy> = {}): Copy {
  const key = TARGET.key
  return {
    id: 1,
    file: 1,
    fileId: 'f1',
    revision: 'r2',
    destination: 's3',
    key,
    versionId: null,
    etag: null,
    size: 10,
    sha256: null,
    place: 'mirror',
    ...more,
  }
}

test.each([
  ['a new file is stored', file(), { do: 'store', key: TARGET.key, retire: [] }],
  ['a stored file needs nothing', file({ copies: [copy()] }), { do: 'nothing' }],
  ['a changed file is stored; what it overwrites is kept', file({ copies: [copy({ revision: 'r1' })] }), { do: 'store', key: TARGET.key, retire: [] }], // biome-ignore format: a table
  ['a moved file is moved there', file({ copies: [copy({ key: 'old' })] }), { do: 'move', key: TARGET.key, from: copy({ key: 'old' }), retire: [] }], // biome-ignore format: a table
  ['a changed and moved file leaves its old key', file({ copies: [copy({ key: 'old', revision: 'r1' })] }), { do: 'store', key: TARGET.key, retire: [copy({ key: 'old', revision: 'r1' })] }], // biome-ignore format: a table
  ['a present revision that was pushed aside comes back by a copy', file({ copies: [copy({ place: 'history', key: 'h' })] }), { do: 'move', key: TARGET.key, from: copy({ place: 'history', key: 'h' }), retire: [] }], // biome-ignore format: a table
  [
    'a content under the key of its id stays there',
    file({ copies: [copy({ key: TARGET.spareKey })] }),
    { do: 'nothing' },
  ],
  ['an older content elsewhere goes once the present one is stored', file({ copies: [copy(), copy({ key: 'old', revision: 'r1' })] }), { do: 'retire', retire: [copy({ key: 'old', revision: 'r1' })] }], // biome-ignore format: a table
  ['a copy of another size is no copy of this revision', file({ copies: [copy({ size: 9 })] }), { do: 'store', key: TARGET.key, retire: [] }], // biome-ignore format: a table
  ['what is gone from Drive is not stored', file({ gone: true }), { do: 'nothing' }],
  ['a copy of what is gone can move', file({ gone: true, copies: [copy({ key: 'old' })] }), { do: 'move', key: TARGET.key, from: copy({ key: 'old' }), retire: [] }], // biome-ignore format: a table
  ['a folder has no bytes', file({}, { content: { kind: 'folder' } }), { do: 'nothing' }],
  ['copies at another destination say nothing about this one', file({ copies: [copy({ destination: 'eu' })] }), { do: 'store', key: TARGET.key, retire: [] }], // biome-ignore format: a table
] as const)('%s', (_name, given, step) => {
  expect(plan(given, TARGET)).toEqual(step)
})

test.each([
  ['a file like others', file(), null],
  ['a file outside the chosen folders', file({ selected: false }), 'not-selected'],
  ['an excluded path', file({ path: 'x.tmp' }), 'excluded'],
  ['a file over the limit', file({}, { content: { kind: 'blob', size: 1001, md5: null, sha256: null, headRevisionId: null } }), 'too-large'], // biome-ignore format: a table
  ['a forbidden download', file({}, { canDownload: false }), 'download-forbidden'],
  ['a type that cannot be exported', file({}, { content: { kind: 'native', export: null } }), 'not-exportable'],
  ['what is gone from Drive', file({ gone: true, path: 'x.tmp' }), null],
  ['a folder', file({ selected: false }, { content: { kind: 'folder' } }), null],
] as const)('why %s is omitted', (_name, given, reason) => {
  expect(skipReason(given, RULES)).toBe(reason)
})

test('check_recent_days limits the first scan only: what changes later is always considered', () => {
  const recent = { ...RULES, recentMs: 7 * DAY }
  expect(skipReason(file(), recent)).toBe('not-recent')
  expect(skipReason(file({ seenBy: 'later' }), recent)).toBeNull()
  expect(skipReason(file({}, { modifiedTime: NOW - DAY }), recent)).toBeNull()
})

test('a file that was recent when it was first seen stays so, however long it has to wait', () => {
  const recent = { ...RULES, recentMs: 7 * DAY }
  expect(skipReason(file({ firstSeen: NOW - 20 * DAY }, { modifiedTime: NOW - 26 * DAY }), recent)).toBeNull()
})
