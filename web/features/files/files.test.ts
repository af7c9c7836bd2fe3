import { expect, test } from 'vitest'
import { isSearch, linkTo, placeIn, TOP, withSearch } from './address.ts'
import { type Slice, searchedOf, wantsMore } from './search-slices.ts'

test.each([
  ['', TOP],
  ['folder=12&source=1', { ...TOP, folder: 12, source: 1 }],
  ['search=%20budget%202024&status=failed', { ...TOP, search: 'budget 2024', status: 'failed' }],
  ['reason=storage/access-denied', { ...TOP, reason: 'storage/access-denied' }],
  ['folder=-1&source=x&status=lost&reason=', TOP],
  ['folder=99999999999999999999', TOP],
])('the address ?%s', (query, place) => {
  expect(placeIn(query)).toEqual(place)
})

test('an address leads back to the place it was made for', () => {
  for (const place of [
    TOP,
    { ...TOP, folder: 3 },
    { source: 2, folder: 3, search: 'a&b=ü', status: 'skipped', reason: 'too-large' } as const,
  ]) {
    expect(placeIn(linkTo(place).split('?')[1] ?? '')).toEqual(place)
  }
  expect(linkTo({})).toBe('/files')
})

test('a search looks everywhere, and without one the folder is shown again', () => {
  const folder = { ...TOP, folder: 3 }
  expect(withSearch(folder, ' ten ')).toEqual({ ...TOP, search: 'ten' })
  expect(withSearch(folder, '')).toEqual(folder)
  expect([TOP, folder].map(isSearch)).toEqual([false, false])
  expect(isSearch({ ...folder, status: 'failed' })).toBe(true)
})

function slice(found: number, next: string | null, searched: number): Slice {
  return { files: Array(found).fill(0), next, searched }
}

test.each<[string, Slice[], boolean, number]>([
  ['nothing asked yet', [], false, 0],
  ['nothing found in the first slice', [slice(0, 'a', 0.2)], true, 0.2],
  ['enough was found', [slice(60, 'a', 0.2), slice(40, 'b', 0.4)], false, 0.4],
  ['all is searched', [slice(1, 'a', 0.5), slice(0, null, 1)], false, 1],
  ['a last slice that says less is the last one', [slice(1, null, 0.7)], false, 1],
  ['the last slice is still to come', [slice(0, 'a', 1)], true, 0.99],
])('search: %s', (_, slices, more, searched) => {
  expect(wantsMore(slices, 100)).toBe(more)
  expect(searchedOf(slices)).toBe(searched)
})
