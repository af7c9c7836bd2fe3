import type { Fault } from '../backup/faults.ts'
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

/**
 * The rules decide anew about every file when they change: what was excluded or too large may be wanted now.
 * `fingerprint` stands for the rules.
 */
export async function applyRules(db: CatalogDatabase, fingerprint: string, now: number): Promise<void> {
  const known = await setting(db, 'rules')
  if (known === fingerprint) return
  if (known !== null)
    await db
      .updateTable('files')
      .set({ next_attempt: timeText(now) })
      .where('kind', '<>', 'folder')
      .where('removed_at', 'is', null)
      .where('next_attempt', 'is', null)
      .execute()
  await saveSetting(db, 'rules', fingerprint)
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
