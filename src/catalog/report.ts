import type { CatalogDatabase } from './open.ts'
import { type TimeText, timeText } from './times.ts'

/** How things stand: every item is exactly one of these. Bytes count the present revisions that are stored. */
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

/** Counts the whole catalog: for the command line, not for the idle cycle. */
export async function standing(db: CatalogDatabase): Promise<Standing> {
  const groups = await db
    .selectFrom('files')
    .select((to) => ['sync_status', 'skip_reason', 'fault', to.fn.countAll<number>().as('count')])
    .groupBy(['sync_status', 'skip_reason', 'fault'])
    .execute()
  const rest = await db
    .selectFrom('files')
    .select((to) => [to.fn.count<number>('removed_at').as('removed'), to.fn.min('pending_since').as('oldest')])
    .executeTakeFirst()
  const size = await db
    .selectFrom('revisions')
    .innerJoin('files', (on) =>
      on.onRef('files.id', '=', 'revisions.file').onRef('files.revision', '=', 'revisions.revision'),
    )
    .select((to) => to.fn.sum<number | null>('revisions.size').as('bytes'))
    .executeTakeFirst()

  const result: Standing = {
    filesTotal: 0,
    synced: 0,
    pending: 0,
    skipped: {},
    failed: {},
    removed: rest?.removed ?? 0,
    bytes: size?.bytes ?? 0,
    oldestUnprotected: rest?.oldest ?? null,
  }
  for (const { sync_status, skip_reason, fault, count } of groups) {
    result.filesTotal += count
    if (sync_status === 'synced' || sync_status === 'pending') result[sync_status] += count
    else if (sync_status === 'skipped') add(result.skipped, skip_reason ?? 'unknown', count)
    else add(result.failed, fault ?? 'unknown', count)
  }
  return result
}

function add(counts: Record<string, number>, name: string, count: number): void {
  counts[name] = (counts[name] ?? 0) + count
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

/** Makes failed files (all, or one by id or path) due now. Returns how many. */
export async function retryNow(db: CatalogDatabase, which: string | null, now: number): Promise<number> {
  const at = timeText(now)
  const { numUpdatedRows } = await db
    .updateTable('files')
    .set((to) => ({
      next_attempt: at,
      attempts: 0,
      sync_status: 'pending',
      pending_since: to.fn.coalesce('pending_since', to.val(at)),
    }))
    .where('sync_status', 'in', ['failed', 'pending'])
    .where('fault', 'is not', null)
    .where('id', 'not in', (not) => not.selectFrom('claims').select('file'))
    .$if(which !== null, (query) =>
      query.where((where) => where.or([where('file_id', '=', which), where('path', '=', which)])),
    )
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** What lies at each destination, by name: living copies and older ones kept. */
export async function copiesByDestination(db: CatalogDatabase) {
  return db
    .selectFrom('copies')
    .select((to) => ['destination', to.fn.countAll<number>().as('copies'), to.fn.sum<number>('size').as('bytes')])
    .groupBy('destination')
    .execute()
}
