import { sql, type Transaction } from 'kysely'
import type { NewCopy, Outcome } from '../backup/catalog.ts'
import { among, amongPairs, insertRows } from './batches.ts'
import type { CatalogDatabase } from './open.ts'
import type { Tables } from './schema.ts'
import { timeText } from './times.ts'

/** One transaction for all: copies first, then what the files have become, then the log. */
export async function record(db: CatalogDatabase, copies: NewCopy[], outcomes: Outcome[], now: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await recordCopies(trx, copies, timeText(now))
    await recordStates(trx, outcomes)
    await insertRows(
      trx,
      'sync_logs',
      outcomes.flatMap((outcome) => logLines(outcome, timeText(now))),
    )
  })
}

async function recordCopies(trx: Transaction<Tables>, stored: NewCopy[], at: string): Promise<void> {
  const sums = ({ file, stored: { md5, sha256 } }: NewCopy) => {
    const { content } = file.item
    const known = content.kind === 'blob' ? content : { md5: null, sha256: null }
    return { md5: md5 ?? known.md5, sha256: sha256 ?? known.sha256 }
  }
  await insertRows(
    trx,
    'revisions',
    stored.map((copy) => ({
      file: copy.file.row,
      revision: copy.file.revision,
      size: copy.stored.size,
      ...sums(copy),
      modified_time: timeText(copy.file.item.modifiedTime),
      captured_at: at,
    })),
    true,
  )
  await insertRows(
    trx,
    'copies',
    stored.map((copy) => ({
      file: copy.file.row,
      revision: copy.file.revision,
      destination: copy.destination,
      object_key: copy.key,
      version_id: copy.stored.versionId,
      etag: copy.stored.etag,
      size: copy.stored.size,
      sha256: sums(copy).sha256,
      place: 'mirror' as const,
      stored_at: at,
    })),
  )
  // A key that is used again is not to be removed any more. With the plus the list is read only if there are removals at all.
  const used = amongPairs(stored.map(({ destination, key }) => [destination, key]))
  if (stored.length > 0) await sql`delete from removals where (+destination, object_key) in ${used}`.execute(trx)
}

export async function forgetRemoval(trx: Transaction<Tables>, destination: string, key: string): Promise<void> {
  await trx.deleteFrom('removals').where('destination', '=', destination).where('object_key', '=', key).execute()
}

/** A file that changed while it was in hand keeps the work that the change made; only its claim ends. */
async function recordStates(trx: Transaction<Tables>, outcomes: Outcome[]): Promise<void> {
  const unchanged = (rows: number[]) =>
    trx
      .updateTable('files')
      .where('id', 'in', among(rows))
      .where(({ eb, selectFrom }) =>
        eb('due_no', '=', selectFrom('claims').select('claims.due_no').whereRef('claims.file', '=', 'files.id')),
      )
  const settled = { fault: null, last_error: null, attempts: 0, pending_since: null, next_attempt: null }
  const ends = Map.groupBy(outcomes, ({ end }) => (end.status === 'skipped' ? end.reason : end.status))
  for (const [name, group] of ends) {
    if (name === 'pending' || name === 'failed') continue
    const state =
      name === 'synced'
        ? ({ sync_status: 'synced', skip_reason: null } as const)
        : ({ sync_status: 'skipped', skip_reason: name } as const)
    await unchanged(group.map(({ file }) => file.row))
      .set({ ...settled, ...state })
      .execute()
  }
  for (const { file, end } of outcomes) {
    if (end.status !== 'pending' && end.status !== 'failed') continue
    await unchanged([file.row])
      .set({ sync_status: end.status, skip_reason: null, fault: end.fault.code, last_error: end.fault.message })
      .set({ attempts: end.attempts, next_attempt: end.nextAttempt === null ? null : timeText(end.nextAttempt) })
      .execute()
  }
  const rows = outcomes.map(({ file }) => file.row)
  await trx.deleteFrom('claims').where('file', 'in', among(rows)).execute()
  await recordDoubts(trx, outcomes)
}

/** What succeeded has looked after the doubts there were; what failed may have left something behind. */
async function recordDoubts(trx: Transaction<Tables>, outcomes: Outcome[]): Promise<void> {
  const settled = outcomes.filter(({ end, file }) => end.status === 'synced' && file.doubts.length > 0)
  const rows = settled.map(({ file }) => file.row)
  if (rows.length > 0) await trx.deleteFrom('doubts').where('file', 'in', among(rows)).execute()
  const failed = outcomes.filter(
    ({ end, faults }) => end.status !== 'synced' && end.status !== 'skipped' && faults.length > 0,
  )
  const left = failed.map(({ file }) => ({ file: file.row, stored_path: file.storedPath }))
  await insertRows(trx, 'doubts', left, true)
}

/** Deciding to skip a file, or to let it wait, is no operation: its row says why. */
function logLines({ file, copies, moves, faults, end, took }: Outcome, at: string) {
  const line = (action: string, message: string | null, bytes: number | null = null) => ({
    timestamp: at,
    source_id: file.source,
    file_id: file.item.id,
    path: file.path,
    action,
    message,
    bytes,
    duration_ms: took,
  })
  const lines = copies.map((copy) => line('stored', copy.destination, copy.stored.size))
  if (moves > 0) lines.push(line('re-keyed', null))
  if (end.status === 'failed') lines.push(line('failed', end.fault.message))
  if (end.status === 'pending' && faults.length > 0) lines.push(line('retrying', end.fault.message))
  return lines
}
