import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backOff } from './back-off.ts'

const LIMITS = { firstMs: 30_000, longestMs: 3_600_000 }

test('pauses double from the first one up to the longest: 30 s, 60 s, 2 min, … an hour', () => {
  expect([1, 2, 3, 4, 5].map((n) => backOff(n, LIMITS, 0.5))).toEqual([30_000, 60_000, 120_000, 240_000, 480_000])
  expect(backOff(1_000_000, LIMITS, 0.5)).toBe(3_600_000)
})

test('property: a pause is within 20 % of its share, and never above the longest', () => {
  const tries = fc.integer({ min: 1, max: 5000 })
  const random = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(tries, random, (n, share) => {
      const middle = backOff(n, LIMITS, 0.5)
      expect(Math.abs(backOff(n, LIMITS, share) - middle)).toBeLessThanOrEqual(middle * 0.2 + 1)
      expect(backOff(n, LIMITS, share)).toBeLessThanOrEqual(LIMITS.longestMs)
      expect(backOff(n + 1, LIMITS, 0.5)).toBeGreaterThanOrEqual(middle)
    }),
  )
})
