import type { SourceState } from './catalog.ts'
import { Fault } from './faults.ts'
import type { Control, CycleResult, Parts } from './parts.ts'
import { Transfers } from './transfers.ts'
import { watch } from './watch.ts'

/**
 * One pass over one source: what Drive shows is recorded, and what is due is planned, transferred and recorded.
 *
 * watch → catalog → plan → transfer → record. The watch writes items and the cursor in one transaction; transfers read
 * what is due from the catalog and so pick up new work, retries, and what an earlier run left undone, all alike. A first
 * backup takes days: what changes meanwhile is seen and copied meanwhile. A broken source or destination ends the cycle
 * and is its result; a bug of ours is thrown.
 */
export async function cycle(parts: Parts, source: number, control: Control): Promise<CycleResult> {
  const startedAt = parts.clock.now()
  const state = await parts.catalog.source(source)
  parts.tell({ type: 'cycle-started', source: state, at: startedAt })
  const transfers = new Transfers(parts, state, startedAt, control)
  const stopped = () => control.drain.aborted || control.abort.aborted

  let seen = 0
  let fault: Fault | null = null
  const look = async (from: SourceState, now: number) => {
    try {
      for await (const items of watch(parts, from, now, AbortSignal.any([control.drain, control.abort]))) {
        seen += items
        parts.tell({ type: 'seen', items })
        transfers.nudge()
      }
    } catch (error) {
      // What is already known can still be copied: a source that cannot be listed does not stop the transfers.
      if (error instanceof Fault) fault = error
      else if (!stopped()) throw error
    }
  }
  let held: Fault | null
  try {
    await look(state, startedAt)
    held = await transfers.finish(async (now) => {
      fault = null // what broke the last look may have passed
      await look(await parts.catalog.source(source), now)
    })
  } catch (error) {
    throw await after(transfers, error)
  }
  const partly = fault === null && held !== null && transfers.partly
  // What keeps everything waiting is the news, not what some of it waits for.
  fault = transfers.partly ? (fault ?? held) : (held ?? fault)

  const end = stopped() ? 'drained' : fault === null ? 'done' : 'broken'
  const result: CycleResult = { end, fault, partly, seen, ...transfers.result }
  parts.tell({ type: 'cycle-ended', source: state, result })
  return result
}

/** Lets the transfers come to an end before a bug goes up, so that what they stored is recorded. */
async function after(transfers: Transfers, error: unknown): Promise<unknown> {
  await transfers.finish(async () => {}).catch(() => {})
  return error
}
