import { expect, test } from 'vitest'
import type { Copy, TrackedFile } from './catalog.ts'
import { plan, type Rules } from './plan.ts'

const NOW = Date.UTC(2026, 10, 22)
const DAY = 24 * 60 * 60 * 1000
const RULES: Rules = {
  selection: null,
  excludes: (path) => path.endsWith('.tmp'),
  maxFileSizeBytes: 1000,
  recentMs: 0,
}
const TARGET = { destination: 's3', key: 'home/a.txt' }

function file(more: Partial<TrackedFile> = {}, item: Partial<TrackedFile['item']> = {}): TrackedFile {
  return {
    row: 1,
    source: 1,
    revision: 'r2',
    path: 'a.txt',
    storedPath: 'a.txt',
    seenBy: 'scan',
    gone: false,
    selected: true,
    attempts: 0,
    copies: [],
    doubts: [],
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
  ['a new file is transferred', file(), { do: 'copy', transfers: [TARGET], moves: [], retire: [] }],
  ['a stored file needs nothing', file({ copies: [copy()] }), { do: 'nothing' }],
  ['a changed file is transferred; storage keeps what it overwrites', file({ copies: [copy({ revision: 'r1' })] }), { do: 'copy', transfers: [TARGET], moves: [], retire: [] }], // biome-ignore format: a table
  ['a moved file is re-keyed', file({ copies: [copy({ key: 'old' })] }), { do: 'copy', transfers: [], moves: [{ ...TARGET, from: copy({ key: 'old' }) }], retire: [] }], // biome-ignore format: a table
  ['a changed and moved file leaves its old key', file({ copies: [copy({ key: 'old', revision: 'r1' })] }), { do: 'copy', transfers: [TARGET], moves: [], retire: [copy({ key: 'old', revision: 'r1' })] }], // biome-ignore format: a table
  ['a present revision that was pushed aside comes back by a copy', file({ copies: [copy({ place: 'history', key: 'h' })] }), { do: 'copy', transfers: [], moves: [{ ...TARGET, from: copy({ place: 'history', key: 'h' }) }], retire: [] }], // biome-ignore format: a table
  ['a file outside the chosen folders', file({ selected: false }), { do: 'skip', reason: 'not-selected' }],
  ['an excluded path', file({ path: 'x.tmp' }), { do: 'skip', reason: 'excluded' }],
  ['a file over the limit', file({}, { content: { kind: 'blob', size: 1001, md5: null, sha256: null, headRevisionId: null } }), { do: 'skip', reason: 'too-large' }], // biome-ignore format: a table
  ['a forbidden download', file({}, { canDownload: false }), { do: 'skip', reason: 'download-forbidden' }],
  ['a type that cannot be exported', file({}, { content: { kind: 'native', export: null } }), { do: 'skip', reason: 'not-exportable' }], // biome-ignore format: a table
  ['a copy of another size is no copy of this revision', file({ copies: [copy({ size: 9 })] }), { do: 'copy', transfers: [TARGET], moves: [], retire: [] }], // biome-ignore format: a table
  ['what is gone from Drive is not transferred', file({ gone: true }), { do: 'nothing' }],
  ['a copy of what is gone can move', file({ gone: true, copies: [copy({ key: 'old' })] }), { do: 'copy', transfers: [], moves: [{ ...TARGET, from: copy({ key: 'old' }) }], retire: [] }], // biome-ignore format: a table
  ['a folder has no bytes', file({}, { content: { kind: 'folder' } }), { do: 'nothing' }],
] as const)('%s', (_name, given, step) => {
  expect(plan(given, [TARGET], RULES, NOW)).toEqual(step)
})

test('check_recent_days limits the first listing only: what the feed reports is always considered', () => {
  const recent = { ...RULES, recentMs: 7 * DAY }
  expect(plan(file(), [TARGET], recent, NOW)).toEqual({ do: 'skip', reason: 'not-recent' })
  expect(plan(file({ seenBy: 'feed' }), [TARGET], recent, NOW).do).toBe('copy')
  expect(plan(file({}, { modifiedTime: NOW - DAY }), [TARGET], recent, NOW).do).toBe('copy')
})

test('each destination is looked at by itself', () => {
  const other = { destination: 'eu', key: 'home/a.txt' }
  const step = plan(file({ copies: [copy()] }), [TARGET, other], RULES, NOW)
  expect(step).toEqual({ do: 'copy', transfers: [other], moves: [], retire: [] })
})
