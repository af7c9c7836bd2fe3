import { sql } from 'kysely'
import { PRIORITY } from '../../backup/plan/priority.ts'
import type { CatalogDatabase } from '../open.ts'
import { timeText } from '../times.ts'

export interface Unexplained {
  file: number
  path: string
  destination: string
}

/**
 * Wanted items that lack a copy of their revision at a destination though nothing is due there: "no delivery" is checked, not
 * believed. There should never be one.
 */
export async function unexplained(db: CatalogDatabase, limit: number): Promise<Unexplained[]> {
  const { rows } = await sql<Unexplained>`
    select i.id as file, i.path, d.name as destination ${WITHOUT_DELIVERY} limit ${limit}`.execute(db)
  return rows
}

/** Makes them due. Gives how many there were. */
export async function repairUnexplained(db: CatalogDatabase, now: number): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into deliveries (file, destination, source_id, bytes, priority, since, due_at)
    select i.id, d.id, i.source_id, coalesce(i.size, 0), ${PRIORITY.retry}, ${timeText(now)}, ${timeText(now)}
    ${WITHOUT_DELIVERY} on conflict (file, destination) do nothing`.execute(db)
  return Number(numAffectedRows ?? 0)
}

const WITHOUT_DELIVERY = sql`
  from destinations d cross join items i
  where d.active = 1 and d.fill_after is null and i.kind <> 'folder' and i.removed_at is null and i.skip_reason is null
    and not exists (select 1 from deliveries w where w.file = i.id and w.destination = d.id)
    and not exists (select 1 from copies c where c.file = i.id and c.revision = i.revision and c.destination = d.id)
    and not exists (select 1 from settings where name = 'rules_after')`
