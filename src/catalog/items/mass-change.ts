import { sql, type Transaction } from 'kysely'
import type { CatalogDatabase } from '../open.ts'
import type { ChangeKind, Tables } from '../schema.ts'
import { saveSetting } from '../settings.ts'
import { timeText } from '../times.ts'
import { releaseHeld } from '../work/deliveries.ts'
import { reconcileWithin } from './reconcile-soon.ts'

export interface Changed {
  kind: ChangeKind
  items: number
}

/** When so much of a source changes in one way within an hour, somebody should look: see `noticeMassChange`. */
export interface MassChangeLimits {
  /** 0 to 1, of all items of the source. */
  share: number
  items: number
}

const HOUR_MS = 60 * 60 * 1000
const DEFAULT: MassChangeLimits = { share: 0.1, items: 50 }
const LIMITS = 'mass_change_limits'

/**
 * Adds to what changed within the last hour. When a large share of a source was removed, trashed, moved or rewritten, it
 * raises the source's alarm, which an operator confirms: until then no copy is moved, and nothing may be let go of.
 */
export async function noticeMassChange(
  trx: Transaction<Tables>,
  source: number,
  changed: readonly Changed[],
  now: number,
): Promise<void> {
  const some = changed.filter(({ items }) => items > 0)
  if (some.length === 0) return
  const minute = timeText(Math.floor(now / 60_000) * 60_000)
  for (const { kind, items } of some)
    await trx
      .insertInto('change_minutes')
      .values({ source_id: source, minute, kind, items })
      .onConflict((conflict) =>
        conflict
          .columns(['source_id', 'minute', 'kind'])
          .doUpdateSet((to) => ({ items: to('change_minutes.items', '+', items) })),
      )
      .execute()
  // Minutes to come were counted while the clock was ahead.
  await sql`delete from change_minutes where source_id = ${source}
    and (minute < ${timeText(now - HOUR_MS)} or minute > ${timeText(now)})`.execute(trx)
  const limits = await readLimits(trx)
  const total = await itemsOf(trx, source)
  const sums = await trx
    .selectFrom('change_minutes')
    .select(['kind', (to) => to.fn.sum<number>('items').as('items')])
    .where('source_id', '=', source)
    .groupBy('kind')
    .execute()
  const most = sums.toSorted((a, b) => b.items - a.items)[0]
  if (most === undefined || most.items < limits.items || most.items < limits.share * total) return
  // It may be a wrong answer: then a full scan will show everything as it was.
  const { mass_change } = await trx
    .selectFrom('sources')
    .select('mass_change')
    .where('id', '=', source)
    .executeTakeFirstOrThrow()
  if (mass_change === null) await reconcileWithin(trx, source, HOUR_MS, now)
  await trx
    .updateTable('sources')
    .set((to) => ({
      mass_change: 'alarm',
      mass_change_at: to.fn.coalesce('mass_change_at', to.val(timeText(now))),
      mass_change_items: most.items,
      mass_change_detail: most.kind,
    }))
    .where('id', '=', source)
    .execute()
}

async function itemsOf(trx: Transaction<Tables>, source: number): Promise<number> {
  const { rows } = await sql<{ files: number | null }>`
    select sum(files) as files from item_tallies where source_id = ${source}`.execute(trx)
  return rows[0]?.files ?? 0
}

async function readLimits(trx: Transaction<Tables>): Promise<MassChangeLimits> {
  const row = await trx.selectFrom('settings').select('value').where('name', '=', LIMITS).executeTakeFirst()
  return row === undefined ? DEFAULT : (JSON.parse(row.value) as MassChangeLimits)
}

/** What the configuration says; kept in the catalog, where the changes are counted. */
export function saveMassChangeLimits(db: CatalogDatabase, limits: MassChangeLimits): Promise<void> {
  return saveSetting(db, LIMITS, JSON.stringify(limits))
}

/** The operator has looked: what changed so far is as it should be. False: there was no alarm. */
export async function confirmMassChange(trx: CatalogDatabase, source: number): Promise<boolean> {
  await trx.deleteFrom('change_minutes').where('source_id', '=', source).execute()
  const { numUpdatedRows } = await trx
    .updateTable('sources')
    .set({ mass_change: null, mass_change_at: null, mass_change_items: null, mass_change_detail: null })
    .where('id', '=', source)
    .where('mass_change', 'is not', null)
    .executeTakeFirst()
  await releaseHeld(trx, source)
  return Number(numUpdatedRows) > 0
}
