import { sql } from 'kysely'
import type { CatalogDatabase } from '../open.ts'
import type { TimeText } from '../times.ts'
import { NEVER } from '../work/deliveries.ts'

/** What keeps files from being protected, those that failed first: one entry for each file and destination. */
export async function failures(db: CatalogDatabase, limit: number) {
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
