import type { Wake } from '../deliver/signal.ts'
import type { SourceState } from '../model/catalog.ts'
import { Fault } from '../model/faults.ts'
import { type Control, isStopped, type Parts } from '../model/parts.ts'
import type { SourceEndpoint } from '../outage/endpoints.ts'
import { watch } from './watch.ts'

/** One run of a source's feed to its end. */
export interface FeedRead {
  state: SourceState
  startedAt: number
  seen: number
  /** What kept it from its end; null: it was read, or the control said stop. */
  fault: Fault | null
  /** The feed was read to its end: the fault is the reconciliation's, and delays no change. */
  followed: boolean
}

/** Reads a source's feed to its end, or scans the source, and wakes delivering after each page. Throws bugs. */
export async function readFeed(
  endpoint: SourceEndpoint,
  parts: Parts,
  wake: Wake,
  control: Control,
  reconciles: boolean,
): Promise<FeedRead> {
  const { source } = endpoint
  const startedAt = parts.clock.now()
  const state = await parts.catalog.source(source.id)
  parts.tell({ type: 'cycle-started', source: state, at: startedAt })
  const read: FeedRead = { state, startedAt, seen: 0, fault: null, followed: false }
  const follows = state.cursor !== null && state.scan?.reason !== 'lost-cursor'
  try {
    const signal = AbortSignal.any([control.drain, control.abort])
    const followed = () => {
      read.followed = true
    }
    for await (const items of watch(endpoint, state, { ...parts, reconciles, followed }, signal)) {
      read.seen += items
      parts.tell({ type: 'seen', source: source.id, items })
      wake.news(follows && !read.followed && items > 0)
    }
  } catch (error) {
    // What is known already can still be delivered: a source that cannot be listed does not stop that.
    if (error instanceof Fault) read.fault = error
    else if (!isStopped(control)) throw error
  }
  return read
}
