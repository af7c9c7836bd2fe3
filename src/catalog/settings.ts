import type { Fault } from '../backup/model/faults.ts'
import type { CatalogDatabase } from './open.ts'

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

/** Keeps what is there already: of several processes the first decides. */
export async function saveSettingOnce(db: CatalogDatabase, name: string, value: string): Promise<void> {
  await db
    .insertInto('settings')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
}

export async function forgetSetting(db: CatalogDatabase, name: string): Promise<void> {
  await db.deleteFrom('settings').where('name', '=', name).execute()
}

const START_FAULT = 'start_fault'

/** What keeps a daemon from its work as a whole: then there may be no source yet to say it of. */
export interface StartFault {
  fault: string
  subject: string
  detail: string | null
  /** Ms since 1970. */
  since: number
}

/** Null: nothing does any more. It lasts since it was saved first. */
export async function saveStartFault(db: CatalogDatabase, fault: Fault | null, now: number): Promise<void> {
  if (fault === null) return forgetSetting(db, START_FAULT)
  const before = await startFault(db)
  const since = before?.fault === fault.code ? before.since : now
  const outage: StartFault = { fault: fault.code, subject: fault.subject, detail: fault.detail, since }
  await saveSetting(db, START_FAULT, JSON.stringify(outage))
}

export async function startFault(db: CatalogDatabase): Promise<StartFault | null> {
  const value = await setting(db, START_FAULT)
  return value === null ? null : (JSON.parse(value) as StartFault)
}
