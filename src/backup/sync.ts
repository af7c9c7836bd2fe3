import { cycle } from './cycle.ts'
import type { DaemonParts } from './daemon.ts'
import type { Fault } from './faults.ts'
import type { Control } from './parts.ts'
import { delay } from './retry.ts'

/** What a sync waits for: the end of an outage, with the tries that it has left; or the time when failed files are due again. */
export type Wait = { ms: number } & ({ fault: Fault; retry: number; of: number } | { fault: null })

/**
 * Cycles until nothing is pending: everything is synced, skipped for a reason, or failed for good. Waits for retries that
 * are due later. A source or destination that is out of order is tried again `attempts` times when that can help. `waits`
 * is told of each wait as it begins.
 * Returns the fault that it gave up on; null when all was looked at, or the control said stop.
 */
export async function syncUntilSettled(
  { sources, clock }: Pick<DaemonParts, 'sources' | 'clock'>,
  control: Control,
  waits: (wait: Wait) => void = () => {},
): Promise<Fault | null> {
  let gaveUp: Fault | null = null
  for (const { id, parts, ended } of sources) {
    for (let failures = 0; !control.drain.aborted; ) {
      const startedAt = clock.now()
      const result = await cycle(parts, id, control)
      await ended(result, startedAt)
      if (result.end === 'drained') break

      const { fault } = result
      if (fault?.kind.retry === 'next-cycle') continue
      let wait: Wait
      if (fault === null) {
        const due = await parts.catalog.nextDue(id, 'pending') // what failed is due tomorrow, and no reason to wait
        if (due === null) break
        wait = { ms: Math.max(0, due - clock.now()), fault }
      } else {
        failures = result.synced > 0 ? 1 : failures + 1
        const { attempts } = parts.retry
        if (fault.kind.retry !== 'backoff' || failures > attempts) {
          gaveUp ??= fault
          break
        }
        const ms = Math.max(delay(failures, parts.retry, 0.5), fault.retryAfterMs ?? 0)
        wait = { ms, fault, retry: failures, of: attempts }
      }
      waits(wait)
      await clock.sleep(wait.ms, control.drain)
    }
  }
  return gaveUp
}
