import type { Transaction } from 'kysely'
import type { Copy, TrackedFile } from '../backup/catalog.ts'
import { insertRows, lists } from './batches.ts'
import type { CatalogDatabase } from './open.ts'
import { copyOf, itemOf } from './rows.ts'
import type { FileRow, Tables } from './schema.ts'
import { timeMs, timeText } from './times.ts'

/**
 * Takes files that are due. They stay due while they are in hand; a claim remembers for what (`due_no`), so that a file
 * that changes meanwhile keeps its new work (see record).
 */
export async function claimDue(
  db: CatalogDatabase,
  source: number,
  now: number,
  limit: number,
): Promise<TrackedFile[]> {
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('files')
      .selectAll()
      .where('source_id', '=', source)
      .where('next_attempt', '<=', timeText(now))
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('claims').select('file').whereRef('claims.file', '=', 'files.id'))),
      )
      .orderBy('next_attempt')
      .limit(limit)
      .execute()
    if (rows.length === 0) return []
    await insertRows(
      trx,
      'claims',
      rows.map((row) => ({ file: row.id, due_no: row.due_no })),
    )
    const copies = await copiesOf(
      trx,
      rows.map((row) => row.id),
    )
    return rows.map((row) => trackedFile(row, copies.get(row.id) ?? []))
  })
}

async function copiesOf(trx: Transaction<Tables>, files: number[]): Promise<Map<number, Copy[]>> {
  const copies = new Map<number, Copy[]>()
  for (const list of lists(files)) {
    const rows = await trx
      .selectFrom('copies')
      .innerJoin('files', 'files.id', 'copies.file')
      .selectAll('copies')
      .select('files.file_id')
      .where('copies.file', 'in', list)
      .where((where) =>
        where.or([where('place', '=', 'mirror'), where('copies.revision', '=', where.ref('files.revision'))]),
      )
      .execute()
    for (const row of rows) copies.set(row.file, [...(copies.get(row.file) ?? []), copyOf(row)])
  }
  return copies
}

function trackedFile(row: FileRow, copies: Copy[]): TrackedFile {
  return {
    row: row.id,
    source: row.source_id,
    item: itemOf(row),
    revision: row.revision,
    path: row.path,
    storedPath: row.stored_path,
    seenBy: row.seen_by,
    attempts: row.attempts,
    interrupted: row.interrupted === 1,
    copies,
  }
}

/** Gives files back as they were claimed. */
export async function release(db: CatalogDatabase, rows: number[]): Promise<void> {
  for (const list of lists(rows)) await db.deleteFrom('claims').where('file', 'in', list).execute()
}

/** At the start of a daemon: what an earlier run had in hand when it died is due still, and may be stored already. */
export async function recoverClaims(db: CatalogDatabase): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('files')
      .set({ interrupted: 1 })
      .where('id', 'in', (claimed) => claimed.selectFrom('claims').select('file'))
      .executeTakeFirst()
    await trx.deleteFrom('claims').execute()
    return Number(numUpdatedRows)
  })
}

/** To be asked between cycles, when nothing is in hand. */
export async function nextDue(db: CatalogDatabase, source: number, which: 'pending' | 'all'): Promise<number | null> {
  const row = await db
    .selectFrom('files')
    .select('next_attempt')
    .where('source_id', '=', source)
    .where('next_attempt', 'is not', null)
    .$if(which === 'pending', (query) => query.where('sync_status', '<>', 'failed'))
    .orderBy('next_attempt')
    .limit(1)
    .executeTakeFirst()
  return row?.next_attempt == null ? null : timeMs(row.next_attempt)
}
