import { expect, test } from 'vitest'
import type { Activity } from '../api/types.ts'
import { type LiveActivity, withNew } from './live-activity.ts'

const NONE: LiveActivity = { entries: [], gaps: 0 }
const entry = (id: number) => ({ id }) as Activity
const ids = ({ entries }: LiveActivity) => entries.map(({ id }) => id)

test('what happened comes newest first, and once, though a stream tells it again after a break', () => {
  const first = withNew(NONE, [entry(1), entry(2)])
  expect(ids(first)).toEqual([2, 1])
  expect(ids(withNew(first, [entry(2), entry(3)]))).toEqual([3, 2, 1])
})

test('more than is kept is a gap, and never a list with a hole in it', () => {
  const full = withNew(NONE, [1, 2, 3].map(entry), 3)
  expect(full).toMatchObject({ gaps: 0 })
  const over = withNew(full, [entry(4)], 3)
  expect(over).toEqual({ entries: [], gaps: 1 })
  expect(withNew(over, [entry(5)], 3)).toMatchObject({ gaps: 1, entries: [{ id: 5 }] })
})
