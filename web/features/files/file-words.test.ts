import { expect, test } from 'vitest'
import { kindOf, stateOf, whereabouts } from './file-words.ts'

const FILE = { kind: 'blob', status: 'synced', trashed: false, removed_at: null } as const

test.each<[string, Partial<Parameters<typeof stateOf>[0]>, string | null, string | null]>([
  ['stored', {}, 'Protected', 'was checked'],
  ['in the bin', { trashed: true }, 'Protected', 'bin'],
  ['deleted in Drive', { removed_at: '2026-03-01T10:00:00Z' }, 'Protected', 'deleted in Drive'],
  ['waiting', { status: 'pending' }, 'Waiting', 'still to be copied'],
  ['failed', { status: 'failed' }, 'Failed', 'tried again daily'],
  ['skipped', { status: 'skipped' }, 'Skipped', 'on purpose'],
  ['a folder', { kind: 'folder' }, null, null],
  ['a folder skipped', { kind: 'folder', status: 'skipped' }, 'Skipped', 'on purpose'],
])('a file: %s', (_, change, word, meaning) => {
  const state = stateOf({ ...FILE, ...change })
  expect(state?.word ?? null).toBe(word)
  expect(state?.meaning ?? '').toContain(meaning ?? '')
})

test('what became of it in Drive', () => {
  expect(whereabouts(FILE)).toBeNull()
  expect(whereabouts({ ...FILE, trashed: true })).toBe('In Drive’s bin')
  expect(whereabouts({ trashed: true, removed_at: '2026-03-01T10:00:00Z' })).toBe('Deleted in Drive')
})

test.each([
  ['application/vnd.google-apps.document', 'Google document'],
  ['application/vnd.google-apps.jam', 'Google file'],
  ['image/heic', 'Picture'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'Spreadsheet'],
  ['application/octet-stream', 'File'],
])('%s is a %s', (mime_type, kind) => {
  expect(kindOf({ kind: 'blob', mime_type })).toBe(kind)
})
