import type { Destination } from '../model/destination.ts'
import { Fault } from '../model/faults.ts'
import type { Parts } from '../model/parts.ts'

/** What the catalog knows of multipart uploads. */
export interface UploadBook {
  /** Whether a run died since the last sweep: it may have begun uploads that nobody wrote down. */
  owed(): Promise<boolean>
  settled(): Promise<void>
  /** The names of all sources: uploads below their folders are ours. */
  sources(): Promise<string[]>
  /** The ids of the uploads written down, by whether a file waits for them still. */
  uploads(destination: string): Promise<{ wanted: ReadonlySet<string>; unwanted: ReadonlySet<string> }>
  /** To be called once they are ended: until then every sweep asks for them again, also after a crash. */
  forget(destination: string, uploadIds: ReadonlySet<string>): Promise<void>
}

/**
 * Makes the sweep that ends multipart uploads nobody will finish: their parts are invisible and cost money. To be called
 * now and then, between cycles. Asks a destination only when a run died, an upload written down has become unwanted, or
 * something was done there since the last sweep, so that a daemon with nothing to do makes no storage call.
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
      const { wanted, unwanted } = await book.uploads(destination.name)
      if (!owed && unwanted.size === 0 && destination.calls === (seenCalls.get(destination) ?? 0)) continue
      try {
        await destination.can.abandonUploads(wanted, await book.sources(), signal)
        await book.forget(destination.name, unwanted)
        seenCalls.set(destination, destination.calls)
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof Fault)) throw error
        // Objects that could not be removed can wait for the next sweep; what keeps files from being stored is said by the cycles.
        complete = false
        tell({ type: 'fault', fault: error })
      }
    }
    if (owed && complete) await book.settled()
  }
}
