import { sql } from 'kysely'
import { ORPHANED, SHARED_WITH_ME } from '../items/names.ts'
import type { CatalogDatabase } from '../open.ts'
import type { FileRow } from '../schema.ts'

const COLUMNS = [
  'id',
  'source_id',
  'file_id',
  'kind',
  'name',
  'path',
  'stored_name',
  'size',
  'modified_time',
  'sync_status',
  'skip_reason',
  'trashed',
  'removed_at',
] as const
export type Listed = Pick<FileRow, (typeof COLUMNS)[number]>

/** Rows read at a time: a folder may hold half a million items. */
const PAGE = 500

/** What has this path or this id; several items may share a path, since names in Drive are not unique. */
export function findItems(db: CatalogDatabase, pathOrId: string): Promise<Listed[]> {
  const path = pathOrId.replace(/^\/+|\/+$/g, '')
  return db
    .selectFrom('files')
    .select(COLUMNS)
    .where((where) => where.or([where('path', '=', path), where('file_id', '=', pathOrId)]))
    .orderBy('id')
    .limit(100)
    .execute()
}

/** The folders at the top of every source: the drive's root, and those for items whose parent we cannot see. */
export async function topFolders(db: CatalogDatabase): Promise<{ source_id: number; place: string }[]> {
  const sources = await db.selectFrom('sources').select(['id', 'root_id']).orderBy('id').execute()
  return sources.flatMap(({ id, root_id }) =>
    [root_id, ORPHANED, SHARED_WITH_ME].map((place) => ({ source_id: id, place })),
  )
}

/** What lies in a folder, by name; `below`: with everything under its folders, each folder before what it holds. */
export async function* itemsIn(
  db: CatalogDatabase,
  folder: { source_id: number; place: string },
  below: boolean,
  depth = 0,
): AsyncGenerator<Listed> {
  for (let after = sql`('', 0)`; ; ) {
    const rows = await db
      .selectFrom('files')
      .select(COLUMNS)
      .where('source_id', '=', folder.source_id)
      .where('place_id', '=', folder.place)
      .where(sql<boolean>`(stored_name, id) > ${after}`)
      .orderBy('stored_name')
      .orderBy('id')
      .limit(PAGE)
      .execute()
    for (const row of rows) {
      yield row
      // Drive allows 100 levels; the bound is against a loop, which it should not have.
      if (below && row.kind === 'folder' && depth < 200)
        yield* itemsIn(db, { source_id: row.source_id, place: row.file_id }, below, depth + 1)
    }
    const last = rows.at(-1)
    if (last === undefined) return
    after = sql`(${last.stored_name}, ${last.id})`
  }
}
