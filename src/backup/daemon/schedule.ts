import { backOff } from '../model/back-off.ts'
import type { CycleResult } from '../model/parts.ts'

/** When the next cycle begins. */
export interface Schedule {
  /** `realtime` polls often after activity and rarely when idle; `interval` polls at the interval only. */
  mode: 'realtime' | 'interval'
  intervalMs: number
  /** The first delay after a failure. */
  retryDelayMs: number
}

/** Somebody is at work: the next change is seconds away. A cycle costs one call of 100 quota units. */
const BUSY_MS = 5_000

/** The time of the next cycle: pure. Within `realtime`, the pause is a tenth of the time since something last happened. */
export function nextCycleAt(
  schedule: Schedule,
  { now, lastActivity, failures, result }: { now: number; lastActivity: number; failures: number; result: CycleResult },
): number {
  if (result.fault?.kind.retry === 'next-cycle') return now
  if (failures > 0) {
    // A broken source or bucket: soon at first, at the interval in the end, so that it recovers by itself.
    const pauses = { firstMs: Math.max(schedule.retryDelayMs, 1000), longestMs: schedule.intervalMs }
    return now + Math.max(backOff(failures, pauses, 0.5), result.fault?.retryAfterMs ?? 0)
  }
  if (schedule.mode === 'interval') return now + schedule.intervalMs
  const idle = now - lastActivity
  return now + Math.min(schedule.intervalMs, Math.max(BUSY_MS, idle / 10))
}
