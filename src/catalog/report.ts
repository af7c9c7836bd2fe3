import type { CatalogDatabase } from './open.ts'
import { bytesStored, copyTallies, fileTallies, oldestUnprotected } from './tallies.ts'
import { type TimeText, timeText } from './times.ts'

/** How things stand: every item is exactly one of these. Bytes are those of what the fullest destination shows of the drive. */
export interface Standing {
  filesTotal: number
  synced: number
  pending: number
  skipped: Record<string, number>
  failed: Record<string, number>
  /** Items deleted in Drive whose copies are kept; counted above by what became of them. */
  removed: number
  bytes: number
  /** Since when the longest-waiting change is not protected yet. */
  oldestUnprotected: TimeText | null
}

/** Read from what triggers keep: at once, however large the catalog. */
export async function standing(db: CatalogDatabase): Promise<Standing> {
  const { total, synced, pending, skipped, failed, removed } = (await fileTallies(db)).all
  const oldest = Math.min(...(await oldestUnprotected(db)).values())
  return {
    filesTotal: total,
    ...{ synced, pending, skipped, failed, removed },
    bytes: bytesStored(await copyTallies(db)),
    oldestUnprotected: Number.isFinite(oldest) ? timeText(oldest) : null,
  }
}

/** Files that are not protected though they should be, those that failed for good first. */
export async function troubles(db: CatalogDatabase, limit: number) {
  return db
    .selectFrom('files')
    .select(['file_id', 'path', 'sync_status', 'fault', 'last_error', 'attempts', 'next_attempt'])
    .where('sync_status', 'in', ['failed', 'pending'])
    .where('fault', 'is not', null)
    .orderBy('sync_status')
    .orderBy('fault')
    .orderBy('path')
    .limit(limit)
    .execute()
}
