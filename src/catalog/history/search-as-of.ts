import { sql } from 'kysely'
import type { CatalogDatabase } from '../open.ts'
import { contains } from '../read/matching.ts'
import type { Pace } from '../read/walk.ts'
import type { TimeText } from '../times.ts'
import { type PastItem, wasThere, wasTrashed, withRevisions } from './as-of.ts'

/** Items looked at in one step: some milliseconds. */
const STEP = 2000

/**
 * What had a name at a moment that contains a text, by the numbers of the items; at most `limit`, and fewer when the slice of
 * time is used up. `next`: the number after which to go on; null: all has been searched.
 */
export async function searchAsOf(
  db: CatalogDatabase,
  { text, source, at, limit }: { text: string; source: number | null; at: TimeText; limit: number },
  after: number,
  pace: Pace,
): Promise<{ items: PastItem[]; next: number | null; searched: number }> {
  const began = pace.now()
  const last = (await sql<{ last: number | null }>`select max(id) as last from items`.execute(db)).rows[0]?.last ?? 0
  const found: PastItem[] = []
  let reached = after
  while (reached < last && found.length < limit && (reached === after || pace.now() - began < pace.sliceMs)) {
    if (reached !== after) await pace.breathe()
    const rows = await step(db, { text, source, at, limit: limit - found.length }, reached)
    found.push(...(await withRevisions(db, rows, at)))
    const full = found.length >= limit
    reached = full ? (found.at(-1)?.id ?? last) : reached + STEP
  }
  const next = reached < last ? reached : null
  return { items: found, next, searched: last === 0 ? 1 : Math.min(1, reached / last) }
}

async function step(
  db: CatalogDatabase,
  { text, source, at, limit }: { text: string; source: number | null; at: TimeText; limit: number },
  after: number,
) {
  const { rows } = await sql<Omit<PastItem, 'trashed' | 'revision'> & { trashed: 0 | 1 }>`
    select * from (
      select i.id, i.source_id, i.file_id, i.kind, i.mime_type, coalesce(p.parent, i.place_id) as parent,
        coalesce(p.name, i.name) as name, coalesce(p.stored_name, i.stored_name) as stored_name, ${wasTrashed(at)} as trashed
      from items i left join placements p on p.item = i.id and p.from_at <= ${at} and p.to_at > ${at}
      where i.id > ${after} and i.id <= ${after + STEP} and ${wasThere(at)}
        ${source === null ? sql`` : sql`and i.source_id = ${source}`})
    where ${contains('name', text)} order by id limit ${limit}`.execute(db)
  return rows
}
