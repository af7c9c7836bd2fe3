import type { Copy, KeyCatalog } from '../catalog.ts'
import type { Destination, Head } from '../destination.ts'
import { Fault } from '../faults.ts'
import type { Clock } from '../parts.ts'
import { type Finding, isCopy, judge } from './judge.ts'

export interface KeepParts {
  catalog: KeyCatalog
  clock: Clock
}

/** Another program may replace the object between the look and the copy; more often than this, and it is left for later. */
const MOST_TRIES = 3

/**
 * Keeps what lies under a key before the key is overwritten or removed. Nothing is needed where the object is a version that
 * the bucket itself keeps, or where the same content is stored elsewhere at this destination already: so a content is kept
 * aside at most once, however often the write that needs room is refused.
 *
 * The key that keeps it has the ETag in its name: two contents never share one, and repeating is harmless.
 * Throws `s3/archived` where the object cannot be copied.
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
    const elsewhere = known.filter((copy) => copy.key !== key && copy.size === head.size)
    if (elsewhere.some((copy) => here === undefined || copy.file === here.file)) return
    try {
      const to = keptKey(destination, key, head)
      const stored = await destination.copy({ key, ...head }, to, null, signal)
      if (here !== undefined)
        await catalog.recordKept(here, { key: to, ...stored, place: 'history' }, clock.now())
      return
    } catch (error) {
      if (!(error instanceof Fault) || !CHANGED.has(error.code) || tries === MOST_TRIES) throw error
      finding = judge(await destination.head(key, signal), null)
    }
  }
}

const CHANGED = new Set(['s3/replaced', 's3/not-found'])

function contentOf(head: Head): { fileId: string; revision: string } {
  return { fileId: head.fileId ?? '', revision: head.revision ?? '' }
}

function keptKey(destination: Destination, key: string, { fileId, revision, etag }: Head): string {
  if (fileId !== null && revision !== null) return destination.historyKeyFor(fileId, revision, etag)
  return destination.strangerKeyFor(key, etag)
}

/**
 * A copy is not under its key any more, or something else is. It may have been kept aside by a run of which this catalog
 * knows nothing (an older catalog was put back, a power cut took its last records): then it is found there.
 */
export async function traceCopy(
  destination: Destination,
  copy: Copy,
  { catalog, clock }: KeepParts,
  signal: AbortSignal,
): Promise<void> {
  const key = destination.historyKeyFor(copy.fileId, copy.revision, copy.etag)
  const head = key === copy.key ? null : await destination.head(key, signal)
  if (isCopy(head, copy))
    await catalog.recordMoved(copy, { key, versionId: head.versionId, etag: head.etag, place: 'history' })
  else await catalog.recordLost(copy, clock.now())
}
