import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { CatalogDatabase } from './open.ts'
import { setting } from './settings.ts'
import { type TimeText, timeText } from './times.ts'

/**
 * Keys of config.yaml that were set in the dashboard. They are kept as text here, sealed or JSON; what they mean, and which
 * there may be, is the configuration's business. Each change makes a new revision, by which every process notices it.
 */
export interface OverrideRow {
  key: string
  value: string
  sealed: boolean
  changed_at: TimeText
  changed_by: string
}

export interface OverrideChanges {
  set: { key: string; value: string; sealed: boolean }[]
  /** Keys that config.yaml decides again. */
  remove: string[]
  by: string
}

const REVISION = 'config_revision'
const COLUMNS = ['key', 'value', 'sealed', 'changed_at', 'changed_by'] as const

/** Grows with each change. */
export async function overridesRevision(db: CatalogDatabase): Promise<number> {
  return Number((await setting(db, REVISION)) ?? 0)
}

/** All overrides, and the revision that they are. */
export function readOverrides(db: CatalogDatabase): Promise<{ rows: OverrideRow[]; revision: number }> {
  return db.transaction().execute(async (trx) => {
    const rows = await trx.selectFrom('overrides').select(COLUMNS).orderBy('key').execute()
    return { rows: rows.map(rowOf), revision: await overridesRevision(trx) }
  })
}

/** The same for a program that only wants to know the configuration: makes no catalog, and brings none up to date. Throws SQLite's errors. */
export function overridesIn(catalogFile: string): OverrideRow[] {
  if (!existsSync(catalogFile)) return []
  const sqlite = new Database(catalogFile, { fileMustExist: true, timeout: 30_000 })
  try {
    const table = sqlite.prepare("select 1 from sqlite_schema where type = 'table' and name = 'overrides'").get()
    if (table === undefined) return []
    return sqlite
      .prepare<[], Omit<OverrideRow, 'sealed'> & { sealed: number }>(
        `select ${COLUMNS.join(', ')} from overrides order by key`,
      )
      .all()
      .map(rowOf)
  } finally {
    sqlite.close()
  }
}

/**
 * All of it or nothing, provided that nobody has changed anything since `revision`: otherwise false, and whoever asks has
 * to look again at what would come of it.
 */
export function changeOverrides(
  db: CatalogDatabase,
  revision: number,
  { set, remove, by }: OverrideChanges,
  now: number,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    if ((await overridesRevision(trx)) !== revision) return false
    for (const { key, value, sealed } of set) {
      const columns = { value, sealed: Number(sealed), changed_at: timeText(now), changed_by: by }
      await trx
        .insertInto('overrides')
        .values({ key, ...columns })
        .onConflict((conflict) => conflict.column('key').doUpdateSet(columns))
        .execute()
    }
    for (const key of remove) await trx.deleteFrom('overrides').where('key', '=', key).execute()
    const value = String(revision + 1)
    await trx
      .insertInto('settings')
      .values({ name: REVISION, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute()
    return true
  })
}

function rowOf(row: Omit<OverrideRow, 'sealed'> & { sealed: number }): OverrideRow {
  return { ...row, sealed: row.sealed === 1 }
}
