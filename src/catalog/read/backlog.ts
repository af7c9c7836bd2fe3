import { DestinationIds } from '../destination-ids.ts'
import type { CatalogDatabase } from '../open.ts'
import { nextDue } from '../work/claim.ts'
import { fileTallies } from './tallies.ts'

/** What is still to be copied, as far as it is known yet. */
export interface Backlog {
  files: number
  /** Of blobs; how large an export will be nobody knows beforehand. */
  bytes: number
  /** Whether a scan is under way, so that more may come. */
  scanning: boolean
  /** When the first of those that wait for another attempt is due (ms); null when none waits. */
  nextAttempt: number | null
}

export async function backlog(db: CatalogDatabase): Promise<Backlog> {
  const { pending, pendingBytes } = (await fileTallies(db)).all
  const scanning = await db.selectFrom('sources').select('id').where('scan_phase', 'is not', null).executeTakeFirst()
  return {
    files: pending,
    bytes: pendingBytes,
    scanning: scanning !== undefined,
    nextAttempt: pending === 0 ? null : await nextDue(db, new DestinationIds(db), 'soon'),
  }
}
