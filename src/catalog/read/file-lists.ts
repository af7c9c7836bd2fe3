import { type RawBuilder, sql } from 'kysely'
import { SKIP_REASONS } from '../../backup/model/faults.ts'
import { ORPHANED, SHARED_WITH_ME } from '../items/names.ts'
import type { CatalogDatabase } from '../open.ts'
import type { FileRow } from '../schema.ts'
import { contains } from './matching.ts'
import { follow, type Pace, type Position, type Walk } from './walk.ts'

const LISTED = [
  'id',
  'source_id',
  'file_id',
  'kind',
  'name',
  'path',
  'mime_type',
  'size',
  'modified_time',
  'sync_status',
  'skip_reason',
  'fault',
  'trashed',
  'removed_at',
] as const
export type ListedFile = Pick<FileRow, (typeof LISTED)[number]>

/** What to list: the narrower question decides by which index it is answered. */
export interface FileQuestion {
  /** A folder; for a search all that lies below it. Null: the top of the drive, or for a search everything. */
  folder: { source_id: number; file_id: string; path: string } | null
  /** Null: of every source. */
  source: number | null
  search: string | null
  status: FileRow['sync_status'] | null
  /** A reason for skipping, or a fault. */
  reason: string | null
}

export interface FilePage {
  files: ListedFile[]
  next: Position | null
  /** How much of what there is to look at has been looked at, roughly: 0 to 1, and 1 at the end. */
  searched: number
}

/** The files that answer the question, a page or a slice of time at a time. */
export async function listFiles(
  db: CatalogDatabase,
  question: FileQuestion,
  from: Position | null,
  limit: number,
  pace: Pace,
): Promise<FilePage> {
  const walks = await walksFor(db, question)
  // Someone who looks for an id has it at once; the scan omits it.
  const named = question.search !== null && from === null ? await byDriveId(db, question, question.search) : []
  const wanted = { columns: LISTED, filter: filterFor(question), from, limit }
  const { rows, next } = await follow<ListedFile>(db, walks, wanted, pace)
  return { files: [...named, ...rows], next, searched: next === null ? 1 : await share(db, walks, next) }
}

async function walksFor(db: CatalogDatabase, question: FileQuestion): Promise<Walk[]> {
  const { folder, search, status, reason } = question
  if (reason !== null) return Object.hasOwn(SKIP_REASONS, reason) ? [skippedFor(reason)] : faultsOf(reason)
  if (status === 'failed') return [FAILED]
  if (status === 'skipped') return (await reasons(db)).map(skippedFor)
  if (status === 'pending') return waiting(db, question.source)
  if (search !== null || status !== null) return [EVERYTHING]
  if (folder !== null) return [childrenOf(folder.source_id, folder.file_id, 'folder')]
  return (await sources(db, question.source)).flatMap(({ id, root_id }) =>
    [root_id, ORPHANED, SHARED_WITH_ME].map((place, i) => childrenOf(id, place, `${id} ${i}`)),
  )
}

const EVERYTHING: Walk = { name: 'all', table: 'files', where: sql`true`, by: ['id'], dense: true }

const FAILED: Walk = { name: 'failed', table: 'failed_files', where: sql`true`, by: ['failed_file'] }

function faultsOf(fault: string): Walk[] {
  const where = sql<boolean>`fault = ${fault}`
  return [
    { name: 'reading', table: 'faulty_reading', where, by: ['id'] },
    { name: 'storing', table: 'faulty_storing', where, by: ['destination', 'faulty_file'] },
  ]
}

function skippedFor(reason: string): Walk {
  return { name: reason, table: 'files', where: sql`skip_reason = ${reason}`, by: ['id'] }
}

/** By source and destination, the longest-waiting first. */
async function waiting(db: CatalogDatabase, source: number | null): Promise<Walk[]> {
  const rows = await db
    .selectFrom('delivery_tallies')
    .select(['source_id', 'destination'])
    .distinct()
    .where('deliveries', '>', 0)
    .$if(source !== null, (query) => query.where('source_id', '=', source))
    .execute()
  return rows.map(({ source_id, destination }) => ({
    name: `${source_id} ${destination}`,
    table: 'waiting_files',
    where: sql<boolean>`waiting_source = ${source_id} and waiting_at = ${destination}`,
    by: ['waiting_since', 'waiting_file'],
  }))
}

