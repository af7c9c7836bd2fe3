import { sql } from 'kysely'
import type { CatalogDatabase } from '../open.ts'
import type { FileRow } from '../schema.ts'
import type { TimeText } from '../times.ts'
import { foldersAsOf } from './as-of.ts'

/** So many placements of an item are told; one that a script renames all day has thousands. */
const MOST = 100

/** Where an item was during a span of time. `to` null: where it is now. */
export interface PastPlacement {
  name: string
  /** The folder as it was called at the beginning of the span, from the top of the drive. */
  folder: string
  from: TimeText
  to: TimeText | null
}

/** When an item was in the trash, or gone from Drive. `to` null: it still is. */
export interface Absence {
  kind: 'trashed' | 'removed'
  from: TimeText
  to: TimeText | null
}

/** The placements of an item and its absences, the newest first. */
export async function pastOf(
  db: CatalogDatabase,
  item: Pick<FileRow, 'id' | 'source_id' | 'place_id' | 'name' | 'first_seen' | 'removed_at'>,
): Promise<{ placements: PastPlacement[]; absences: Absence[] }> {
  const left = await db
    .selectFrom('placements')
    .select(['parent', 'name', 'from_at', 'to_at'])
    .where('item', '=', item.id)
    .orderBy('to_at', 'desc')
    .orderBy('id', 'desc')
    .limit(MOST)
    .execute()
  const now = { parent: item.place_id, name: item.name, from_at: left[0]?.to_at ?? item.first_seen, to_at: null }
  const placements: PastPlacement[] = []
  for (const { parent, name, from_at, to_at } of [now, ...left]) {
    const folders = await foldersAsOf(db, { source_id: item.source_id, place: parent }, from_at)
    const top = folders.length === 0 && parent.startsWith('.') ? [parent] : []
    placements.push({ name, folder: [...top, ...folders.map((one) => one.name)].join('/'), from: from_at, to: to_at })
  }
  const { rows } = await sql<{ kind: Absence['kind']; from: TimeText; to: TimeText | null }>`
    select kind, from_at as "from", to_at as "to" from absences where item = ${item.id}
    order by from_at desc limit ${MOST}`.execute(db)
  const gone = item.removed_at === null ? [] : [{ kind: 'removed' as const, from: item.removed_at, to: null }]
  return { placements, absences: [...gone, ...rows] }
}
