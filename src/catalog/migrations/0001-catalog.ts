import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { ITEMS } from '../schema/items.ts'
import { LOGS } from '../schema/logs.ts'
import { PEOPLE } from '../schema/people.ts'
import { SOURCES } from '../schema/sources.ts'
import { WORK } from '../schema/work.ts'

/**
 * All tables of the catalog. The checks repeat the types of backup/: a row the type cannot hold, the table refuses.
 * Times are UTC text (see times.ts), booleans 0 or 1, sizes bytes.
 */
export const catalog: Migration = { up: createTables }

export async function createTables(db: Kysely<never>): Promise<void> {
  for (const statement of [...SOURCES, ...ITEMS, ...WORK, ...LOGS, ...PEOPLE]) await sql.raw(statement).execute(db)
}
