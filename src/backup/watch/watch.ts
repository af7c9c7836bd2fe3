import type { ScanReason, SourceState, WatchCatalog } from '../model/catalog.ts'
import { Fault } from '../model/faults.ts'
import type { Parts, WatchedSource } from '../model/parts.ts'
import type { SourceEndpoint } from '../outage/endpoints.ts'
import { fetchItem } from './fetch-item.ts'
import { isReconcileDue, nextReconcile, wasLostLately } from './reconcile.ts'

export interface WatchParts extends Pick<Parts, 'tell' | 'clock'> {
  catalog: WatchCatalog
  /** Whether a reconciliation that is due may go on; it is left for later while it meets faults. */
  reconciles: boolean
  /** Told when the feed was read to its end: what fails then is the reconciliation, and delays no change. */
  followed(): void
}

/**
 * Follows one source and records what it shows: a full scan the first time, then the change feed, and from time to time a
 * full scan again that is compared with the catalog (a reconciliation).
 *
 * A change only says that a file is to be considered again: `plan` decides from the file's present state, never from the event.
 * So a change seen twice, or late, does no harm. The cursor moves in the transaction that records its page. A dead cursor
 * leads to a new scan; a scan whose position Google forgot starts again. The feed is followed before a reconciliation goes
 * on, however long that takes. Yields the number of items after each page.
 */
export async function* watch(
  endpoint: SourceEndpoint,
  state: SourceState,
  parts: WatchParts,
  signal: AbortSignal,
): AsyncGenerator<number> {
  const { source } = endpoint
  const now = parts.clock.now()
  let reason: ScanReason = state.cursor === null ? 'first' : 'reconcile'
  if (state.cursor !== null && state.scan?.reason !== 'lost-cursor') {
    try {
      yield* follow(endpoint, state, state.cursor, parts, now, signal)
      if (signal.aborted) return
      parts.followed()
      const due = state.scan !== null || isReconcileDue(state, source.reconcileEveryMs, now)
      if (!due || !parts.reconciles) return
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'google/cursor-dead') throw error
      // A cursor that dies again and again must not lead to one full scan after another.
      if (state.scan === null && wasLostLately(endpoint.lostAt, now)) throw error
      parts.tell({ type: 'fault', fault: error })
      reason = 'lost-cursor'
    }
  }
  yield* scan(endpoint, state, reason, parts, now, signal)
}

async function* follow(
  endpoint: SourceEndpoint,
  state: SourceState,
  cursor: string,
  parts: WatchParts,
  now: number,
  signal: AbortSignal,
) {
  const { id, drive } = endpoint.source
  const { catalog } = parts
  for await (const page of drive.changes(cursor, signal)) {
    if (page.changes.length > 0) await identify(endpoint, state, parts, signal)
    if (page.odd > 0) await catalog.recordOdd(id, page.odd)
    if (page.changes.length === 0 && page.cursor === cursor) return // nothing changed: nothing to write
    await catalog.recordChanges(id, page.changes, page.cursor, now)
    yield page.changes.length
  }
}

async function* scan(
  endpoint: SourceEndpoint,
  state: SourceState,
  reason: ScanReason,
  parts: WatchParts,
  now: number,
  signal: AbortSignal,
) {
  const { source } = endpoint
  const { id, drive } = source
  const { catalog, tell, clock } = parts
  if (reason !== 'first') endpoint.identified = false
  await identify(endpoint, state, parts, signal)
  // The cursor is taken first: what changes during the scan is then repeated by the feed.
  if (state.scan === null) await catalog.beginScan(id, await drive.startCursor(signal), reason, now)
  if (reason === 'lost-cursor') endpoint.lostAt = now
  try {
    if (!state.scan?.listed)
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
  const next = nextReconcile(state.scan?.reason ?? reason, source.reconcileEveryMs, clock.now())
  const done = await catalog.finishScan(id, next, clock.now())
  if (done.reason !== 'first') tell({ type: 'reconciled', source: source.name, differences: done.differences })
}

/**
 * Credentials can come to open another account: one that was made again under its former address has other files. What it
 * shows must not be taken for changes of the former one, so it is asked who it is before anything that it shows is recorded.
 */
async function identify(
  endpoint: SourceEndpoint,
  { rootId }: SourceState,
  { catalog }: WatchParts,
  signal: AbortSignal,
): Promise<void> {
  if (endpoint.identified) return
  const { id, name, drive } = endpoint.source
  const who = await drive.identify(signal)
  if (who.rootId !== rootId) {
    await catalog.forgetCredentials(id)
    throw new Fault('google/other-account', name, { detail: `it is ${who.email} with another root folder` })
  }
  endpoint.identified = true
}

/**
 * Absence is never deletion: an item that a scan did not show is asked for by its id, and only an explicit "not found" counts
 * as removed. (Items that move while pages are read can be missing from all of them.) One that cannot be asked for stays as
 * it is known: it keeps nothing else from being done.
 */
async function* confirmUnseen(source: WatchedSource, { catalog, tell }: WatchParts, now: number, signal: AbortSignal) {
  const ask = (fileId: string) => fetchItem(source, fileId, tell, signal)
  for (let after = 0; ; ) {
    const missing = await catalog.unseen(source.id, after, 100)
    const last = missing.at(-1)
    if (last === undefined) return
    after = last.row
    const changes = await Promise.all(missing.map((known) => ask(known.id)))
    const known = changes.filter((change) => change !== null)
    await catalog.recordChanges(source.id, known, null, now)
    yield missing.length
  }
}
