import type { Copy, DueFile, NewCopy } from '../model/catalog.ts'
import type { Destination, Payload } from '../model/destination.ts'
import { Fault } from '../model/faults.ts'
import { type Finding, isCopy, judge, storedAs } from './judge.ts'
import { type KeepParts, keepAside, traceCopy } from './keep-aside.ts'
import { labelsOf } from './payload.ts'

/** What is known of the key that is about to be written. */
export interface KeyState {
  /** The copy that the catalog knows there; null: none. */
  occupant: Copy | null
  /** Something may lie there that the catalog does not know. */
  uncertain: boolean
}

/**
 * Stores a file under its key, or finds that it is stored there already. What lies there and is not kept elsewhere is kept
 * aside first, as late as possible: a write that is refused makes no history.
 */
export async function store(
  file: DueFile,
  destination: Destination,
  key: string,
  state: KeyState,
  payload: Payload,
  parts: KeepParts,
  signal: AbortSignal,
): Promise<NewCopy> {
  const finding = await lookAt(file, destination, key, state, parts, signal)
  if (finding?.is === 'wanted')
    return { file, destination: destination.name, key, stored: storedAs(finding.head), found: true }
  try {
    const makeRoom = finding === null ? undefined : () => keepAside(destination, key, finding, parts, signal)
    const stored = await destination.put(key, payload, labelsOf(file), signal, makeRoom)
    return { file, destination: destination.name, key, stored, found: false }
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'storage/archived') throw error
    // What lies there cannot be copied, and must not be overwritten: the file gets the key that its id and revision give.
    const free = destination.keys.spare(file.item.id, file.revision)
    const stored = await destination.put(free, payload, labelsOf(file), signal)
    return { file, destination: destination.name, key: free, stored, found: false }
  }
}

/** Looks at the key where that is needed, and corrects what the catalog believes of it. Null: nothing has to be kept. */
export async function lookAt(
  file: DueFile,
  destination: Destination,
  key: string,
  { occupant, uncertain }: KeyState,
  parts: KeepParts,
  signal: AbortSignal,
): Promise<Finding | null> {
  // A version stays in the bucket whatever is written over it. What another source has stored need not be sent again.
  const same = occupant !== null && occupant.fileId === file.item.id && occupant.revision === file.revision
  if (!uncertain && !same && (occupant === null || occupant.versionId !== null)) return null
  const head = await destination.head(key, signal)
  if (occupant !== null && occupant.versionId === null && !isCopy(head, occupant))
    await traceCopy(destination, occupant, parts, signal)
  const finding = judge(head, file, occupant)
  return finding.is === 'nothing' ? null : finding
}
