import type { Copy, Location, TrackedFile } from './catalog.ts'
import type { Destination, Labels, StoredCopy } from './destination.ts'
import { Fault } from './faults.ts'
import type { KeyLocks } from './key-locks.ts'
import type { Parts } from './parts.ts'
import { labelsOf } from './payload.ts'
import { keepAside, keepStranger } from './strangers.ts'

/**
 * Moving what is stored, on the server's side. Nothing is overwritten or removed for good here: what lives under a key
 * stays reachable as an older version or under its history key, and a key is removed only once the catalog knows its
 * bytes elsewhere.
 */
export interface MoveParts extends Pick<Parts, 'catalog' | 'clock' | 'unexplored'> {
  locks: KeyLocks
  /**
   * The copy that lives under a key now, also if it was stored a moment ago; null at once where that is known to be none.
   * To be asked by the holder of the key's lock.
   */
  occupant(destination: string, key: string): Promise<Copy | null> | null
}

/** Moves a copy to the key where its file belongs now. A copy that turns out to be gone is `s3/not-found`, and its file due again. */
export async function reKey(
  file: TrackedFile,
  destination: Destination,
  key: string,
  known: Copy,
  parts: MoveParts,
  signal: AbortSignal,
): Promise<void> {
  for (let from = known; ; ) {
    using _lock = await parts.locks.take(destination, [from.key, key])
    const fresh = await parts.catalog.copy(from.id)
    if (fresh === null) throw new Fault('s3/not-found', file.path)
    if (fresh.key !== from.key || fresh.place !== from.place) {
      from = fresh // another file's move pushed it aside while we waited
      continue
    }
    if (await makeRoom(destination, key, parts, signal)) await keepStranger(destination, key, parts, signal)
    const stored = await copyOrForget(destination, from, key, labelsOf(file), parts, signal)
    await relocate(destination, from, { key, ...stored, place: 'mirror' }, parts, signal)
    return
  }
}

/**
 * To be called before a key is written: what lives there becomes history, as an older version of the key or, in a bucket
 * without versions, under its history key. This is recorded first, so that whoever looks at that copy next finds it.
 * Whether the key was free, as far as the catalog knows; not a promise where that is known at once.
 */
export function makeRoom(
  destination: Destination,
  key: string,
  parts: MoveParts,
  signal: AbortSignal,
): Promise<boolean> | true {
  const occupant = parts.occupant(destination.name, key)
  return occupant === null ? true : setAside(occupant, destination, parts, signal)
}

async function setAside(
  asked: Promise<Copy | null>,
  destination: Destination,
  parts: MoveParts,
  signal: AbortSignal,
): Promise<boolean> {
  const occupant = await asked
  if (occupant === null) return true
  const to = await historyOf(occupant, destination, parts, signal)
  if (to !== null) await parts.catalog.recordMoved(occupant, to, null)
  return false
}

/** Takes a copy of an older revision out of the mirror: its file is stored under another key now. */
export async function retire(
  destination: Destination,
  copy: Copy,
  parts: MoveParts,
  signal: AbortSignal,
): Promise<void> {
  using _lock = await parts.locks.take(destination, [copy.key])
  const fresh = await parts.catalog.copy(copy.id)
  if (fresh === null || fresh.place === 'history') return
  const to = await historyOf(fresh, destination, parts, signal)
  if (to !== null) await relocate(destination, fresh, to, parts, signal)
}

/**
 * Removes what moves left behind when an earlier run died before it could. Returns the first fault: what cannot be removed
 * now is tried in the next cycle, and keeps nothing else from being done.
 */
export async function removeLeftovers(
  destinations: Destination[],
  parts: MoveParts,
  signal: AbortSignal,
): Promise<Fault | null> {
  const faults = new Map<string, Fault>()
  for (const { destination: name, key } of await parts.catalog.removals(1000)) {
    const destination = destinations.find((one) => one.name === name)
    if (destination === undefined || faults.has(name)) continue // switched off in the config, or out of order: it keeps
    using _lock = await parts.locks.take(destination, [key])
    try {
      if ((await parts.occupant(name, key)) === null) await destination.remove(key, signal)
    } catch (error) {
      if (signal.aborted) break
      if (!(error instanceof Fault)) throw error
      faults.set(name, error)
      continue
    }
    await parts.catalog.removed(name, key)
  }
  return [...faults.values()][0] ?? null
}

/** Records where a copy lives now, and removes the object that it left. */
async function relocate(
  destination: Destination,
  copy: Copy,
  to: Location,
  parts: MoveParts,
  signal: AbortSignal,
): Promise<void> {
  // An older version under a key that another file uses by now is not ours to remove.
  const history = destination.historyKeyFor(copy.fileId, copy.revision, null)
  const leaves = copy.place === 'mirror' || copy.key.startsWith(history)
  await parts.catalog.recordMoved(copy, to, leaves ? copy.key : null)
  if (!leaves) return
  await destination.remove(copy.key, signal)
  await parts.catalog.removed(destination.name, copy.key)
}

/** Where a copy of the mirror can be found once its key is written or removed. Null: it is gone, there was nothing to keep. */
async function historyOf(
  copy: Copy,
  destination: Destination,
  parts: MoveParts,
  signal: AbortSignal,
): Promise<Location | null> {
  if (copy.versionId !== null && (await destination.keepsVersions(signal)))
    return { key: copy.key, versionId: copy.versionId, etag: copy.etag, place: 'history' }
  const key = destination.historyKeyFor(copy.fileId, copy.revision, copy.etag)
  try {
    const stored = await copyOrForget(destination, copy, key, null, parts, signal)
    return { key, ...stored, place: 'history' }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    if (error.code === 's3/not-found') return null
    if (error.code !== 's3/replaced') throw error
    const head = await destination.head(copy.key, signal)
    if (head !== null) await keepAside(destination, copy.key, head, signal)
    return null
  }
}

async function copyOrForget(
  destination: Destination,
  from: Copy,
  key: string,
  labels: Labels | null,
  parts: MoveParts,
  signal: AbortSignal,
): Promise<StoredCopy> {
  try {
    return await destination.copy(from, key, labels, signal)
  } catch (error) {
    const lost = error instanceof Fault && (error.code === 's3/not-found' || error.code === 's3/replaced')
    if (lost) await parts.catalog.recordLost(from, parts.clock.now())
    throw error
  }
}
