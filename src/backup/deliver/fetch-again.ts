import type { DeliverCatalog } from '../model/catalog.ts'
import type { FaultCode } from '../model/faults.ts'
import type { Clock, Parts } from '../model/parts.ts'
import { fetchItem } from '../watch/fetch-item.ts'
import type { FileWork } from './task.ts'

/** Faults that what is known of the file may be the cause of: Drive's lists lag behind its writes. */
const MAY_BE_STALE: ReadonlySet<string> = new Set<FaultCode>([
  'drive/content-mismatch',
  'drive/unreadable-item',
  'drive/not-found',
])

export interface FetchParts extends Pick<Parts, 'tell'> {
  catalog: DeliverCatalog
  clock: Clock
}

/**
 * A file whose bytes did not fit its description is asked for by its id before it is read again, once for all of its
 * deliveries. True: it is another one than was known, so it is to be planned again.
 */
export async function fetchAgain(work: FileWork, parts: FetchParts, signal: AbortSignal): Promise<boolean> {
  if (work.file.readFault === null || !MAY_BE_STALE.has(work.file.readFault)) return false
  work.looking ??= ask(work, parts, signal)
  return work.looking
}

async function ask(
  { file, from }: FileWork,
  { catalog, clock, tell }: FetchParts,
  signal: AbortSignal,
): Promise<boolean> {
  const change = await fetchItem(from.source, file.item.id, tell, signal)
  return change !== null && catalog.recordFetched(file.source, change, clock.now())
}
