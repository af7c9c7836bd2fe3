import type { Copy, KeyCatalog } from '../model/catalog.ts'
import type { Destination, Head, StoredCopy } from '../model/destination.ts'
import { Fault } from '../model/faults.ts'
import type { Clock } from '../model/parts.ts'
import { type Finding, isCopy, judge } from './judge.ts'

export interface KeepParts {
  catalog: KeyCatalog
  clock: Clock
}

/** Another program may replace the object between the HEAD and the copy; more often than this, and it is left for later. */
const MOST_TRIES = 3

/**
 * Keeps what lies under a key before the key is overwritten or removed. Nothing is needed where the object is a version that
 * the bucket itself keeps, or where the same content is found elsewhere at this destination: so a content is kept aside at
 * most once, however often the write that needs room is refused.
 *
 * The key that keeps it has the ETag in its name: two contents never share one, and repeating is harmless.
 * Throws `storage/archived` where the object cannot be copied.
 */
export async function keepAside(
  destination: Destination,
  key: string,
  finding: Finding,
  { catalog, clock }: KeepParts,
  signal: AbortSignal,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    if (finding.is === 'nothing' || finding.head.versionId !== null) return
    const { head } = finding
    const known = finding.is === 'foreign' ? [] : await catalog.copiesOf(destination.name, [contentOf(head)])
    const here = known.find((copy) => copy.key === key && isCopy(head, copy))
    // Two sources can show the same file: each keeps a copy of its own.
    const own = known.filter((copy) => here === undefined || copy.file === here.file)
    if (await isElsewhere(destination, key, head, own, signal)) return
    try {
      const to = keptKey(destination, key, head)
      // What the catalog does not know it does not know to be kept either.
      const kept = here === undefined ? await findKept(destination, to, head, signal) : null
      const stored = kept ?? (await destination.can.copy({ key, ...head }, to, null, signal))
      const as = { key: to, ...stored, place: 'history' } as const
      if (here !== undefined) await catalog.recordKept(here, as, clock.now())
      else if (finding.is !== 'foreign') await catalog.adopt(destination.name, { ...head, ...as }, clock.now())
      return
    } catch (error) {
      if (!(error instanceof Fault) || !CHANGED.has(error.code) || tries === MOST_TRIES) throw error
      finding = judge(await destination.head(key, signal), null, null)
    }
  }
}

const CHANGED = new Set(['storage/replaced', 'storage/not-found'])

function contentOf(head: Head): { fileId: string; revision: string } {
  return { fileId: head.fileId ?? '', revision: head.revision ?? '' }
}

function keptKey(destination: Destination, key: string, { fileId, revision, etag }: Head): string {
  if (fileId !== null && revision !== null) return destination.keys.history(fileId, revision, etag)
  return destination.keys.stranger(key, etag)
}

async function findKept(
  destination: Destination,
  key: string,
  meant: Head,
  signal: AbortSignal,
): Promise<StoredCopy | null> {
  const head = await destination.head(key, signal)
  const same =
    head !== null && head.size === meant.size && head.fileId === meant.fileId && head.revision === meant.revision
  return same ? { etag: head.etag, versionId: head.versionId } : null
}

/**
 * Whether storage has the content of an object under another key as well. The catalog is not believed: an older one may have
 * been put back, or a power cut have taken its last records.
 */
export async function isElsewhere(
  destination: Destination,
  key: string,
  { size }: Head,
  known: readonly Copy[],
  signal: AbortSignal,
): Promise<boolean> {
  for (const copy of known)
    if (
      copy.key !== key &&
      copy.versionId === null &&
      copy.size === size &&
      isCopy(await destination.head(copy.key, signal), copy)
    )
      return true
  return false
}

/**
 * A copy is not under its key any more, or something else is. It may be an older version of the key by now, or have been kept
 * aside by a run of which this catalog knows nothing: then it is found there, and its file is due again.
 */
export async function traceCopy(
  destination: Destination,
  copy: Copy,
  { catalog, clock }: KeepParts,
  signal: AbortSignal,
): Promise<'found' | 'lost'> {
  const known = (await catalog.copiesOf(destination.name, [copy])).filter(({ id }) => id !== copy.id)
  const key = copy.versionId === null ? destination.keys.history(copy.fileId, copy.revision, copy.etag) : copy.key
  const head = copy.versionId === null && key === copy.key ? null : await destination.head(key, signal, copy.versionId)
  if (!isCopy(head, copy)) {
    await catalog.recordLost(copy, clock.now())
    return 'lost'
  }
  const to = { key, versionId: head.versionId, etag: head.etag, place: 'history' } as const
  const recorded = known.some((other) => other.key === key && other.versionId === head.versionId)
  await catalog.recordFoundElsewhere(copy, recorded ? null : to, clock.now())
  return 'found'
}
