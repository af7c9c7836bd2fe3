import { sql } from 'kysely'
import type { SkipReason } from '../../backup/model/faults.ts'
import { PRIORITY } from '../../backup/plan/priority.ts'
import { among } from '../batches.ts'
import type { CatalogDatabase } from '../open.ts'
import { saveSetting, setting } from '../settings.ts'
import { timeText } from '../times.ts'
import { makeDue } from './deliveries.ts'

/** Items looked at in one transaction: some tens of milliseconds, in which nobody else can write. */
const BATCH = 5000
/** Skipped for what the operator's rules say, and not for what Google or the owner says. */
const BY_THE_RULES: readonly SkipReason[] = ['not-selected', 'excluded', 'too-large', 'not-recent']
const RULES = 'rules'
/** Up to where the changed rules have been applied; absent: everywhere. */
const RULES_AFTER = 'rules_after'

/** Notes that the rules are others than before: every item is to be planned again. `fingerprint` stands for the rules. */
export async function noteRules(db: CatalogDatabase, fingerprint: string): Promise<void> {
  const known = await setting(db, RULES)
  if (known === fingerprint) return
  await db.transaction().execute(async (trx) => {
    if (known !== null) await saveSetting(trx, RULES_AFTER, '0')
    await saveSetting(trx, RULES, fingerprint)
  })
}

/**
 * Derives what a new destination lacks, or what changed rules or a conversion require, in bounded batches; how far it has come is stored.
 * False: nothing is left to derive.
 */
export async function fill(db: CatalogDatabase, now: number): Promise<boolean> {
  const rulesAfter = await setting(db, RULES_AFTER)
  if (rulesAfter !== null) return applyRules(db, Number(rulesAfter), now)
  const destination = await db
    .selectFrom('destinations')
    .select(['id', 'fill_after'])
    .where('fill_after', 'is not', null)
    .where('active', '=', 1)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (destination?.fill_after == null) return rekey(db, now)
  const after = destination.fill_after
  await db.transaction().execute(async (trx) => {
    const last = await lastOfBatch(trx, after)
    if (last !== null)
      await sql`
        insert into deliveries (file, destination, source_id, bytes, priority, since, due_at)
        select i.id, ${destination.id}, i.source_id, coalesce(i.size, 0), ${PRIORITY.first}, ${timeText(now)}, ${timeText(now)}
        from items i
        where i.id > ${after} and i.id <= ${last} and i.kind <> 'folder' and i.removed_at is null and i.skip_reason is null
          and not exists (select 1 from copies c where c.file = i.id and c.revision = i.revision and c.place = 'mirror'
            and c.destination = ${destination.id})
        on conflict (file, destination) do nothing`.execute(trx)
    await trx.updateTable('destinations').set({ fill_after: last }).where('id', '=', destination.id).execute()
  })
  return true
}

/**
 * A destination whose layout was converted: each copy gets the key of the new one. What is gone from Drive has left its name to
 * others, and its copy stays where it is.
 */
async function rekey(db: CatalogDatabase, now: number): Promise<boolean> {
  const destination = await db
    .selectFrom('destinations')
    .select(['id', 'rekey_after'])
    .where('rekey_after', 'is not', null)
    .where('active', '=', 1)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (destination?.rekey_after == null) return false
  const { id, rekey_after: after } = destination
  await db.transaction().execute(async (trx) => {
    const last = await lastOfBatch(trx, after)
    if (last !== null)
      await sql`
        insert into deliveries (file, destination, source_id, bytes, priority, since, due_at)
        select i.id, ${id}, i.source_id, coalesce(i.size, 0), ${PRIORITY.reKey}, ${timeText(now)}, ${timeText(now)}
        from items i
        where i.id > ${after} and i.id <= ${last} and i.removed_at is null
          and exists (select 1 from copies c where c.file = i.id and c.place = 'mirror' and c.destination = ${id})
        on conflict (file, destination) do nothing`.execute(trx)
    await trx.updateTable('destinations').set({ rekey_after: last }).where('id', '=', id).execute()
  })
  return true
}

/** What was excluded or too large may be wanted now, and counts as not protected until that has been looked at. */
async function applyRules(db: CatalogDatabase, after: number, now: number): Promise<boolean> {
  await db.transaction().execute(async (trx) => {
    const last = await lastOfBatch(trx, after)
    if (last === null) {
      await trx.deleteFrom('settings').where('name', '=', RULES_AFTER).execute()
      return
    }
    await trx
      .updateTable('items')
      .set({ skip_reason: null })
      .where('id', '>', after)
      .where('id', '<=', last)
      .where('skip_reason', 'in', among([...BY_THE_RULES]) as never)
      .execute()
    const which = sql<boolean>`i.id > ${after} and i.id <= ${last} and i.skip_reason is null`
    await makeDue(trx, which, { priority: PRIORITY.first, now, again: false })
    await saveSetting(trx, RULES_AFTER, String(last))
  })
  return true
}

async function lastOfBatch(db: CatalogDatabase, after: number): Promise<number | null> {
  const { rows } = await sql<{ last: number | null }>`
    select max(id) as last from (select id from items where id > ${after} order by id limit ${BATCH})`.execute(db)
  return rows[0]?.last ?? null
}

/** Whether deliveries are still being derived: coverage may fall. */
export async function isFilling(db: CatalogDatabase): Promise<boolean> {
  if ((await setting(db, RULES_AFTER)) !== null) return true
  const row = await db
    .selectFrom('destinations')
    .select('id')
    .where((where) => where.or([where('fill_after', 'is not', null), where('rekey_after', 'is not', null)]))
    .where('active', '=', 1)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