async function reasons(db: CatalogDatabase): Promise<string[]> {
  const rows = await db
    .selectFrom('item_tallies')
    .select('skip_reason')
    .distinct()
    .where('files', '>', 0)
    .where('skip_reason', '<>', '')
    .execute()
  return rows.map(({ skip_reason }) => skip_reason)
}

function childrenOf(source: number, place: string, name: string): Walk {
  const where = sql<boolean>`source_id = ${source} and place_id = ${place}`
  return { name, table: 'files', where, by: ['stored_name', 'id'] }
}

/** Null: the walks show nothing else. The plus signs keep SQLite on the walk's index: it must not find one for the filter. */
function filterFor({ folder, source, search, status, reason }: FileQuestion): RawBuilder<boolean> | null {
  const inFolder = folder !== null && (search !== null || status !== null || reason !== null)
  const conditions = [
    ...(status === null ? [] : [sql<boolean>`+sync_status = ${status}`]),
    ...(source === null ? [] : [sql<boolean>`+source_id = ${source}`]),
    ...(search === null ? [] : [contains('path', search), sql<boolean>`+file_id <> ${search}`]),
    ...(inFolder ? [below(folder)] : []),
  ]
  // What the walk asks for already need not be looked at a second time.
  const asked = status === null && search === null && !inFolder && (reason === null || source === null)
  return asked ? null : sql`${sql.join(conditions, sql` and `)}`
}

function below({ source_id, path }: { source_id: number; path: string }): RawBuilder<boolean> {
  const prefix = `${path}/`
  return sql`+source_id = ${source_id} and substr(path, 1, ${[...prefix].length}) = ${prefix}`
}

async function byDriveId(db: CatalogDatabase, question: FileQuestion, id: string): Promise<ListedFile[]> {
  const { folder, source, status, reason } = question
  return db
    .selectFrom('files')
    .select(LISTED)
    .where('source_id', 'in', (of) => of.selectFrom('sources').select('id'))
    .where('file_id', '=', id)
    .$if(source !== null, (query) => query.where('source_id', '=', source))
    .$if(status !== null, (query) => query.where('sync_status', '=', status))
    .$if(reason !== null, (query) =>
      query.where((or) => or.or([or('skip_reason', '=', reason), or('fault', '=', reason)])),
    )
    .$if(folder !== null, (query) => query.where(folder === null ? sql<boolean>`true` : below(folder)))
    .execute()
}

function sources(db: CatalogDatabase, only: number | null) {
  return db
    .selectFrom('sources')
    .select(['id', 'root_id'])
    .$if(only !== null, (query) => query.where('id', '=', only))
    .orderBy('id')
    .execute()
}

/** Numbers are given one after the other, so a row's number says how far along the table it is. */
async function share(db: CatalogDatabase, walks: readonly Walk[], next: Position): Promise<number> {
  const names = walks.map(({ name }) => name).toSorted()
  const row = await db.selectFrom('files').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst()
  const id = Number(next.after.at(-1) ?? 0)
  const within = row === undefined ? 1 : Math.min(1, id / row.id)
  return Math.min(1, (Math.max(0, names.indexOf(next.walk)) + within) / Math.max(1, names.length))
}

/** What a file is stored as in its folder; null when there is none of this number. */
export async function storedName(db: CatalogDatabase, id: number): Promise<string | null> {
  const row = await db.selectFrom('files').select('stored_name').where('id', '=', id).executeTakeFirst()
  return row?.stored_name ?? null
}

/** A folder by its number; null when there is none. */
export async function folderById(db: CatalogDatabase, id: number) {
  const row = await db
    .selectFrom('files')
    .select(['id', 'source_id', 'file_id', 'name', 'path', 'place_id'])
    .where('id', '=', id)
    .where('kind', '=', 'folder')
    .executeTakeFirst()
  return row ?? null
}

/** The folders above a place, from the top down. The depth is bounded against loops: Drive allows 100 levels. */
export async function foldersAbove(
  db: CatalogDatabase,
  at: { source_id: number; place_id: string },
): Promise<{ id: number; name: string; path: string }[]> {
  const { rows } = await sql<{ id: number; name: string; path: string }>`
    with recursive up (id, name, path, place_id, depth) as (
      select id, name, path, place_id, 1 from files where source_id = ${at.source_id} and file_id = ${at.place_id}
      union all
      select f.id, f.name, f.path, f.place_id, up.depth + 1
      from up join files f on f.source_id = ${at.source_id} and f.file_id = up.place_id
      where up.depth < 200
    )
    select id, name, path from up order by depth desc`.execute(db)
  return rows
}
