import { backOff } from './back-off.ts'
import { type Fault, faultKind } from './faults.ts'

export interface RetryPolicy {
  /** How often a file is tried soon again before it counts as failed. */
  attempts: number
  /** The first delay; it doubles with every attempt. */
  delayMs: number
}

const DAY = 24 * 60 * 60 * 1000
/** No delay grows past an hour: what can be mended by waiting longer is tried daily instead. */
export const LONGEST_DELAY_MS = 60 * 60 * 1000

/**
 * When a file that met `fault` is tried again. `attempts` counts this one. `random` (0..1) spreads retries, so that files
 * that failed together do not come back together.
 *
 * What is out of order beyond the file is the breaker's to wait for. A file that such a fault is counted against was most
 * likely the first to meet it: it must not wait for a day when the cause is gone in a minute.
 */
export function afterFault(
  fault: Fault,
  attempts: number,
  policy: RetryPolicy,
  now: number,
  random: number,
): { status: 'pending' | 'failed'; nextAttempt: number | null } {
  const pauses = { firstMs: policy.delayMs, longestMs: LONGEST_DELAY_MS }
  const { retry, scope } = faultKind(fault.code) ?? { retry: 'backoff', scope: 'item' }
  switch (scope === 'item' || retry === 'next-cycle' ? retry : 'backoff') {
    case 'never':
      return { status: 'failed', nextAttempt: null }
    case 'daily':
    case 'after-operator':
      return { status: 'failed', nextAttempt: now + DAY }
    case 'next-cycle':
    case 'backoff': {
      if (attempts > policy.attempts) return { status: 'failed', nextAttempt: now + DAY }
      // The first repetition of a file that was edited while it was read need not wait.
      if (retry === 'next-cycle' && attempts === 1) return { status: 'pending', nextAttempt: now + 1 }
      return {
        status: 'pending',
        nextAttempt:
          now + Math.max(backOff(attempts, pauses, random), Math.min(fault.retryAfterMs ?? 0, LONGEST_DELAY_MS), 1),
      }
    }
  }
}
