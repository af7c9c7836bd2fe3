import { sql } from 'kysely'
import type { Copy, Location } from '../backup/catalog.ts'
import type { UploadLog } from '../backup/destination.ts'
import { among } from './batches.ts'
import type { CatalogDatabase } from './open.ts'
import { forgetRemoval } from './record.ts'
import { copyOf } from './rows.ts'
import { timeText } from './times.ts'

export async function occupants(db: CatalogDatabase, destination: string, keys: string[]): Promise<Copy[]> {
  const rows = await withFileId(db)
    .where('destination', '=', destination)
    .where('object_key', 'in', among(keys))
    .where(IN_MIRROR)
    .execute()
  return rows.map(copyOf)
}

/** Written out, not as a parameter: only so can SQLite see that the index on the mirror's keys applies. */
const IN_MIRROR = sql<boolean>`place = 'mirror'`

export async function copyById(db: CatalogDatabase, id: number): Promise<Copy | null> {
  const row = await withFileId(db).where('copies.id', '=', id).executeTakeFirst()
  return row === undefined ? null : copyOf(row)
}

/** Whether anything was ever stored at this destination. */
export async function hasCopies(db: CatalogDatabase, destination: string): Promise<boolean> {
  const row = await db
    .selectFrom('copies')
    .select('id')
    .where('destination', '=', destination)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Large uploads under way are of no use when the destination turns out to be another place. */
export async function forgetUploads(db: CatalogDatabase, destination: string): Promise<void> {
  await db.deleteFrom('uploads').where('destination', '=', destination).execute()
}

function withFileId(db: CatalogDatabase) {
  return db
    .selectFrom('copies')
    .innerJoin('files', 'files.id', 'copies.file')
    .selectAll('copies')
    .select('files.file_id')
}

export async function recordMoved(db: CatalogDatabase, copy: Copy, to: Location, remove: string | null): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('copies')
      .set({ object_key: to.key, version_id: to.versionId, etag: to.etag, place: to.place })
      .where('id', '=', copy.id)
      .execute()
    // A key that is used again is not to be removed any more.
    if (to.key !== remove) await forgetRemoval(trx, copy.destination, to.key)
    if (remove !== null)
      await trx
        .insertInto('removals')
        .values({ destination: copy.destination, object_key: remove })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
  })
}

export async function recordLost(db: CatalogDatabase, copy: Copy, now: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('copies').where('id', '=', copy.id).execute()
    // Its file may be synced and at rest: without this, nobody would look at it again.
    await trx
      .updateTable('files')
      .set((to) => ({
        sync_status: 'pending',
        skip_reason: null,
        pending_since: to.fn.coalesce('pending_since', to.val(timeText(now))),
        next_attempt: to.fn.coalesce('next_attempt', to.val(timeText(now))),
        due_no: to('due_no', '+', 1),
      }))
      .where('id', '=', copy.file)
      .where('removed_at', 'is', null)
      .where('revision', '=', copy.revision)
      .execute()
    await trx
      .insertInto('sync_logs')
      .values({
        timestamp: timeText(now),
        source_id: null,
        file_id: copy.fileId,
        path: null,
        action: 'lost',
        message: `${copy.destination}: ${copy.key} is not there any more`,
        bytes: copy.size,
      })
      .execute()
  })
}

/** Multipart uploads under way. */
export function uploadLog(db: CatalogDatabase, now: () => number): UploadLog {
  const at = (destination: string, key: string) => ({ destination, object_key: key })
  return {
    async find(destination, key) {
      const row = await db
        .selectFrom('uploads')
        .selectAll()
        .where('destination', '=', destination)
        .where('object_key', '=', key)
        .executeTakeFirst()
      if (row === undefined) return null
      const parts = await db
        .selectFrom('upload_parts')
        .select(['number', 'size', 'etag', 'sha256'])
        .where('destination', '=', destination)
        .where('object_key', '=', key)
        .orderBy('number')
        .execute()
      return { destination, key, uploadId: row.upload_id, revision: row.revision, partSize: row.part_size, parts }
    },
    async begin({ destination, key, uploadId, revision, partSize }) {
      const row = { upload_id: uploadId, revision, part_size: partSize, updated_at: timeText(now()) }
      await db.transaction().execute(async (trx) => {
        // Its parts go with it.
        await trx.deleteFrom('uploads').where('destination', '=', destination).where('object_key', '=', key).execute()
        await trx
          .insertInto('uploads')
          .values({ ...at(destination, key), ...row })
          .execute()
      })
    },
    async part(destination, key, { number, size, etag, sha256 }) {
      const row = { size, etag, sha256 }
      await db
        .insertInto('upload_parts')
        .values({ ...at(destination, key), number, ...row })
        .onConflict((conflict) => conflict.columns(['destination', 'object_key', 'number']).doUpdateSet(row))
        .execute()
    },
    async end(destination, key) {
      await db.deleteFrom('uploads').where('destination', '=', destination).where('object_key', '=', key).execute()
    },
  }
}
