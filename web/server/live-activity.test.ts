import { expect, test } from 'vitest'
import type { Activity } from '../api/types.ts'
import { type LiveActivity, withNew } from './live-activity.ts'

const NONE: LiveActivity = { entries: [], gaps: 0 }
const entry = (id: number) => ({ id }) as Activity
const ids = ({ entries }: LiveActivity) => entries.map(({ id }) => id)

test('what happened comes newest first, and once, though a stream tells it again after a break', () => {
  const first = withNew(NONE, [entry(1), entry(2)], false)
  expect(ids(first)).toEqual([2, 1])
  expect(ids(withNew(first, [entry(2), entry(3)], false))).toEqual([3, 2, 1])
})

test('more than is kept is a gap, and never a list with a hole in it', () => {
  const full = withNew(NONE, [1, 2, 3].map(entry), false, 3)
  expect(full).toMatchObject({ gaps: 0 })
  const over = withNew(full, [entry(4)], false, 3)
  expect(over).toEqual({ entries: [], gaps: 1 })
  expect(withNew(over, [entry(5)], false, 3)).toMatchObject({ gaps: 1, entries: [{ id: 5 }] })
})

test('what is said to have a hole before it begins anew', () => {
  const known = withNew(NONE, [1, 2].map(entry), false)
  expect(withNew(known, [9, 8].map(entry), true)).toEqual({ entries: [entry(9), entry(8)], gaps: 1 })
  expect(withNew(known, [], true)).toEqual({ entries: [], gaps: 1 })
})
