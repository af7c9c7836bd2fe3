import { sql } from 'kysely'
import type { CatalogDatabase } from '../open.ts'
import { type TimeText, timeText } from '../times.ts'
import { NEVER } from '../work/deliveries.ts'
import { bytesStored, copyTallies, type FileTallies, fileTallies, oldestUnprotected } from './tallies.ts'

/** How things stand: every item is exactly one of these. Bytes are those of what the fullest destination shows of the drive. */
export interface Standing {
  filesTotal: number
  synced: number
  pending: number
  skipped: Record<string, number>
  failed: number
  problems: FileTallies['problems']
  /** Items deleted in Drive whose copies are kept; counted above by what became of them. */
  removed: number
  bytes: number
  /** Since when the longest-waiting change is not protected yet. */
  oldestUnprotected: TimeText | null
}

/** Read from what triggers keep: at once, however large the catalog. */
export async function standing(db: CatalogDatabase): Promise<Standing> {
  const { total, synced, pending, skipped, failed, removed, problems } = (await fileTallies(db)).all
  const oldest = Math.min(...(await oldestUnprotected(db)).values())
  return {
    filesTotal: total,
    ...{ synced, pending, skipped, failed, removed, problems },
    bytes: bytesStored(await copyTallies(db)),
    oldestUnprotected: Number.isFinite(oldest) ? timeText(oldest) : null,
  }
}

/** What keeps files from being protected, those that failed first: one entry for each file and destination. */
export async function faults(db: CatalogDatabase, limit: number) {
  const { rows } = await sql<{
    file_id: string
    path: string
    status: 'failed' | 'pending'
    fault: string
    detail: string | null
    destination: string | null
    attempts: number
    next_attempt: TimeText | null
  }>`
    select i.file_id, i.path, case i.read_failed when 1 then 'failed' else 'pending' end as status, i.read_fault as fault,
      i.read_detail as detail, null as destination, i.read_attempts as attempts,
      (select nullif(min(due_at), ${NEVER}) from deliveries d where d.file = i.id) as next_attempt
    from items i where i.read_fault is not null
    union all
    select i.file_id, i.path, case d.failed when 1 then 'failed' else 'pending' end, d.fault, d.fault_detail, p.name,
      d.attempts, nullif(d.due_at, ${NEVER})
    from deliveries d join items i on i.id = d.file join destinations p on p.id = d.destination where d.fault is not null
    order by 3, 4, 6, 2 limit ${limit}`.execute(db)
  return rows
}
