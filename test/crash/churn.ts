/**
 * Writes to a catalog without end, and has SQLite rewrite and tidy it now and then: somebody to kill. Prints the number of
 * each transaction once it is committed.
 *
 *   node test/crash/churn.ts CATALOG_FILE
 */
import { sql } from 'kysely'
import { openCatalog } from '../../src/catalog/open.ts'
import { saveSetting, setting } from '../../src/catalog/settings.ts'

const db = await openCatalog(process.argv[2] ?? '')
const before = Number((await setting(db, 'count')) ?? 0)
for (let count = before + 1; ; count++) {
  await db.transaction().execute(async (trx) => {
    // Two rows that must always agree, and bulk, so that there is something to tear.
    await saveSetting(trx, 'count', String(count))
    await saveSetting(trx, `filler ${count % 50}`, `${count} `.repeat(5000))
    await saveSetting(trx, 'count again', String(count))
  })
  console.log(count)
  if (count % 7 === 0) await sql`vacuum`.execute(db)
  if (count % 5 === 0) await sql`pragma wal_checkpoint(truncate)`.execute(db)
}
