import { sql, type Transaction } from 'kysely'
import type { Copy, NewCopy, Outcome, TrackedFile } from '../backup/catalog.ts'
import { SKIP_REASONS } from '../backup/faults.ts'
import type { CatalogDatabase } from './open.ts'
import { CHUNK } from './place.ts'
import { copyOf, itemOf } from './rows.ts'
import type { FileRow, Tables } from './schema.ts'
import { timeMs, timeText } from './times.ts'

/**
 * Takes files that are due. A claimed file has no next attempt; when the watch sets one while the file is in hand, the
 * file has changed meanwhile, and the outcome then says nothing about its new state (see record).
 */
export async function claimDue(
  db: CatalogDatabase,
  source: number,
  now: number,
  limit: number,
): Promise<TrackedFile[]> {
  return db.transaction().execute(async (trx) => {
    const due = await trx
      .selectFrom('files')
      .select('id')
      .where('source_id', '=', source)
      .where('next_attempt', '<=', timeText(now))
      .where('claimed_at', 'is', null)
      .orderBy('next_attempt')
      .limit(limit)
      .execute()
    if (due.length === 0) return []
    const ids = due.map((row) => row.id)
    const rows = await trx.selectFrom('files').selectAll().where('id', 'in', ids).execute()
    await trx
      .updateTable('files')
      .set({ claimed_at: timeText(now), next_attempt: null })
      .where('id', 'in', ids)
      .execute()
    const copies = await copiesOf(trx, ids)
    return rows.map((row) => trackedFile(row, copies.get(row.id) ?? []))
  })
}

async function copiesOf(trx: Transaction<Tables>, files: number[]): Promise<Map<number, Copy[]>> {
  const rows = await trx
    .selectFrom('copies')
    .innerJoin('files', 'files.id', 'copies.file')
    .selectAll('copies')
    .select('files.file_id')
    .where('copies.file', 'in', files)
    .where((where) =>
      where.or([where('place', '=', 'mirror'), where('copies.revision', '=', where.ref('files.revision'))]),
    )
    .execute()
  const copies = new Map<number, Copy[]>()
  for (const row of rows) copies.set(row.file, [...(copies.get(row.file) ?? []), copyOf(row)])
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
export async function release(db: CatalogDatabase, rows: number[], now: number): Promise<void> {
  for (let i = 0; i < rows.length; i += CHUNK) {
    const ids = rows.slice(i, i + CHUNK)
    await db
      .updateTable('files')
      .set((to) => ({ claimed_at: null, next_attempt: to.fn.coalesce('next_attempt', to.val(timeText(now))) }))
      .where('id', 'in', ids)
      .where('claimed_at', 'is not', null)
      .execute()
  }
}

/** At the start of a daemon: what an earlier run had in hand when it died is due again, and may be stored already. */
export async function recoverClaims(db: CatalogDatabase, now: number): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('files')
    .set((to) => ({
      claimed_at: null,
      interrupted: 1,
      next_attempt: to.fn.coalesce('next_attempt', to.val(timeText(now))),
    }))
    .where('claimed_at', 'is not', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

export async function nextDue(db: CatalogDatabase, source: number, which: 'pending' | 'all'): Promise<number | null> {
  const row = await db
    .selectFrom('files')
    .select('next_attempt')
    .where('source_id', '=', source)
    .where('next_attempt', 'is not', null)
    .where('claimed_at', 'is', null)
    .$if(which === 'pending', (query) => query.where('sync_status', '<>', 'failed'))
    .orderBy('next_attempt')
    .limit(1)
    .executeTakeFirst()
  return row?.next_attempt == null ? null : timeMs(row.next_attempt)
}

/** One transaction for all: copies first, then what the files have become, then the log. */
export async function record(db: CatalogDatabase, copies: NewCopy[], outcomes: Outcome[], now: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (let i = 0; i < copies.length; i += CHUNK) await recordCopies(trx, copies.slice(i, i + CHUNK), now)
    await recordStates(trx, outcomes)
    const lines = outcomes.flatMap((outcome) => logLines(outcome, now))
    for (let i = 0; i < lines.length; i += CHUNK)
      await trx
        .insertInto('sync_logs')
        .values(lines.slice(i, i + CHUNK))
        .execute()
  })
}

