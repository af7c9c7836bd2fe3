import type { SourceState, WatchCatalog } from '../catalog.ts'
import { Fault } from '../faults.ts'
import type { Change } from '../item.ts'
import type { Parts, WatchedSource } from '../parts.ts'

export interface WatchParts extends Pick<Parts, 'tell'> {
  catalog: WatchCatalog
}

/** The first scan may have missed what was written shortly before it: Drive's lists lag behind its writes, by an hour at times. */
const FIRST_RECONCILE_MS = 6 * 60 * 60 * 1000

/**
 * Follows one source and records what it shows: a full scan the first time, then the change feed, and from time to time a
 * full scan again that is compared with the catalog.
 *
 * A change only says that a file is worth another look: `plan` decides from the file's present state, never from the event.
 * So a change seen twice, or late, does no harm. The cursor moves in the transaction that records its page. A dead cursor
 * leads to a new scan; a scan whose position Google forgot starts again. Yields the number of items after each page.
 */
export async function* watch(
  source: WatchedSource,
  state: SourceState,
  parts: WatchParts,
  now: number,
  signal: AbortSignal,
): AsyncGenerator<number> {
  if (state.scan === null && state.cursor !== null) {
    try {
      yield* follow(source, state.cursor, parts, now, signal)
      if (state.reconcileAt === null || state.reconcileAt > now || signal.aborted) return
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'google/cursor-dead') throw error
      parts.tell({ type: 'trouble', fault: error })
      yield* scan(source, state, 'lost-cursor', parts, now, signal)
      return
    }
  }
  yield* scan(source, state, state.cursor === null ? 'first' : 'reconcile', parts, now, signal)
}

async function* follow(
  { id, drive }: WatchedSource,
  cursor: string,
  { catalog }: WatchParts,
  now: number,
  signal: AbortSignal,
) {
  for await (const page of drive.changes(cursor, signal)) {
    if (page.odd > 0) await catalog.recordOdd(id, page.odd)
    if (page.changes.length === 0 && page.cursor === cursor) return // nothing changed: nothing to write
    await catalog.recordChanges(id, page.changes, page.cursor, now)
    yield page.changes.length
  }
}

async function* scan(
  source: WatchedSource,
  state: SourceState,
  reason: 'first' | 'lost-cursor' | 'reconcile',
  parts: WatchParts,
  now: number,
  signal: AbortSignal,
) {
  const { id, drive } = source
  const { catalog, tell } = parts
  // The cursor is taken first: what changes during the scan is then repeated by the feed.
  if (state.scan === null) await catalog.beginScan(id, await drive.startCursor(signal), reason, now)
  try {
    for await (const page of drive.scan(state.scan?.position ?? null, signal)) {
      if (page.odd > 0) await catalog.recordOdd(id, page.odd)
      await catalog.recordScanPage(id, page, now)
      yield page.items.length
    }
  } catch (error) {
    // The pages so far stand; the scan is repeated from its first page.
    if (error instanceof Fault && error.code === 'google/scan-expired') await catalog.restartScan(id)
    throw error
  }
  if (signal.aborted) return
  yield* confirmUnseen(source, parts, now, signal)
  if (signal.aborted) return
  const done = await catalog.finishScan(id, now)
  if (done.reason === 'first') await catalog.scheduleReconcile(id, now + FIRST_RECONCILE_MS)
  else {
    if (source.reconcileEveryMs !== null) await catalog.scheduleReconcile(id, now + source.reconcileEveryMs)
    tell({ type: 'reconciled', source: source.name, differences: done.differences })
  }
}

/**
 * Absence is never deletion: an item that a scan did not show is asked for by its id, and only an explicit "not found" counts
 * as removed. (Items that move while pages are read can be missing from all of them.) One that cannot be asked for stays as
 * it is known: it keeps nothing else from being done.
 */
async function* confirmUnseen(
  { id, drive }: WatchedSource,
  { catalog, tell }: WatchParts,
  now: number,
  signal: AbortSignal,
) {
  const look = async (fileId: string): Promise<Change | null> => {
    try {
      const item = await drive.get(fileId, signal)
      return item === null ? { type: 'removed', id: fileId } : { type: 'seen', item }
    } catch (error) {
      if (!(error instanceof Fault) || error.kind.scope !== 'item') throw error
      tell({ type: 'trouble', fault: error })
      return null
    }
  }
  for (let after = 0; ; ) {
    const missing = await catalog.unseen(id, after, 100)
    const last = missing.at(-1)
    if (last === undefined) return
    after = last.row
    const changes = await Promise.all(missing.map((known) => look(known.id)))
    const known = changes.filter((change) => change !== null)
    await catalog.recordChanges(id, known, null, now)
    yield missing.length
  }
}
