import type { CatalogDatabase } from './open.ts'
import { saveSetting } from './settings.ts'

/** How the last self-test of a destination ended. */
export interface DestinationTest {
  /** Ms since 1970. */
  at: number
  ok: boolean
}

const PREFIX = 'destination_test.'

export function saveDestinationTest(db: CatalogDatabase, name: string, test: DestinationTest): Promise<void> {
  return saveSetting(db, `${PREFIX}${name}`, JSON.stringify(test))
}

/** By the name of the destination; those that were never tested are not in it. */
export async function destinationTests(db: CatalogDatabase): Promise<Map<string, DestinationTest>> {
  // A range, since `_` and `%` would mean something to `like`.
  const rows = await db
    .selectFrom('settings')
    .selectAll()
    .where('name', '>', PREFIX)
    .where('name', '<', `${PREFIX}\uffff`)
    .execute()
  return new Map(rows.map(({ name, value }) => [name.slice(PREFIX.length), JSON.parse(value) as DestinationTest]))
}