async function recordCopies(trx: Transaction<Tables>, stored: NewCopy[], now: number): Promise<void> {
  await trx
    .insertInto('revisions')
    .values(
      stored.map(({ file, stored: { size, md5, sha256 } }) => ({
        file: file.row,
        revision: file.revision,
        size,
        md5: md5 ?? (file.item.content.kind === 'blob' ? file.item.content.md5 : null),
        sha256: sha256 ?? (file.item.content.kind === 'blob' ? file.item.content.sha256 : null),
        modified_time: timeText(file.item.modifiedTime),
        captured_at: timeText(now),
      })),
    )
    .onConflict((conflict) => conflict.columns(['file', 'revision']).doNothing())
    .execute()
  await trx
    .insertInto('copies')
    .values(
      stored.map(({ file, destination, key, stored: { versionId, etag, size, sha256 } }) => ({
        file: file.row,
        revision: file.revision,
        destination,
        object_key: key,
        version_id: versionId,
        etag,
        size,
        sha256: sha256 ?? (file.item.content.kind === 'blob' ? file.item.content.sha256 : null),
        place: 'mirror' as const,
        stored_at: timeText(now),
      })),
    )
    .execute()
  // A key that is used again is not to be removed any more.
  const used = sql.join(stored.map(({ destination, key }) => sql`(${destination}, ${key})`))
  await sql`delete from removals where (destination, object_key) in (values ${used})`.execute(trx)
}

export async function forgetRemoval(trx: Transaction<Tables>, destination: string, key: string): Promise<void> {
  await trx.deleteFrom('removals').where('destination', '=', destination).where('object_key', '=', key).execute()
}

async function recordStates(trx: Transaction<Tables>, outcomes: Outcome[]): Promise<void> {
  /** Only files that did not change while they were in hand. */
  const unchanged = (ids: number[]) => trx.updateTable('files').where('id', 'in', ids).where('next_attempt', 'is', null)
  const settled = { skip_reason: null, fault: null, last_error: null, attempts: 0, pending_since: null }
  const rows = (chosen: Outcome[]) => chosen.map(({ file }) => file.row)

  const synced = outcomes.filter(({ end }) => end.status === 'synced')
  if (synced.length > 0)
    await unchanged(rows(synced))
      .set({ ...settled, sync_status: 'synced' })
      .execute()
  for (const [reason, skipped] of Map.groupBy(outcomes, ({ end }) => (end.status === 'skipped' ? end.reason : null)))
    if (reason !== null)
      await unchanged(rows(skipped))
        .set({ ...settled, sync_status: 'skipped', skip_reason: reason })
        .execute()
  for (const { file, end } of outcomes) {
    if (end.status !== 'pending' && end.status !== 'failed') continue
    const next_attempt = end.nextAttempt === null ? null : timeText(end.nextAttempt)
    await unchanged([file.row])
      .where('removed_at', 'is', null)
      .set({ sync_status: end.status, skip_reason: null, fault: end.fault.code, last_error: end.fault.message })
      .set({ attempts: end.attempts, next_attempt })
      .execute()
  }
  const all = rows(outcomes)
  await trx.updateTable('files').set({ claimed_at: null, interrupted: 0 }).where('id', 'in', all).execute()
}

function logLines({ file, copies, moves, end, took }: Outcome, now: number) {
  const line = (action: string, message: string | null, bytes: number | null = null) => ({
    timestamp: timeText(now),
    source_id: file.source,
    file_id: file.item.id,
    path: file.path,
    action,
    message,
    bytes,
    duration_ms: took,
  })
  const lines = copies.map((copy) => line('stored', `${copy.destination}: ${copy.key}`, copy.stored.size))
  if (moves > 0) lines.push(line('re-keyed', null))
  if (end.status === 'skipped') lines.push(line('skipped', SKIP_REASONS[end.reason]))
  if (end.status === 'failed') lines.push(line('failed', end.fault.message))
  if (end.status === 'pending') lines.push(line('retrying', end.fault.message))
  return lines
}
