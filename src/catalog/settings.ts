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
      .where('claimed_at', 'is', null)
      .execute()
  await saveSetting(db, 'rules', fingerprint)
}
