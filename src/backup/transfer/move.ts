import type { Copy, DueFile } from '../catalog.ts'
import type { Destination, StoredCopy } from '../destination.ts'
import { Fault } from '../faults.ts'
import { labelsOf } from './payload.ts'
import { isCopy, judge } from './judge.ts'
import { type KeepParts, keepAside, traceCopy } from './keep-aside.ts'
import { type KeyState, lookAt } from './store.ts'

/**
 * Moving what is stored, on the server's side. Nothing is overwritten or removed for good here: a key is removed only when
 * the catalog knows its bytes elsewhere.
 */

/** What became of a move. `changed`: the copy is not what it was, so the delivery is to be planned again. */
export type Moved = 'moved' | 'found' | 'changed' | 'archived'

/** Moves a copy to the key where its file belongs now. */
export async function move(
  file: DueFile,
  destination: Destination,
  { key, from }: { key: string; from: Copy },
  state: KeyState,
  parts: KeepParts,
  signal: AbortSignal,
): Promise<Moved> {
  if (!(await isUnchanged(from, parts))) return 'changed'
  const finding = await lookAt(file, destination, key, state, parts, signal)
  if (finding?.is === 'wanted') {
    await relocate(destination, from, { key, ...finding.head }, parts, signal)
    return 'found'
  }
  try {
    if (finding !== null) await keepAside(destination, key, finding, parts, signal)
    const stored = await copyOf(destination, from, key, file, parts, signal)
    if (stored === null) return 'changed'
    await relocate(destination, from, { key, ...stored }, parts, signal)
    return 'moved'
  } catch (error) {
    if (error instanceof Fault && error.code === 's3/archived') return 'archived'
    throw error
  }
}

/** Null: the copy is not there any more, which is recorded. */
async function copyOf(
  destination: Destination,
  from: Copy,
  key: string,
  file: DueFile,
  parts: KeepParts,
  signal: AbortSignal,
): Promise<StoredCopy | null> {
  try {
    return await destination.copy(from, key, labelsOf(file), signal)
  } catch (error) {
    if (!(error instanceof Fault) || (error.code !== 's3/not-found' && error.code !== 's3/replaced')) throw error
  }
  const head = await destination.head(from.key, signal)
  if (isCopy(head, from)) return destination.copy({ ...from, etag: head.etag }, key, labelsOf(file), signal)
  await traceCopy(destination, from, parts, signal)
  return null
}

/** Takes a copy of an older revision out of the mirror: its file is stored under another key now. */
export async function retire(
  destination: Destination,
  copy: Copy,
  parts: KeepParts,
  signal: AbortSignal,
): Promise<void> {
  if (!(await isUnchanged(copy, parts))) return
  if (copy.versionId === null) {
    const head = await destination.head(copy.key, signal)
    if (!isCopy(head, copy)) return traceCopy(destination, copy, parts, signal)
    try {
      await keepAside(destination, copy.key, judge(head, null), parts, signal)
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 's3/archived') throw error
      return leaveInPlace(copy, parts)
    }
    await parts.catalog.recordSuperseded(copy)
  } else await leaveInPlace(copy, parts)
  await destination.remove(copy.key, signal)
}

/** It stays where it is, as history: the object of an archive class cannot be copied, a version need not be. */
export function leaveInPlace(copy: Copy, { catalog }: KeepParts): Promise<void> {
  const { key, versionId, etag } = copy
  return catalog.recordMoved(copy, { key, versionId, etag, place: 'history' })
}

async function isUnchanged(copy: Copy, { catalog }: KeepParts): Promise<boolean> {
  const now = await catalog.copy(copy.id)
  return now !== null && now.key === copy.key && now.place === copy.place
}

/** Records where a copy is now, and removes the object that it left. */
async function relocate(
  destination: Destination,
  copy: Copy,
  to: StoredCopy & { key: string },
  { catalog }: KeepParts,
  signal: AbortSignal,
): Promise<void> {
  const { key, versionId, etag } = to
  await catalog.recordMoved(copy, { key, versionId, etag, place: 'mirror' })
  // An older version under a key that another file uses by now is not ours to remove.
  const own = copy.key.startsWith(destination.historyKeyFor(copy.fileId, copy.revision, null))
  if (copy.place !== 'mirror' && (!own || (await isShared(destination, copy, catalog)))) return
  await destination.remove(copy.key, signal)
}

/** What was kept aside of a file that two sources show is the copy of both. */
async function isShared({ name }: Destination, copy: Copy, catalog: KeepParts['catalog']): Promise<boolean> {
  const known = await catalog.copiesOf(name, [copy])
  return known.some(({ id, key }) => id !== copy.id && key === copy.key)
}
