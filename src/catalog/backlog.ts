import type { CatalogDatabase } from './open.ts'
import { timeMs } from './times.ts'

/** What is still to be copied, as far as it is known yet. */
export interface Backlog {
  files: number
  /** Of blobs; how large an export will be nobody knows beforehand. */
  bytes: number
  /** Whether a listing is under way, so that more may come. */
  listing: boolean
  /** When the first of those that wait for another attempt is due (ms); null when none waits. */
  nextAttempt: number | null
}

/** Reads every pending row: for a progress display now and then, not for each file. */
export async function backlog(db: CatalogDatabase): Promise<Backlog> {
  const pending = await db
    .selectFrom('files')
    .select((to) => [
      to.fn.countAll<number>().as('files'),
      to.fn.sum<number | null>('size').as('bytes'),
      to.fn.min('next_attempt').as('next'),
    ])
    .where('pending_since', 'is not', null) // has an index
    .where('sync_status', '=', 'pending')
    .executeTakeFirstOrThrow()
  const listing = await db.selectFrom('sources').select('id').where('scan_phase', 'is not', null).executeTakeFirst()
  return {
    files: pending.files,
    bytes: pending.bytes ?? 0,
    listing: listing !== undefined,
    nextAttempt: pending.next === null ? null : timeMs(pending.next),
  }
}
