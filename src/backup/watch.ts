import type { SourceState } from './catalog.ts'
import { Fault } from './faults.ts'
import type { Parts } from './parts.ts'
import type { Source } from './source.ts'

/**
 * Follows one source and records what it shows: a listing of everything the first time, then the change feed.
 *
 * A change only says that a file is worth another look: `plan` decides from the file's present state, never from the
 * event. So a change seen twice, or late, does no harm. The cursor moves in the transaction that records its page.
 * A dead cursor leads to a new listing; a listing whose place Google forgot starts again. Yields the number of items
 * recorded after each page.
 */
export async function* watch(
  parts: Parts,
  state: SourceState,
  now: number,
  signal: AbortSignal,
): AsyncGenerator<number> {
  if (state.scan === null && state.cursor !== null) {
    try {
      yield* follow(parts, state.id, state.cursor, now, signal)
      return
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'google/cursor-dead') throw error
      parts.tell({ type: 'trouble', fault: error })
    }
  }
  yield* scan(parts, state, now, signal)
}

async function* follow({ source, catalog }: Parts, id: number, cursor: string, now: number, signal: AbortSignal) {
  for await (const page of source.changes(cursor, signal)) {
    if (page.changes.length === 0 && page.cursor === cursor) return // nothing changed: nothing to write
    await catalog.recordChanges(id, page.changes, page.cursor, now)
    yield page.changes.length
  }
}

async function* scan({ source, catalog, tell }: Parts, state: SourceState, now: number, signal: AbortSignal) {
  // The cursor is taken first: what changes while we list is then repeated by the feed.
  if (state.scan === null) await catalog.beginScan(state.id, await source.startCursor(signal))
  try {
    for await (const page of source.scan(state.scan?.position ?? null, signal)) {
      await catalog.recordScanPage(state.id, page, now)
      yield page.items.length
    }
  } catch (error) {
    // The pages so far stand; the listing is repeated from its first page in the next cycle.
    if (error instanceof Fault && error.code === 'google/scan-expired') await catalog.restartScan(state.id)
    throw error
  }
  if (signal.aborted) return
  for await (const items of confirmUnseen(source, { catalog, tell }, state.id, now, signal)) yield items
  await catalog.finishScan(state.id)
}

/**
 * Absence is never deletion: an item that a listing did not show is asked for by its id, and only an explicit
 * "not found" counts as removed. (Items that move while pages are read can be missing from all of them.)
 */
async function* confirmUnseen(
  source: Source,
  { catalog }: Pick<Parts, 'catalog' | 'tell'>,
  id: number,
  now: number,
  signal: AbortSignal,
) {
  for (let after = 0; ; ) {
    const missing = await catalog.unseen(id, after, 100)
    const last = missing.at(-1)
    if (last === undefined) return
    after = last.row
    const items = await Promise.all(missing.map((known) => source.get(known.id, signal)))
    await catalog.recordChanges(
      id,
      items.map((item, i) => (item === null ? { type: 'removed', id: missing[i]?.id ?? '' } : { type: 'seen', item })),
      null,
      now,
    )
    yield missing.length
  }
}
