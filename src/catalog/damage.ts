import { sql } from 'kysely'
import type { CatalogDatabase } from './open.ts'

/** What is wrong with the file of the catalog, in SQLite's words, at most three of them; reads all of it, seconds for a million files. */
export async function findDamage(db: CatalogDatabase): Promise<string[]> {
  const { rows } = await sql<{ quick_check: string }>`pragma quick_check(3)`.execute(db)
  return rows.map((row) => row.quick_check).filter((found) => found !== 'ok')
}
