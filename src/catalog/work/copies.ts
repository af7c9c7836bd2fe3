import { sql, type Transaction } from 'kysely'
import type { Copy, Location } from '../../backup/model/catalog.ts'
import type { Head, UploadLog } from '../../backup/model/destination.ts'
import { PRIORITY } from '../../backup/plan/priority.ts'
import { amongPairs } from '../batches.ts'
import type { DestinationIds } from '../destination-ids.ts'
import { copyOf } from '../items/rows.ts'
import type { CatalogDatabase } from '../open.ts'
import type { CopyRow, Tables } from '../schema.ts'
import { timeText } from '../times.ts'
import { makeDue, numbered } from './deliveries.ts'

/** The copies that lie under these keys, with the numbers of their destinations: versions that the bucket itself keeps do not. */
export async function copiesAt(
  trx: Transaction<Tables>,
  ids: DestinationIds,
  keys: readonly (readonly [number, string])[],
): Promise<[number, Copy][]> {
  if (keys.length === 0) return []
  const pairs = amongPairs(keys)
  const { rows } = await sql<CopyRow & { file_id: string }>`
    select c.*, i.file_id from copies c join items i on i.id = c.file
    where (c.destination, c.object_key) in ${pairs} and c.place = 'history' and c.version_id is null
    union all
    select c.*, i.file_id from copies c join items i on i.id = c.file
    where (c.destination, c.object_key) in ${pairs} and c.place = 'mirror'`.execute(trx)
  return Promise.all(
    rows.map(async (row) => [row.destination, copyOf(row, await ids.name(row.destination))] as [number, Copy]),
  )
}

export async function copyById(db: CatalogDatabase, ids: DestinationIds, id: number): Promise<Copy | null> {
  const row = await db
    .selectFrom('copies')
    .innerJoin('items', 'items.id', 'copies.file')
    .selectAll('copies')
    .select('items.file_id')
    .where('copies.id', '=', id)
    .executeTakeFirst()
  return row === undefined ? null : copyOf(row, await ids.name(row.destination))
}

/** The copies of these contents at a destination, wherever they are. */
export async function copiesOf(
  db: CatalogDatabase,
  ids: DestinationIds,
  destination: string,
  contents: readonly { fileId: string; revision: string }[],
): Promise<Copy[]> {
  const pairs = amongPairs(contents.map(({ fileId, revision }) => [fileId, revision]))
  const { rows } = await sql<CopyRow & { file_id: string }>`
    select c.*, i.file_id from sources s cross join items i on i.source_id = s.id cross join copies c on c.file = i.id
    where i.file_id in (select value ->> 0 from json_each(${JSON.stringify(contents.map(({ fileId }) => [fileId]))}))
      and (i.file_id, c.revision) in ${pairs} and c.destination = ${await ids.of(destination)}`.execute(db)
  return rows.map((row) => copyOf(row, destination))
}

