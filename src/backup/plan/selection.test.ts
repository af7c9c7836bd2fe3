import { expect, test } from 'vitest'
import { ROOT, type Selection, SHARED, selector } from './selection.ts'

const SHARED_PATH = '.shared-with-me'
const places = (known: Record<string, string>) => new Map([...Object.entries(known), [SHARED, SHARED_PATH]])
const selection = (rest: Selection['rest'], folders: Record<string, 'include' | 'exclude'> = {}): Selection => ({
  rest,
  folders: new Map(Object.entries(folders)),
})

/** Docs/Old/Kept, beside Docs-2 and a file at the top. */
const TREE = { docs: 'Docs', old: 'Docs/Old', kept: 'Docs/Old/Kept' }
const FILES = ['top.txt', 'Docs/a', 'Docs/Old/b', 'Docs/Old/New/c', 'Docs/Old/Kept/d/e', 'Docs-2/f', `${SHARED_PATH}/g`]

test.each<
  [what: string, rest: 'include' | 'exclude', folders: Record<string, 'include' | 'exclude'>, chosen: string[]]
>([
  ['everything', 'include', {}, FILES],
  ['one folder alone', 'exclude', { docs: 'include' }, ['Docs/a', 'Docs/Old/b', 'Docs/Old/New/c', 'Docs/Old/Kept/d/e']],
  ['all but one folder', 'include', { docs: 'exclude' }, ['top.txt', 'Docs-2/f', `${SHARED_PATH}/g`]],
  ['a folder without one in it', 'exclude', { docs: 'include', old: 'exclude' }, ['Docs/a']],
  [
    'and with one in that',
    'exclude',
    { docs: 'include', old: 'exclude', kept: 'include' },
    ['Docs/a', 'Docs/Old/Kept/d/e'],
  ],
  ['My Drive alone', 'exclude', { [ROOT]: 'include' }, FILES.slice(0, -1)],
  ['My Drive but for a folder', 'exclude', { [ROOT]: 'include', old: 'exclude' }, ['top.txt', 'Docs/a', 'Docs-2/f']],
  ['nothing that others share', 'include', { [SHARED]: 'exclude' }, FILES.slice(0, -1)],
  ['only what others share', 'exclude', { [SHARED]: 'include' }, [`${SHARED_PATH}/g`]],
])('%s', (_, rest, folders, chosen) => {
  const known = Object.fromEntries(Object.entries({ ...TREE, [ROOT]: '' }).filter(([id]) => Object.hasOwn(folders, id)))
  const selects = selector(selection(rest, folders), places(known))
  expect(FILES.filter((storedPath) => selects({ parentId: null, storedPath }))).toEqual(chosen)
})

test('a folder without a place decides nothing but what Drive says lies right in it: nothing becomes more than was chosen', () => {
  const alone = selector(selection('exclude', { gone: 'include' }), places({}))
  expect(FILES.filter((storedPath) => alone({ parentId: null, storedPath }))).toEqual([])
  const without = selector(selection('include', { later: 'exclude' }), places({}))
  expect(without({ parentId: 'later', storedPath: '.orphaned/h' })).toBe(false)
  expect(without({ parentId: 'other', storedPath: '.orphaned/h' })).toBe(true)
})
