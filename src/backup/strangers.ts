import type { Destination, Head } from './destination.ts'
import type { Parts } from './parts.ts'

/**
 * What lies in a destination and is not in the catalog: another program's, or ours from before the catalog was lost. It may
 * be the only one of its kind, so it is kept aside before its key is written. Looked for only where the destination was
 * not empty when it was first used (`unexplored`): elsewhere each look would be a request for nothing.
 */
export async function keepStranger(
  destination: Destination,
  key: string,
  { unexplored }: Pick<Parts, 'unexplored'>,
  signal: AbortSignal,
): Promise<void> {
  if (!unexplored.has(destination.name)) return
  const head = await destination.head(key, signal)
  if (head !== null) await keepAside(destination, key, head, signal)
}

/** An older version of the key where the bucket keeps versions, otherwise a copy under a key of its own. */
export async function keepAside(destination: Destination, key: string, head: Head, signal: AbortSignal): Promise<void> {
  if (await destination.keepsVersions(signal)) return
  await destination.copy({ key, ...head }, keptKey(destination, key, head), null, signal)
}

function keptKey(destination: Destination, key: string, { fileId, revision, etag }: Head): string {
  if (fileId !== null && revision !== null) return destination.historyKeyFor(fileId, revision, etag)
  return destination.strangerKeyFor(key, etag)
}
