import { cycle } from './cycle.ts'
import type { DaemonParts } from './daemon.ts'
import type { Fault } from './faults.ts'
import type { Control } from './parts.ts'

/**
 * Cycles until nothing is pending: everything is synced, skipped for a reason, or failed for good. Waits for retries that
 * are due later. A source or destination that is out of order is tried again `attempts` times when that can help.
 * Returns the fault that it gave up on; null when all was looked at, or the control said stop.
 */
export async function syncUntilSettled(
  { sources, clock }: Pick<DaemonParts, 'sources' | 'clock'>,
  control: Control,
): Promise<Fault | null> {
  let gaveUp: Fault | null = null
  for (const { id, parts, state, ended } of sources) {
    for (let failures = 0; !control.drain.aborted; ) {
      const startedAt = clock.now()
      const result = await cycle(parts, await state(), control)
      await ended(result, startedAt)
      if (result.end === 'drained') break

      const { fault } = result
      const now = clock.now()
      let wait = 0
      if (fault !== null && fault.kind.retry !== 'next-cycle') {
        failures = result.synced > 0 ? 1 : failures + 1
        if (fault.kind.retry !== 'backoff' || failures > parts.retry.attempts) {
          gaveUp ??= fault
          break
        }
        wait = Math.max(parts.retry.delayMs * 2 ** (failures - 1), fault.retryAfterMs ?? 0)
      } else if (fault === null) {
        const due = await parts.catalog.nextDue(id, 'pending') // what failed is due tomorrow, and no reason to wait
        if (due === null) break
        wait = Math.max(0, due - now)
      }
      await clock.sleep(wait, control.drain)
    }
  }
  return gaveUp
}
