import { type RawBuilder, sql } from 'kysely'
import { ORPHANED, SHARED_WITH_ME } from '../items/names.ts'
import type { CatalogDatabase } from '../open.ts'
import type { ItemRow } from '../schema.ts'
import type { TimeText } from '../times.ts'
import { type HeldRevision, revisionsAsOf } from './revisions.ts'

/** An item as it was at a moment. */
export interface PastItem extends Pick<ItemRow, 'id' | 'source_id' | 'file_id' | 'kind' | 'mime_type'> {
  /** The folder that it was in: an id in Drive, or a top-level folder. */
  parent: string
  name: string
  stored_name: string
  /** By itself, or with a folder above it. */
  trashed: boolean
  /** What it held: the newest revision that was captured and held then. Null: a folder, or nothing of it was captured. */
  revision: HeldRevision | null
}

/** Where the last page ended. */
export interface PastPosition {
  stored_name: string
  id: number
}

type PastRow = Omit<PastItem, 'trashed' | 'revision'> & { trashed: 0 | 1 }

/** Of an item `i` at a moment: in Drive, and seen by us. */
export function wasThere(at: TimeText): RawBuilder<boolean> {
  return sql`i.first_seen <= ${at} and (i.removed_at is null or i.removed_at > ${at})
    and not exists (select 1 from absences a where a.item = i.id and a.kind = 'removed' and a.from_at <= ${at} and a.to_at > ${at})`
}

/** Of an item `i` at a moment: in the trash by itself. */
export function wasTrashed(at: TimeText): RawBuilder<0 | 1> {
  return sql`exists (select 1 from absences a
    where a.item = i.id and a.kind = 'trashed' and a.from_at <= ${at} and (a.to_at is null or a.to_at > ${at}))`
}

/**
 * What was in a folder at a moment, by its stored name; at most `limit` items after `after`. Two indexes are followed: of the
 * items that are there now and were then, and of the placements of those that have left. So it costs what the folder has, and
 * not what the drive has.
 */
export async function folderAsOf(
  db: CatalogDatabase,
  { source_id, place }: { source_id: number; place: string },
  at: TimeText,
  limit: number,
  after: PastPosition | null = null,
): Promise<PastItem[]> {
  const beyond = (name: string) => {
    if (after === null) return sql`true`
    return sql`(${sql.ref(name)}, i.id) > (${after.stored_name}, ${after.id})`
  }
  const columns = sql`i.id, i.source_id, i.file_id, i.kind, i.mime_type`
  const { rows } = await sql<PastRow>`
    select * from (
      select * from (
        select ${columns}, i.place_id as parent, i.name, i.stored_name, ${wasTrashed(at)} as trashed
        from items i
        where i.source_id = ${source_id} and i.place_id = ${place} and ${beyond('i.stored_name')} and ${wasThere(at)}
          and not exists (select 1 from placements p where p.item = i.id and p.to_at > ${at})
        order by i.stored_name, i.id limit ${limit})
      union all
      select * from (
        select ${columns}, p.parent, p.name, p.stored_name, ${wasTrashed(at)} as trashed
        from placements p cross join items i on i.id = p.item
        where p.parent = ${place} and i.source_id = ${source_id} and ${beyond('p.stored_name')}
          and p.from_at <= ${at} and p.to_at > ${at} and ${wasThere(at)}
        order by p.stored_name, i.id limit ${limit}))
    order by stored_name, id limit ${limit}`.execute(db)
  const within = rows.length > 0 && (await isInTrash(db, { source_id, place }, at))
  return withRevisions(db, rows, at, within)
}

/** Adds what each held. `trashed`: a folder above them was in the trash. */
export async function withRevisions(
  db: CatalogDatabase,
  rows: readonly PastRow[],
  at: TimeText,
  trashed = false,
): Promise<PastItem[]> {
  const held = await revisionsAsOf(db, rows.filter(({ kind }) => kind !== 'folder').map(({ id }) => id), at) // biome-ignore format: one question
  return rows.map((row) => ({ ...row, trashed: trashed || row.trashed === 1, revision: held.get(row.id) ?? null }))
}

