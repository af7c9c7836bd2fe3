import { Fault } from '../model/faults.ts'
import type { Change } from '../model/item.ts'
import type { Parts, WatchedSource } from '../model/parts.ts'

/** The present state of an item; null when just this one cannot be asked for. Throws faults of the source. */
export async function fetchItem(
  { drive }: Pick<WatchedSource, 'drive'>,
  id: string,
  tell: Parts['tell'],
  signal: AbortSignal,
): Promise<Change | null> {
  try {
    const item = await drive.get(id, signal)
    return item === null ? { type: 'removed', id } : { type: 'seen', item }
  } catch (error) {
    if (!(error instanceof Fault) || error.kind.scope !== 'item') throw error
    tell({ type: 'fault', fault: error })
    return null
  }
}
