import type { Transaction } from 'kysely'
import type { ScanReason, ScanSummary } from '../../backup/model/catalog.ts'
import type { Change } from '../../backup/model/item.ts'
import type { ScanPage } from '../../backup/model/source.ts'
import type { CatalogDatabase } from '../open.ts'
import type { Tables } from '../schema.ts'
import { timeMs, timeText } from '../times.ts'
import { releaseHeld } from '../work/deliveries.ts'
import { finishFolders, recordItems, type Sighting } from './pages.ts'
import { recordRemoved } from './removed.ts'

/** A scan that showed a mass change is repeated so long after it. */
const RECHECK_AFTER_MS = 60 * 60 * 1000

/**
 * The watch's side of the catalog. A full scan has a generation: what a complete scan did not show keeps an older one. The
 * cursor that was taken before the scan waits in `scan_cursor` until the scan is complete.
 */
export async function beginScan(
  db: CatalogDatabase,
  source: number,
  cursor: string,
  reason: ScanReason,
  now: number,
): Promise<void> {
  await db
    .updateTable('sources')
    .set((to) => ({
      scan_generation: to('scan_generation', '+', 1),
      scan_cursor: cursor,
      scan_phase: 'folders',
      scan_position: null,
      scan_reason: reason,
      scan_started_at: timeText(now),
      scan_found: 0,
    }))
    .where('id', '=', source)
    .execute()
}

export async function recordScanPage(db: CatalogDatabase, source: number, page: ScanPage, now: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const state = await sourceRow(trx, source)
    const at = {
      source: state,
      first: state.scan_reason === 'first',
      generation: state.scan_generation,
      now,
    } satisfies Partial<Sighting>
    if (page.phase === 'files' && state.scan_phase === 'folders') await finishFolders(trx, { ...at, by: 'folder-scan' })
    const news = await recordItems(trx, page.items, {
      ...at,
      by: page.phase === 'folders' ? 'folder-scan' : 'file-scan',
    })
    await trx
      .updateTable('sources')
      .set((to) => ({
        // What was read to its end need not be read again when it is looked after what it did not show.
        scan_phase: page.phase === 'files' && page.next === null ? 'listed' : page.phase,
        scan_position: page.next,
        scan_found: to('scan_found', '+', news),
      }))
      .where('id', '=', source)
      .execute()
  })
}

export async function restartScan(db: CatalogDatabase, source: number): Promise<void> {
  await db.updateTable('sources').set({ scan_phase: 'folders', scan_position: null }).where('id', '=', source).execute()
}

export async function unseen(
  db: CatalogDatabase,
  source: number,
  after: number,
  limit: number,
): Promise<{ row: number; id: string }[]> {
  const { scan_generation } = await sourceRow(db, source)
  const rows = await db
    .selectFrom('items')
    .select(['id', 'file_id'])
    .where('source_id', '=', source)
    .where('id', '>', after)
    .where('scan_generation', '<', scan_generation)
    .where('removed_at', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ row: row.id, id: row.file_id }))
}

export async function finishScan(
  db: CatalogDatabase,
  source: number,
  reconcileAt: number | null,
  now: number,
): Promise<ScanSummary> {
  return db.transaction().execute((trx) => finish(trx, source, reconcileAt, now))
}

async function finish(
  trx: Transaction<Tables>,
  source: number,
  reconcileAt: number | null,
  now: number,
): Promise<ScanSummary> {
  const { scan_reason, scan_found, scan_started_at, mass_change, mass_change_at } = await sourceRow(trx, source)
  // A mass change that this scan has shown may be a wrong answer.
  const suspicious = mass_change !== null && (mass_change_at ?? '') >= (scan_started_at ?? '')
  const next = suspicious ? Math.min(reconcileAt ?? Number.POSITIVE_INFINITY, now + RECHECK_AFTER_MS) : reconcileAt
  await trx
    .updateTable('sources')
    .set((to) => ({
      cursor: to.ref('scan_cursor'),
      scan_cursor: null,
      scan_phase: null,
      scan_position: null,
      scan_reason: null,
      reconcile_asked: 0,
      reconcile_at: next === null ? null : timeText(next),
    }))
    .where('id', '=', source)
    .execute()
  if (mass_change === null) await releaseHeld(trx, source)
  return {
    reason: scan_reason ?? 'first',
    differences: scan_found,
    startedAt: scan_started_at === null ? now : timeMs(scan_started_at),
  }
}

export async function recordChanges(
  db: CatalogDatabase,
  source: number,
  changes: Change[],
  cursor: string | null,
  now: number,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const state = await sourceRow(trx, source)
    // Without a cursor it is a scan that asks for what it did not see.
    const scanned = cursor === null && state.scan_phase !== null
    const by = scanned ? 'file-scan' : 'feed'
    const at = { source: state, by, first: false, generation: state.scan_generation, now } satisfies Sighting
    // The last word on an item counts: it may be removed and back within one page.
    const last = new Map(changes.map((change) => [change.type === 'seen' ? change.item.id : change.id, change]))
    const news = [...last.values()]
    // First what went: its name is then free for what came.
    const gone = await recordRemoved(
      trx,
      news.flatMap((change) => (change.type === 'removed' ? [change.id] : [])),
      at,
    )
    const found = await recordItems(
      trx,
      news.flatMap((change) => (change.type === 'seen' ? [change.item] : [])),
      at,
    )
    if (cursor !== null) await trx.updateTable('sources').set({ cursor }).where('id', '=', source).execute()
    if (scanned)
      await trx
        .updateTable('sources')
        .set((to) => ({ scan_found: to('scan_found', '+', gone + found) }))
        .where('id', '=', source)
        .execute()
  })
}

export async function recordFetched(
  db: CatalogDatabase,
  source: number,
  change: Change,
  now: number,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const state = await sourceRow(trx, source)
    const at = { source: state, by: 'fetch', first: false, generation: state.scan_generation, now } satisfies Sighting
    if (change.type === 'removed') return (await recordRemoved(trx, [change.id], at)) > 0
    return (await recordItems(trx, [change.item], at)) > 0
  })
}

export async function recordOdd(db: CatalogDatabase, source: number, count: number): Promise<void> {
  await db
    .updateTable('sources')
    .set((to) => ({ odd_items: to('odd_items', '+', count) }))
    .where('id', '=', source)
    .execute()
}

function sourceRow(db: CatalogDatabase, source: number) {
  return db.selectFrom('sources').selectAll().where('id', '=', source).executeTakeFirstOrThrow()
}
