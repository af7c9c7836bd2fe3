import type { Destination } from './destination.ts'
import { Fault } from './faults.ts'
import type { Parts } from './parts.ts'

/** What the catalog knows of multipart uploads. */
export interface UploadBook {
  /** Whether a run died since the last sweep: it may have begun uploads that nobody wrote down. */
  owed(): Promise<boolean>
  settled(): Promise<void>
  /** Forgets the uploads that no file waits for any more, and gives the ids of the others. */
  wanted(destination: string): Promise<Set<string>>
}

/**
 * Makes the sweep that ends multipart uploads nobody will finish: their parts are invisible and cost money. To be called
 * now and then, between cycles. Asks a destination only when a run died or something was done there since the last
 * sweep, so that a daemon with nothing to do makes no storage call.
 */
export function uploadSweep(
  destinations: Destination[],
  book: UploadBook,
  tell: Parts['tell'],
): (signal: AbortSignal) => Promise<void> {
  const seenCalls = new Map<Destination, number>()
  return async (signal) => {
    const owed = await book.owed()
    let complete = true
    for (const destination of destinations) {
      if (!owed && destination.calls === (seenCalls.get(destination) ?? 0)) continue
      try {
        await destination.abandonUploads(await book.wanted(destination.name), signal)
        seenCalls.set(destination, destination.calls)
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof Fault)) throw error
        // Leftovers can wait for the next sweep; what keeps files from being stored is said by the cycles.
        complete = false
        tell({ type: 'trouble', fault: error })
      }
    }
    if (owed && complete) await book.settled()
  }
}
