import { expect, test } from 'vitest'
import type { Activity } from '../api/types.ts'
import { withNew } from './live-activity.ts'

const entry = (id: number) => ({ id }) as Activity
const ids = (entries: Activity[]) => entries.map(({ id }) => id)

test('what happened comes newest first, and once, though a stream tells it again after a break', () => {
  const first = withNew({ entries: [], forgottenUpTo: 0 }, [entry(1), entry(2)])
  expect(ids(first.entries)).toEqual([2, 1])
  expect(ids(withNew(first, [entry(2), entry(3)]).entries)).toEqual([3, 2, 1])
})

test('only so many are kept, and it is known from where on there are none', () => {
  const full = withNew({ entries: [], forgottenUpTo: 0 }, [1, 2, 3, 4, 5].map(entry), 3)
  expect(ids(full.entries)).toEqual([5, 4, 3])
  expect(full.forgottenUpTo).toBe(2)
  expect(withNew(full, [], 3)).toEqual(full)
})
