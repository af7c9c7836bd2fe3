import type { Copy, DueFile } from '../model/catalog.ts'
import type { Destination, Head, StoredCopy } from '../model/destination.ts'
import { Fault } from '../model/faults.ts'
import { isCopy, judge } from './judge.ts'
import { type KeepParts, keepAside, traceCopy } from './keep-aside.ts'
import { labelsOf } from './payload.ts'
import { isOutOfReach } from './refused.ts'
import { type KeyState, lookAt } from './store.ts'

/**
 * Moving what is stored, on the server's side. Nothing is overwritten or removed for good here: a key is removed only when
 * the catalog knows its bytes elsewhere.
 */

/** What became of a move. `changed`: the copy is not what it was, so the delivery is to be planned again. */
export type Moved = 'moved' | 'found' | 'changed' | 'archived'

/** What moving works with. `left` is told of keys under which something may still lie: an object that could not be removed, or another's. */
export interface MoveParts extends KeepParts {
  left(key: string): void
}

/** Moves a copy to the key where its file belongs now. */
export async function move(
  file: DueFile,
  destination: Destination,
  { key, from }: { key: string; from: Copy },
  state: KeyState,
  parts: MoveParts,
  signal: AbortSignal,
): Promise<Moved> {
  if (!(await isUnchanged(from, parts))) return 'changed'
  if (from.key === key && from.versionId === null) return renew(destination, from, parts, signal)
  const finding = await lookAt(file, destination, key, state, parts, signal)
  if (finding?.is === 'wanted') {
    await relocate(destination, from, { key, ...finding.head }, { ...state, proved: false }, parts, signal)
    return 'found'
  }
  try {
    if (finding !== null) await keepAside(destination, key, finding, parts, signal)
    const stored = await copyOf(destination, from, key, file, parts, signal)
    if (stored === null) return 'changed'
    // Ceph does not say which version a copy became.
    const nameless = stored.versionId === null && from.versionId !== null
    const versionId = nameless ? ((await destination.head(key, signal))?.versionId ?? null) : stored.versionId
    await relocate(destination, from, { key, ...stored, versionId }, { ...state, proved: true }, parts, signal)
    return 'moved'
  } catch (error) {
    if (error instanceof Fault && error.code === 'storage/archived') return 'archived'
    throw error
  }
}

/** A copy that was left under the key as history is the present one again: the file has its former content back. */
async function renew(destination: Destination, copy: Copy, parts: MoveParts, signal: AbortSignal): Promise<Moved> {
  const head = await destination.head(copy.key, signal)
  if (!isCopy(head, copy)) {
    if (head !== null) parts.left(copy.key)
    await traceCopy(destination, copy, parts, signal)
    return 'changed'
  }
  await parts.catalog.recordMoved(copy, { key: copy.key, ...pick(head), place: 'mirror' })
  return 'found'
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
    return await destination.can.copy(from, key, labelsOf(file), signal)
  } catch (error) {
    if (!(error instanceof Fault) || (error.code !== 'storage/not-found' && error.code !== 'storage/replaced'))
      throw error
  }
  const head = await destination.head(from.key, signal)
  if (isCopy(head, from)) return destination.can.copy({ ...from, ...pick(head) }, key, labelsOf(file), signal)
  await traceCopy(destination, from, parts, signal)
  return null
}

/** Which object it is by now. */
function pick({ etag, versionId }: Head): Pick<Head, 'etag' | 'versionId'> {
  return { etag, versionId }
}

/**
 * Takes a copy of an older revision out of the mirror: its file is stored under another key now. Where storage refuses that
 * `again`, after an attempt that failed, the copy stays where it is, as history. A single refusal may pass, and is thrown.
 */
export async function retire(
  destination: Destination,
  copy: Copy,
  again: boolean,
  parts: MoveParts,
  signal: AbortSignal,
): Promise<void> {
  if (!(await isUnchanged(copy, parts))) return
  if (destination.keys.isOfContent(copy.key)) return leaveInPlace(copy, parts)
  try {
    await takeOut(destination, copy, parts, signal)
  } catch (error) {
    if (signal.aborted || !(error instanceof Fault) || !isOutOfReach(error)) throw error
    if (!again && error.code !== 'storage/archived') throw error
    await leaveInPlace(copy, parts)
  }
}

async function takeOut(destination: Destination, copy: Copy, parts: MoveParts, signal: AbortSignal): Promise<void> {
  const head = await destination.head(copy.key, signal)
  if (!isCopy(head, copy)) {
    // Something else may lie there, which is not to be removed, and not to be overwritten unseen.
    if (head !== null) parts.left(copy.key)
    await traceCopy(destination, copy, parts, signal)
    return
  }
  if (copy.versionId === null) {
    await keepAside(destination, copy.key, judge(head, null, copy), parts, signal)
    // Another program replaced the object at this very moment: what is there by now is looked at again later.
    if (!(await parts.catalog.recordSuperseded(copy))) return parts.left(copy.key)
  } else await leaveInPlace(copy, parts)
  await removeOrLeave(destination, copy.key, parts, signal)
}

/** It stays where it is, as history: a version, or a key that belongs to the content; or what cannot be copied, for its archive class or a rule. */
export function leaveInPlace(copy: Copy, { catalog }: KeepParts): Promise<void> {
  const { key, versionId, etag } = copy
  return catalog.recordMoved(copy, { key, versionId, etag, place: 'history' })
}

async function isUnchanged(copy: Copy, { catalog }: KeepParts): Promise<boolean> {
  const now = await catalog.copy(copy.id)
  return now !== null && now.key === copy.key && now.place === copy.place
}

/**
 * Records where a copy is now, and removes the object that it left. `proved`: its bytes were copied from there a moment ago.
 * Otherwise the key may hold another file's object of which this catalog knows nothing.
 */
async function relocate(
  destination: Destination,
  copy: Copy,
  to: StoredCopy & { key: string },
  { proved, uncertain }: { proved: boolean; uncertain: boolean },
  parts: MoveParts,
  signal: AbortSignal,
): Promise<void> {
  const { key, versionId, etag } = to
  await parts.catalog.recordMoved(copy, { key, versionId, etag, place: 'mirror' })
  // An older version stays under its key, and so does what other copies share.
  if ((copy.place === 'history' && copy.versionId !== null) || (await mayBeShared(destination, copy, parts.catalog)))
    return
  const certain =
    copy.versionId === null ? proved && copy.etag !== null : !uncertain && (await destination.can.keepsVersions(signal))
  const head = certain ? null : await destination.head(copy.key, signal)
  if (certain || isCopy(head, copy)) await removeOrLeave(destination, copy.key, parts, signal)
  else if (head !== null) parts.left(copy.key)
}

/** The file is stored: an object that cannot be removed keeps nothing from being done, and is tried again later. */
async function removeOrLeave(
  destination: Destination,
  key: string,
  parts: MoveParts,
  signal: AbortSignal,
): Promise<void> {
  try {
    await destination.remove(key, signal)
  } catch (error) {
    if (signal.aborted || !(error instanceof Fault)) throw error
    parts.left(key)
  }
}

/** What was kept aside of a file that two sources show, or has the key of its content, is the copy of both. */
async function mayBeShared({ name, keys }: Destination, copy: Copy, catalog: KeepParts['catalog']): Promise<boolean> {
  if (copy.place === 'mirror' && !keys.isOfContent(copy.key)) return false
  const known = await catalog.copiesOf(name, [copy])
  return known.some(({ id, key }) => id !== copy.id && key === copy.key)
}
