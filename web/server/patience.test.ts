import { expect, test } from 'vitest'
import { pause } from './patience.ts'

test('the pauses grow, and never so long that a return goes unnoticed', () => {
  expect([0, 1, 2, 3, 4, 5, 100].map((failures) => pause(failures, 0.5))).toEqual([
    1000, 2000, 4000, 8000, 15_000, 15_000, 15_000,
  ])
  expect(pause(0, 0)).toBe(750)
  expect(pause(0, 1)).toBe(1250)
})
