import { expect, test } from 'vitest'
import type { Activity } from '../../api/types.ts'
import { addressOf, filtersOf, isFiltered, passes, queryOf } from './filters.ts'
import { merged } from './merge.ts'

const NONE = filtersOf(new URLSearchParams())
const entry = (change: Partial<Activity>): Activity => ({
  id: 1,
  at: '2026-03-12T12:00:00.000Z',
  action: 'stored',
  source: 1,
  file: 1,
  path: 'Reports/Ten.pdf',
  destination: null,
  fault: null,
  title: null,
  message: null,
  bytes: 5,
  duration_ms: 5,
  ...change,
})

test('what is filtered stands in the address, and what is not leaves no trace there', () => {
  const filters = { actions: ['failed', 'lost'], search: 'a & b', from: '2026-03-01', to: '' }
  expect(filtersOf(addressOf(filters))).toEqual(filters)
  expect(addressOf(NONE).toString()).toBe('')
  expect(isFiltered(NONE)).toBe(false)
  expect(isFiltered(filters)).toBe(true)
})

test('a day that is none is no filter', () => {
  expect(filtersOf(new URLSearchParams({ from: '<script>', to: '2026-13-40' }))).toMatchObject({ from: '', to: '' })
})

test('the server is asked for whole days of the reader’s zone', () => {
  const { from, to } = queryOf({ ...NONE, from: '2026-03-12', to: '2026-03-12' })
  expect(new Date(from ?? '').getHours()).toBe(0)
  expect(Date.parse(to ?? '') - Date.parse(from ?? '')).toBe(86_400_000 - 1)
  expect(queryOf(NONE)).toEqual({})
})

test.each([
  [{}, {}, true],
  [{ action: 'failed' }, { actions: ['stored'] }, false],
  [{}, { actions: ['failed', 'stored'] }, true],
  [{}, { search: 'ten' }, true],
  [{ message: 'was Nine.pdf' }, { search: 'NINE' }, true],
  [{ path: null }, { search: 'ten' }, false],
  [{}, { from: '2026-03-14' }, false],
  [{}, { to: '2026-03-10' }, false],
  [{}, { from: '2026-03-01', to: '2026-03-30' }, true],
])('what happens live is shown where it passes the filter: %j %j %s', (change, filters, shown) => {
  expect(passes(entry(change), { ...NONE, ...filters })).toBe(shown)
})

test('what the stream tells stands before what was listed, and nothing twice', () => {
  const at = (id: number) => entry({ id })
  expect(merged([at(5), at(4), at(3)], [at(3), at(2)]).map(({ id }) => id)).toEqual([5, 4, 3, 2])
  expect(merged([at(1)], []).map(({ id }) => id)).toEqual([1])
})
