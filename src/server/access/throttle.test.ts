import { expect, test } from 'vitest'
import { Throttle } from './throttle.ts'

const MINUTE = 60_000
const limit = { burst: 3, refillMs: MINUTE }

test('so many tries are there at once, and then one a minute', () => {
  const throttle = new Throttle(limit)
  expect([1, 2, 3].map(() => throttle.take('a', 0))).toEqual([null, null, null])
  expect(throttle.take('a', 0)).toBe(MINUTE)
  expect(throttle.take('a', 59_000)).toBe(1000)
  expect(throttle.take('a', MINUTE)).toBeNull()
  expect(throttle.take('a', MINUTE)).toBe(MINUTE)
})

test('a refusal costs nothing, a try given back counts again, and other keys are not touched', () => {
  const throttle = new Throttle(limit)
  for (let i = 0; i < 100; i++) throttle.take('a', 0)
  expect(throttle.take('b', 0)).toBeNull()
  throttle.giveBack('a')
  expect(throttle.take('a', 0)).toBeNull()
  expect(throttle.take('a', 3 * MINUTE)).toBeNull()
})

test('what is remembered is bounded, and what has a full budget again goes first', () => {
  const throttle = new Throttle(limit, 100)
  throttle.take('attacked', 0)
  throttle.take('attacked', 0)
  throttle.take('attacked', 0)
  for (let i = 0; i < 99; i++) throttle.take(`short ${i}`, 0)
  for (let i = 0; i < 50; i++) throttle.take(`later ${i}`, 2 * MINUTE)
  expect(throttle.size).toBeLessThanOrEqual(100)
  expect([throttle.take('attacked', 2 * MINUTE), throttle.take('attacked', 2 * MINUTE)]).toEqual([null, null])
  expect(throttle.take('attacked', 2 * MINUTE)).toBe(MINUTE)
  for (let i = 0; i < 10_000; i++) throttle.take(`flood ${i}`, 2 * MINUTE)
  expect(throttle.size).toBe(100)
})

test('a clock that is set back makes nobody wait for what it was ahead', () => {
  const throttle = new Throttle(limit)
  throttle.take('a', 1e12)
  expect(throttle.take('a', 0)).toBeLessThanOrEqual(MINUTE)
})
