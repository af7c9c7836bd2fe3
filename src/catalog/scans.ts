import type { Change } from '../backup/item.ts'
import type { ScanPage } from '../backup/source.ts'
import type { CatalogDatabase } from './open.ts'
import { finishFolders, recordItems, recordRemoved } from './pages.ts'

/**
 * The watch's side of the catalog. A listing of everything has a generation: what a whole listing did not show keeps an
 * older one. The cursor that was taken before the listing waits in `scan_cursor` until the listing is whole.
 */
export async function beginScan(db: CatalogDatabase, source: number, cursor: string): Promise<void> {
  await db
    .updateTable('sources')
    .set((to) => ({
      scan_generation: to('scan_generation', '+', 1),
      scan_cursor: cursor,
      scan_phase: 'folders',
      scan_position: null,
    }))
    .where('id', '=', source)
    .execute()
}

export async function recordScanPage(db: CatalogDatabase, source: number, page: ScanPage, now: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const state = await sourceRow(trx, source)
    const at = { source: state, generation: state.scan_generation, now }
    if (page.phase === 'files' && state.scan_phase === 'folders') await finishFolders(trx, { ...at, by: 'folder-scan' })
    await recordItems(trx, page.items, { ...at, by: page.phase === 'folders' ? 'folder-scan' : 'file-scan' })
    await trx
      .updateTable('sources')
      .set({ scan_phase: page.phase, scan_position: page.next })
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
    .selectFrom('files')
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

export async function finishScan(db: CatalogDatabase, source: number): Promise<void> {
  await db
    .updateTable('sources')
    .set((to) => ({ cursor: to.ref('scan_cursor'), scan_cursor: null, scan_phase: null, scan_position: null }))
    .where('id', '=', source)
    .execute()
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
    const at = { source: state, by: 'feed' as const, generation: state.scan_generation, now }
    // The last word on an item counts: it may be removed and back within one page.
    const last = new Map(changes.map((change) => [change.type === 'seen' ? change.item.id : change.id, change]))
    const news = [...last.values()]
    // First what went: its name is then free for what came.
    await recordRemoved(
      trx,
      news.flatMap((change) => (change.type === 'removed' ? [change.id] : [])),
      at,
    )
    await recordItems(
      trx,
      news.flatMap((change) => (change.type === 'seen' ? [change.item] : [])),
      at,
    )
    if (cursor !== null) await trx.updateTable('sources').set({ cursor }).where('id', '=', source).execute()
  })
}

function sourceRow(db: CatalogDatabase, source: number) {
  return db.selectFrom('sources').selectAll().where('id', '=', source).executeTakeFirstOrThrow()
}