/** Whether anything was ever stored at this destination. */
export async function hasCopies(db: CatalogDatabase, destination: string): Promise<boolean> {
  const row = await db
    .selectFrom('copies')
    .innerJoin('destinations', 'destinations.id', 'copies.destination')
    .select('copies.id')
    .where('destinations.name', '=', destination)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Large uploads under way are of no use when the destination turns out to be another place. */
export async function forgetUploads(db: CatalogDatabase, destination: string): Promise<void> {
  await db
    .deleteFrom('uploads')
    .where('destination', 'in', (of) => of.selectFrom('destinations').select('id').where('name', '=', destination))
    .execute()
}

/** A copy is somewhere else now. The key that it left stays a write until the delivery is settled. */
export async function recordMoved(db: CatalogDatabase, ids: DestinationIds, copy: Copy, to: Location): Promise<void> {
  // Before the transaction, which holds the only connection.
  const destination = await ids.of(copy.destination)
  await db.transaction().execute(async (trx) => {
    if (to.place === 'mirror') await vacate(trx, destination, [{ ...copy, object_key: to.key }], copy.id)
    await trx
      .updateTable('copies')
      .set({ object_key: to.key, version_id: to.versionId, etag: to.etag, place: to.place })
      .where('id', '=', copy.id)
      .execute()
  })
}

/** A copy that is about to be recorded: of this item. */
type Arriving = Pick<CopyRow, 'object_key' | 'file' | 'revision'>

/**
 * Keys of the mirror are written again: what lay there is history where the bucket keeps versions, and is stored elsewhere
 * otherwise. That holds for what was left in place as history as well. Where a key is named after its content, and two sources
 * show the file, the copy of the other one stays.
 */
export async function vacate(
  trx: Transaction<Tables>,
  destination: number,
  arriving: readonly Arriving[],
  but: number | null = null,
): Promise<void> {
  const keys = JSON.stringify(arriving.map((row) => row.object_key))
  const at = sql`destination = ${destination}
    and object_key in (select value from json_each(${keys})) and id is not ${but}`
  // A first backup finds nothing there, so one question comes before three changes.
  const { rows } = await sql`select 1 where exists (select 1 from copies where ${at} and place = 'mirror')
    or exists (select 1 from copies where ${at} and place = 'history' and version_id is null)`.execute(trx)
  if (rows.length === 0) return
  const all = JSON.stringify(arriving.map(({ object_key, file, revision }) => [object_key, file, revision]))
  const gone = sql`${at} and not exists (
    select 1 from json_each(${all}) a cross join items mine on mine.id = a.value ->> 1 cross join items theirs on theirs.id = copies.file
    where a.value ->> 0 = copies.object_key and a.value ->> 2 = copies.revision
      and mine.file_id = theirs.file_id and mine.id <> theirs.id)`
  await sql`update copies set place = 'history' where ${gone} and place = 'mirror' and version_id is not null`.execute(
    trx,
  )
  await sql`delete from copies where ${gone} and place = 'mirror'`.execute(trx)
  await sql`delete from copies where ${gone} and place = 'history' and version_id is null`.execute(trx)
}

/** The bytes of a copy of the mirror have been copied to `as`; the copy itself stays until its key is written. */
export async function recordKept(
  db: CatalogDatabase,
  ids: DestinationIds,
  copy: Copy,
  as: Location,
  now: number,
): Promise<void> {
  const { file, revision, size, sha256 } = copy
  const destination = await ids.of(copy.destination)
  const row = { file, revision, destination, object_key: as.key, version_id: as.versionId, etag: as.etag, size, sha256 }
  await db.transaction().execute(async (trx) => {
    // Said twice it is one copy; another source that shows the same file has its own under the same key.
    await trx
      .deleteFrom('copies')
      .where('destination', '=', destination)
      .where('object_key', '=', as.key)
      .where('file', '=', file)
      .where('id', '<>', copy.id)
      .execute()
    await trx
      .insertInto('copies')
      .values({ ...row, place: 'history', stored_at: timeText(now) })
      .execute()
  })
}

export async function recordSuperseded(db: CatalogDatabase, copy: Copy): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('copies')
    .where('id', '=', copy.id)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('copies as other')
          .select('other.id')
          .whereRef('other.file', '=', 'copies.file')
          .whereRef('other.revision', '=', 'copies.revision')
          .whereRef('other.destination', '=', 'copies.destination')
          .whereRef('other.id', '<>', 'copies.id'),
      ),
    )
    .executeTakeFirst()
  return Number(numDeletedRows) > 0
}

export async function recordLost(db: CatalogDatabase, copy: Copy, now: number): Promise<void> {
  await db.transaction().execute((trx) => lose(trx, copy, now))
}

async function lose(trx: Transaction<Tables>, copy: Copy, now: number): Promise<void> {
  const { numDeletedRows } = await trx.deleteFrom('copies').where('id', '=', copy.id).executeTakeFirst()
  if (Number(numDeletedRows) === 0) return
  const { source_id, path } = await dueAgain(trx, copy, now)
  await trx
    .insertInto('sync_logs')
    .values({
      timestamp: timeText(now),
      source_id,
      file_id: copy.fileId,
      path,
      action: 'lost',
      message: `${copy.key} is not there any more`,
      destination: copy.destination,
      bytes: copy.size,
    })
    .execute()
}

export async function recordFoundElsewhere(
  db: CatalogDatabase,
  copy: Copy,
  to: Location | null,
  now: number,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (to === null) await trx.deleteFrom('copies').where('id', '=', copy.id).execute()
    else
      await trx
        .updateTable('copies')
        .set({ object_key: to.key, version_id: to.versionId, etag: to.etag, place: to.place })
        .where('id', '=', copy.id)
        .execute()
    await dueAgain(trx, copy, now)
  })
}

