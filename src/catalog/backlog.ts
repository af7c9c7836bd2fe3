import type { CatalogDatabase } from './open.ts'
import { fileTallies } from './tallies.ts'
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

export async function backlog(db: CatalogDatabase): Promise<Backlog> {
  const { pending, pendingBytes } = (await fileTallies(db)).all
  const listing = await db.selectFrom('sources').select('id').where('scan_phase', 'is not', null).executeTakeFirst()
  return {
    files: pending,
    bytes: pendingBytes,
    listing: listing !== undefined,
    nextAttempt: pending === 0 ? null : await nextPending(db),
  }
}

/** Along the index of what is due: what has failed is due later than what is tried again soon. */
async function nextPending(db: CatalogDatabase): Promise<number | null> {
  const times: number[] = []
  for (const { id } of await db.selectFrom('sources').select('id').execute()) {
    const row = await db
      .selectFrom('files')
      .select('next_attempt')
      .where('source_id', '=', id)
      .where('next_attempt', 'is not', null)
      .where('sync_status', '=', 'pending')
      .orderBy('next_attempt')
      .limit(1)
      .executeTakeFirst()
    if (row?.next_attempt != null) times.push(timeMs(row.next_attempt))
  }
  return times.length === 0 ? null : Math.min(...times)
}
