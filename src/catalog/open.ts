import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, SqliteAdapter, SqliteDialect, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { makeFolder } from '../make-folder.ts'
import { carryOver, FORMER } from './carry-over.ts'
import { catalog } from './migrations/0001-catalog.ts'
import { layouts } from './migrations/0003-layouts.ts'
import { placements } from './migrations/0004-placements.ts'
import type { Tables } from './schema.ts'

export type CatalogDatabase = Kysely<Tables>

const MIGRATIONS: Record<string, Migration> = {
  '0001-catalog': catalog,
  '0003-layouts': layouts,
  '0004-placements': placements,
}

/** Somebody's VACUUM in another program can take long; longer than this, and it is better to say so. */
const BUSY_MS = 30_000

/** Prepared statements kept at the most: the shapes of our queries are few, except for the tails of batches. */
const STATEMENTS = 500

/**
 * Opens the catalog, made or brought up to date as needed. Other programs (`sqlite3`, the command line beside a running
 * daemon) may read and write at the same time: it is in WAL mode, and a locked moment is waited for.
 * `busyMs`: for how long. Throws when the file is not a database, or was written by a newer version.
 */
export async function openCatalog(file: string, { busyMs = BUSY_MS } = {}): Promise<CatalogDatabase> {
  makeFolder(dirname(file))
  const sqlite = new Database(file)
  sqlite.pragma(`busy_timeout = ${busyMs}`)
  sqlite.pragma('journal_mode = WAL')
  // In WAL mode this can lose the last transactions on a power cut, never tear the file; a lost record is looked at again.
  sqlite.pragma('synchronous = NORMAL')
  sqlite.pragma('foreign_keys = ON')
  sqlite.pragma('cache_size = -32000')
  // Pages that change again and again are then written back once for many changes; the log stays around 16 MB.
  sqlite.pragma('wal_autocheckpoint = 4000')
  const db = new Kysely<Tables>({ dialect: new Dialect({ database: cachingStatements(sqlite) }) })
  try {
    await bringUpToDate(db, file)
    return db
  } catch (error) {
    await db.destroy()
    throw error
  }
}

/** SQLite can take back changes of tables like all others; Kysely believes that it cannot, and would commit half of a migration. */
class Dialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new (class extends SqliteAdapter {
      override get supportsTransactionalDdl(): boolean {
        return true
      }
    })()
  }
}

/** All or nothing, also amid a kill or on a full disk; and one program at a time, while the others wait. */
async function bringUpToDate(db: CatalogDatabase, file: string): Promise<void> {
  const names = Object.keys(MIGRATIONS)
  const before = await applied(db)
  if (before.join() === names.join()) return
  try {
    await db.transaction().execute(async (trx) => {
      // Asked again: another program may have brought it up to date while this one waited.
      if ((await applied(trx)).join() === FORMER.join()) await carryOver(trx as unknown as Kysely<never>)
      const migrator = new Migrator({ db: trx, provider: { getMigrations: async () => MIGRATIONS } })
      const { error } = await migrator.migrateToLatest()
      if (error !== undefined) throw error
    })
  } catch (cause) {
    const unknown = before.filter((name) => !names.includes(name))
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      unknown.length > 0
        ? `${file}: the catalog was written by a newer version of Drivekeep (it has ${unknown.join(', ')}). Run that one.`
        : `${file}: the catalog cannot be brought up to date: ${why}`,
      { cause },
    )
  }
}

/** The migrations that this catalog has had, in order. */
async function applied(db: CatalogDatabase): Promise<string[]> {
  const tables = await sql`select 1 from sqlite_master where name = 'kysely_migration'`.execute(db)
  if (tables.rows.length === 0) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  return rows.map(({ name }) => name)
}

/**
 * As shipped, Kysely prepares every query anew; kept statements make lookups five times as fast.
 *
 * A transaction asks for the right to write as it begins, and waits for it. Otherwise one that reads first would fail, and
 * could not wait, whenever another connection (the dashboard's, the command line's) wrote between its reading and its writing.
 */
function cachingStatements(sqlite: Database.Database): Database.Database {
  const kept = new Map<string, Database.Statement>()
  const prepare = sqlite.prepare.bind(sqlite)
  sqlite.prepare = ((source: string) => {
    // On a full disk SQLite has rolled back by itself, and a second rollback's error would hide the first one.
    if (source === 'rollback' && !sqlite.inTransaction) return prepare('select 1 where 0')
    const known = kept.get(source)
    if (known !== undefined) return known
    const statement = prepare(source === 'begin' ? 'begin immediate' : source)
    if (kept.size >= STATEMENTS) kept.delete(kept.keys().next().value ?? '')
    kept.set(source, statement)
    return statement
  }) as typeof sqlite.prepare
  return sqlite
}
