import type { Transaction } from 'kysely'
import type { Copy, TrackedFile } from '../backup/catalog.ts'
import { type Selection, selector } from '../backup/selection.ts'
import { among, insertRows } from './batches.ts'
import { chosenFolders } from './chosen-folders.ts'
import type { CatalogDatabase } from './open.ts'
import { copyOf, ITEM_COLUMNS, itemOf } from './rows.ts'
import type { FileRow, Tables } from './schema.ts'
import { timeMs, timeText } from './times.ts'

/** What a file in hand needs: a row has twice as many, and each costs. */
const COLUMNS = [
  ...ITEM_COLUMNS,
  'id',
  'source_id',
  'file_id',
  'path',
  'stored_path',
  'seen_by',
  'removed_at',
  'attempts',
  'due_no',
] as const

/**
 * Takes files that are due. They stay due while they are in hand; a claim remembers for what (`due_no`), so that a file
 * that changes meanwhile keeps its new work (see record).
 */
export async function claimDue(
  db: CatalogDatabase,
  source: number,
  now: number,
  limit: number,
  selection: Selection | null,
): Promise<TrackedFile[]> {
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('files')
      .select(COLUMNS)
      .where('source_id', '=', source)
      .where('next_attempt', '<=', timeText(now))
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('claims').select('file').whereRef('claims.file', '=', 'files.id'))),
      )
      .orderBy('next_attempt', 'desc')
      .limit(limit)
      .execute()
    if (rows.length === 0) return []
    await insertRows(
      trx,
      'claims',
      rows.map((row) => ({ file: row.id, due_no: row.due_no, stored_path: row.stored_path })),
    )
    const ids = rows.map((row) => row.id)
    const copies = await copiesOf(trx, ids)
    const doubts = await doubtsOf(trx, ids)
    const selects = selection === null ? () => true : selector(selection, await chosenFolders(trx, source, selection))
    return rows.map((row) => {
      const selected = selects({ parentId: row.parent_id, storedPath: row.stored_path })
      return trackedFile(row, selected, copies.get(row.id) ?? [], doubts.get(row.id) ?? [])
    })
  })
}

async function copiesOf(trx: Transaction<Tables>, files: number[]): Promise<Map<number, Copy[]>> {
  const copies = new Map<number, Copy[]>()
  const rows = await trx
    .selectFrom('copies')
    .innerJoin('files', 'files.id', 'copies.file')
    .selectAll('copies')
    .select('files.file_id')
    .where('copies.file', 'in', among(files))
    .where((where) =>
      where.or([where('place', '=', 'mirror'), where('copies.revision', '=', where.ref('files.revision'))]),
    )
    .execute()
  for (const row of rows) copies.set(row.file, [...(copies.get(row.file) ?? []), copyOf(row)])
  return copies
}

async function doubtsOf(trx: Transaction<Tables>, files: number[]): Promise<Map<number, string[]>> {
  const doubts = new Map<number, string[]>()
  const rows = await trx.selectFrom('doubts').selectAll().where('file', 'in', among(files)).execute()
  for (const { file, stored_path } of rows) doubts.set(file, [...(doubts.get(file) ?? []), stored_path])
  return doubts
}

function trackedFile(
  row: Pick<FileRow, (typeof COLUMNS)[number]>,
  selected: boolean,
  copies: Copy[],
  doubts: string[],
): TrackedFile {
  return {
    row: row.id,
    source: row.source_id,
    item: itemOf(row),
    revision: row.revision,
    path: row.path,
    storedPath: row.stored_path,
    seenBy: row.seen_by,
    gone: row.removed_at !== null,
    selected,
    attempts: row.attempts,
    copies,
    doubts,
  }
}

/** Gives files back as they were claimed. */
export async function release(db: CatalogDatabase, rows: number[]): Promise<void> {
  if (rows.length > 0) await db.deleteFrom('claims').where('file', 'in', among(rows)).execute()
}

/** Gives files back that may be stored, though nobody wrote it down. */
export async function drop(db: CatalogDatabase, rows: number[]): Promise<void> {
  if (rows.length === 0) return
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('doubts')
      .columns(['file', 'stored_path'])
      .expression((from) => from.selectFrom('claims').select(['file', 'stored_path']).where('file', 'in', among(rows)))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    await trx.deleteFrom('claims').where('file', 'in', among(rows)).execute()
  })
}

/** At the start of a daemon: what an earlier run had in hand when it died is due still, and may be stored already. */
export async function recoverClaims(db: CatalogDatabase): Promise<number> {
  const claims = await db.selectFrom('claims').select('file').execute()
  await drop(
    db,
    claims.map((claim) => claim.file),
  )
  return claims.length
}

export async function hasten(db: CatalogDatabase, source: number, now: number): Promise<void> {
  await db
    .updateTable('files')
    .set({ next_attempt: timeText(now) })
    .where('source_id', '=', source)
    .where('sync_status', '=', 'pending')
    .where('next_attempt', '>', timeText(now))
    .execute()
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