/** The file of a copy that is not where it was may be at rest: without this, nobody would look at it again. */
async function dueAgain(
  trx: Transaction<Tables>,
  copy: Copy,
  now: number,
): Promise<{ source_id: number; path: string }> {
  const file = await trx
    .selectFrom('items')
    .select(['id', 'source_id', 'path', 'revision', 'removed_at', 'skip_reason'])
    .where('id', '=', copy.file)
    .executeTakeFirstOrThrow()
  const wanted = file.removed_at === null && file.skip_reason === null && file.revision === copy.revision
  if (wanted) await makeDue(trx, numbered([file.id]), { priority: PRIORITY.retry, now, again: false })
  return file
}

/** An object in storage is a copy of a known file that was not recorded. False: the file is not known, or it is too large by its label. */
export async function adopt(
  db: CatalogDatabase,
  ids: DestinationIds,
  destination: string,
  found: Head & Location,
  now: number,
): Promise<boolean> {
  const { fileId, revision, key, place, ...head } = found
  if (fileId === null || revision === null) return false
  const number = await ids.of(destination)
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: number; revision: string; size: number | null; modified_time: string }>`
      select i.id, i.revision, i.size, i.modified_time from sources s cross join items i on i.source_id = s.id
      where i.file_id = ${fileId} order by instr(${key}, '/' || s.name || '/') > 0 desc, i.id limit 1`.execute(trx)
    const item = rows[0]
    if (item === undefined || (item.revision === revision && item.size !== null && item.size !== head.size))
      return false
    const at = timeText(now)
    await trx
      .insertInto('revisions')
      .values({
        file: item.id,
        revision,
        size: head.size,
        md5: null,
        sha256: head.sha256,
        modified_time: item.modified_time,
        captured_at: at,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    if (place === 'mirror') {
      // What the catalog believed to be there is not.
      for (const [, copy] of await copiesAt(trx, ids, [[number, key]])) {
        if (copy.versionId !== null) continue
        if (!(await recordSuperseded(trx, copy))) await lose(trx, copy, now)
        else await dueAgain(trx, copy, now)
      }
    }
    await vacate(trx, number, [{ object_key: key, file: item.id, revision }])
    await trx
      .insertInto('copies')
      .values({
        file: item.id,
        revision,
        destination: number,
        object_key: key,
        version_id: head.versionId,
        etag: head.etag,
        size: head.size,
        sha256: head.sha256,
        place,
        stored_at: at,
      })
      .execute()
    // It may belong somewhere else by now.
    if (place === 'mirror') await makeDue(trx, numbered([item.id]), { priority: PRIORITY.reKey, now, again: false })
    return true
  })
}

/** Multipart uploads under way. */
export function uploadLog(db: CatalogDatabase, now: () => number, ids: DestinationIds): UploadLog {
  return {
    async find(destination, key) {
      const id = await ids.of(destination)
      const row = await db
        .selectFrom('uploads')
        .selectAll()
        .where('destination', '=', id)
        .where('object_key', '=', key)
        .executeTakeFirst()
      if (row === undefined) return null
      const parts = await db
        .selectFrom('upload_parts')
        .select(['number', 'size', 'etag', 'sha256'])
        .where('destination', '=', id)
        .where('object_key', '=', key)
        .orderBy('number')
        .execute()
      return { destination, key, uploadId: row.upload_id, revision: row.revision, partSize: row.part_size, parts }
    },
    async begin({ destination, key, uploadId, revision, partSize }) {
      const id = await ids.of(destination)
      const row = { upload_id: uploadId, revision, part_size: partSize, updated_at: timeText(now()) }
      await db.transaction().execute(async (trx) => {
        // Its parts go with it.
        await trx.deleteFrom('uploads').where('destination', '=', id).where('object_key', '=', key).execute()
        await trx
          .insertInto('uploads')
          .values({ destination: id, object_key: key, ...row })
          .execute()
      })
    },
    async part(destination, key, { number, size, etag, sha256 }) {
      const row = { size, etag, sha256 }
      await db
        .insertInto('upload_parts')
        .values({ destination: await ids.of(destination), object_key: key, number, ...row })
        .onConflict((conflict) => conflict.columns(['destination', 'object_key', 'number']).doUpdateSet(row))
        .execute()
    },
    async end(destination, key) {
      await db
        .deleteFrom('uploads')
        .where('destination', '=', await ids.of(destination))
        .where('object_key', '=', key)
        .execute()
    },
  }
}
