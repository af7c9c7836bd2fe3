import type { Fault, SkipReason } from '../backup/faults.ts'
import type { CatalogDatabase } from './open.ts'
import { timeText } from './times.ts'

/** Reads what a setting was when it was last saved. */
export async function setting(db: CatalogDatabase, name: string): Promise<string | null> {
  const row = await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst()
  return row?.value ?? null
}

export async function saveSetting(db: CatalogDatabase, name: string, value: string): Promise<void> {
  await db
    .insertInto('settings')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

export async function forgetSetting(db: CatalogDatabase, name: string): Promise<void> {
  await db.deleteFrom('settings').where('name', '=', name).execute()
}

/** Skipped for what the operator's rules say, and not for what Google or the owner says. */
const BY_THE_RULES: readonly SkipReason[] = ['not-selected', 'excluded', 'too-large', 'not-recent']
/** Rows written in one go: some tens of milliseconds, in which nobody else can write. */
const ROWS_AT_A_TIME = 5000

/**
 * The rules decide anew about every file when they change: what was excluded or too large may be wanted now, and counts as
 * not protected until that has been looked at. `fingerprint` stands for the rules. A crash half-way repeats it.
 */
export async function applyRules(db: CatalogDatabase, fingerprint: string, now: number): Promise<void> {
  const known = await setting(db, 'rules')
  if (known === fingerprint) return
  const last = known === null ? 0 : await lastFile(db)
  for (let after = 0; after < last; after += ROWS_AT_A_TIME) await makeDue(db, after, timeText(now))
  await saveSetting(db, 'rules', fingerprint)
}

async function lastFile(db: CatalogDatabase): Promise<number> {
  const row = await db
    .selectFrom('files')
    .select((to) => to.fn.max('id').as('id'))
    .executeTakeFirst()
  return row?.id ?? 0
}

async function makeDue(db: CatalogDatabase, after: number, at: string): Promise<void> {
  const files = db
    .updateTable('files')
    .where('id', '>', after)
    .where('id', '<=', after + ROWS_AT_A_TIME)
    .where('kind', '<>', 'folder')
    .where('removed_at', 'is', null)
    .where('next_attempt', 'is', null)
  await db.transaction().execute(async (trx) => {
    const waiting = { sync_status: 'pending', skip_reason: null, pending_since: at, next_attempt: at } as const
    await trx.executeQuery(files.where('skip_reason', 'in', BY_THE_RULES).set(waiting))
    await trx.executeQuery(files.set({ next_attempt: at }))
  })
}

const START_TROUBLE = 'start_trouble'

/** What keeps a daemon from its first cycle: then there may be no source yet to say it of. */
export interface StartTrouble {
  fault: string
  message: string
}

/** Null: nothing does any more. */
export async function saveStartTrouble(db: CatalogDatabase, fault: Fault | null): Promise<void> {
  if (fault === null) await forgetSetting(db, START_TROUBLE)
  else await saveSetting(db, START_TROUBLE, JSON.stringify({ fault: fault.code, message: fault.message }))
}

export async function startTrouble(db: CatalogDatabase): Promise<StartTrouble | null> {
  const value = await setting(db, START_TROUBLE)
  return value === null ? null : (JSON.parse(value) as StartTrouble)
}
