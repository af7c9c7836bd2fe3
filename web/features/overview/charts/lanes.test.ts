import { expect, test } from 'vitest'
import type { Transfer } from '../../../api/types.ts'
import { type Lanes, lanes, share } from './lanes.ts'

const transfer = (file: number): Transfer => ({ file, path: `${file}`, size: 10, bytes: 1, started_at: '' })
const files = (shown: Lanes) => shown.map((one) => one?.file ?? null)

test('a transfer keeps its place until it ends, and the next one takes a free place', () => {
  const first = lanes([], [1, 2, 3].map(transfer), 4)
  expect(files(first)).toEqual([1, 2, 3, null])
  const second = lanes(first, [2, 3].map(transfer), 4)
  expect(files(second)).toEqual([null, 2, 3, null])
  expect(files(lanes(second, [2, 3, 4, 5, 6].map(transfer), 4))).toEqual([4, 2, 3, 5])
})

test('a share is known only where the size is', () => {
  expect(share({ size: 200, bytes: 50 })).toBe(0.25)
  expect(share({ size: 0, bytes: 0 })).toBe(1)
  expect(share({ size: 10, bytes: 12 })).toBe(1)
  expect(share({ size: null, bytes: 12 })).toBeNull()
})
