import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FAULTS, Fault, type FaultCode } from './faults.ts'
import { afterFault } from './retry.ts'

const POLICY = { attempts: 5, delayMs: 30_000 }
const HOUR = 60 * 60 * 1000

test('after the last attempt a file counts as failed and is tried daily', () => {
  const fault = new Fault('drive/interrupted', 'a.txt')
  expect(afterFault(fault, 5, POLICY, 0, 0.5)).toEqual({ status: 'pending', nextAttempt: 480_000 })
  expect(afterFault(fault, 6, POLICY, 0, 0.5)).toEqual({ status: 'failed', nextAttempt: 24 * HOUR })
})

test('what the other side asked for is waited for', () => {
  const fault = new Fault('google/rate-limited', 'Google', { retryAfterMs: 90_000 })
  expect(afterFault(fault, 1, POLICY, 0, 0.5).nextAttempt).toBe(90_000)
})

test('property: whatever the fault, the next attempt lies ahead, within a day, or never comes for files that must change', () => {
  const codes = Object.keys(FAULTS) as FaultCode[]
  fc.assert(
    fc.property(
      fc.constantFrom(...codes),
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (code, attempts, random) => {
        const { status, nextAttempt } = afterFault(new Fault(code, 'x'), attempts, POLICY, 1000, random)
        expect(nextAttempt === null).toBe(FAULTS[code].retry === 'never')
        if (nextAttempt === null) return
        expect(nextAttempt).toBeGreaterThan(1000)
        expect(nextAttempt).toBeLessThanOrEqual(1000 + 24 * HOUR)
        if (attempts > POLICY.attempts) expect(status).toBe('failed')
      },
    ),
  )
})
