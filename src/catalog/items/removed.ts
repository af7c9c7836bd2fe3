import type { Transaction } from 'kysely'
import { among, insertRows } from '../batches.ts'
import type { Tables } from '../schema.ts'
import { timeText } from '../times.ts'
import { dropDeliveries, withDeliveries } from '../work/deliveries.ts'
import { noticeMassChange } from './mass-change.ts'
import { type Sighting, UNTOLD_MS } from './pages.ts'
import { reconcileWithin } from './reconcile-soon.ts'
import { READ_WELL } from './rows.ts'

/** Marks items as removed, because the feed or Drive's own "not found" said so. Their copies stay. Gives how many it was. */
export async function recordRemoved(trx: Transaction<Tables>, ids: string[], at: Sighting): Promise<number> {
  if (ids.length === 0) return 0
  const now = timeText(at.now)
  const rows = await trx
    .selectFrom('items')
    .select(['id', 'file_id', 'path', 'revision'])
    .where('source_id', '=', at.source.id)
    .where('file_id', 'in', among(ids))
    .where('removed_at', 'is', null)
    .execute()
  if (rows.length === 0) return 0
  const numbers = rows.map(({ id }) => id)
  const unprotected = await withDeliveries(trx, numbers)
  const stored = await trx
    .selectFrom('copies')
    .innerJoin('items', (on) =>
      on.onRef('items.id', '=', 'copies.file').onRef('items.revision', '=', 'copies.revision'),
    )
    .select('copies.file')
    .where('copies.file', 'in', among(numbers))
    .execute()
  for (const { file } of stored) unprotected.delete(file)
  await dropDeliveries(trx, numbers)
  await trx
    .updateTable('items')
    .set({ removed_at: now, ...READ_WELL })
    .where('id', 'in', among(numbers))
    .execute()
  // What was never stored anywhere cannot be stored any more.
  await trx
    .updateTable('items')
    .set({ skip_reason: 'gone' })
    .where('id', 'in', among([...unprotected]))
    .execute()
  const log = { timestamp: now, source_id: at.source.id, action: 'removed', message: null }
  await insertRows(trx, 'sync_logs', rows.map(({ file_id, path }) => ({ ...log, file_id, path }))) // biome-ignore format: one row each
  if (
    at.by === 'feed' &&
    (await haveLiving(
      trx,
      at.source.id,
      rows.map(({ file_id }) => file_id),
    ))
  )
    // biome-ignore format: one call
    await reconcileWithin(trx, at.source.id, UNTOLD_MS, at.now)
  await noticeMassChange(trx, at.source.id, [{ kind: 'removed', items: rows.length }], at.now)
  return rows.length
}

/** Whether anything that was not removed lies in these folders. */
async function haveLiving(trx: Transaction<Tables>, source: number, folders: readonly string[]): Promise<boolean> {
  const row = await trx
    .selectFrom('items')
    .select('id')
    .where('source_id', '=', source)
    .where('place_id', 'in', among([...folders]))
    .where('removed_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