/** One item as it was at a moment, without what it held; null: it was not there. */
export async function itemAsOf(
  db: CatalogDatabase,
  item: { source_id: number; file_id: string },
  at: TimeText,
): Promise<PastRow | null> {
  const { rows } = await sql<PastRow>`
    select i.id, i.source_id, i.file_id, i.kind, i.mime_type, coalesce(p.parent, i.place_id) as parent,
      coalesce(p.name, i.name) as name, coalesce(p.stored_name, i.stored_name) as stored_name, ${wasTrashed(at)} as trashed
    from items i left join placements p on p.item = i.id and p.from_at <= ${at} and p.to_at > ${at}
    where i.source_id = ${item.source_id} and i.file_id = ${item.file_id} and ${wasThere(at)}
    limit 1`.execute(db)
  return rows[0] ?? null
}

/** The folders above a place at a moment, from the top down, the place itself last. */
export async function foldersAsOf(
  db: CatalogDatabase,
  { source_id, place }: { source_id: number; place: string },
  at: TimeText,
): Promise<PastRow[]> {
  const folders: PastRow[] = []
  // Drive allows 100 levels; the bound is against a loop, which it should not have.
  for (let file_id = place; folders.length < 200; ) {
    const folder = await itemAsOf(db, { source_id, file_id }, at)
    if (folder === null) break
    folders.unshift(folder)
    file_id = folder.parent
  }
  return folders
}

async function isInTrash(
  db: CatalogDatabase,
  folder: { source_id: number; place: string },
  at: TimeText,
): Promise<boolean> {
  return (await foldersAsOf(db, folder, at)).some(({ trashed }) => trashed === 1)
}

/** What had this path at a moment; several items may share one, since names in Drive are not unique. */
export async function findAsOf(db: CatalogDatabase, path: string, at: TimeText): Promise<PastItem[]> {
  const names = path.split('/').filter((name) => name !== '')
  const sources = await db.selectFrom('sources').select(['id', 'root_id']).orderBy('id').execute()
  let places = sources.flatMap(({ id: source_id, root_id }) =>
    [root_id, ORPHANED, SHARED_WITH_ME].map((place) => ({ source_id, place })),
  )
  let found: PastRow[] = []
  for (const [depth, name] of names.entries()) {
    // The folders for what has no parent that we see are paths of their own.
    if (depth === 0 && (name === ORPHANED || name === SHARED_WITH_ME)) {
      places = places.filter(({ place }) => place === name)
      continue
    }
    found = (await Promise.all(places.map((place) => named(db, place, name, at)))).flat().slice(0, MOST_FOUND)
    places = found.map(({ source_id, file_id }) => ({ source_id, place: file_id }))
  }
  return withRevisions(db, found, at)
}
const MOST_FOUND = 100

async function named(
  db: CatalogDatabase,
  { source_id, place }: { source_id: number; place: string },
  name: string,
  at: TimeText,
): Promise<PastRow[]> {
  const columns = sql`i.id, i.source_id, i.file_id, i.kind, i.mime_type`
  const { rows } = await sql<PastRow>`
    select ${columns}, i.place_id as parent, i.name, i.stored_name, ${wasTrashed(at)} as trashed from items i
    where i.source_id = ${source_id} and i.place_id = ${place} and i.name = ${name} and ${wasThere(at)}
      and not exists (select 1 from placements p where p.item = i.id and p.to_at > ${at})
    union all
    select ${columns}, p.parent, p.name, p.stored_name, ${wasTrashed(at)} as trashed
    from placements p cross join items i on i.id = p.item
    where p.parent = ${place} and i.source_id = ${source_id} and p.name = ${name}
      and p.from_at <= ${at} and p.to_at > ${at} and ${wasThere(at)}
    limit ${MOST_FOUND}`.execute(db)
  return rows
}

/** When a source (null: the first of all) was first seen: before, nothing is known. Null: there is none. */
export async function knownSince(db: CatalogDatabase, source: number | null): Promise<TimeText | null> {
  const sources = db.selectFrom('sources').select((to) => to.fn.min('created_at').as('since'))
  const row = await (source === null ? sources : sources.where('id', '=', source)).executeTakeFirst()
  return row?.since ?? null
}
