import type { CatalogDatabase } from '../open.ts'
import type { CopyRow, FileRow } from '../schema.ts'
import type { TimeText } from '../times.ts'

/** So many revisions of a file are shown; a file that is edited all day has thousands. */
const REVISIONS = 100

export interface RevisionWithCopies {
  revision: string
  size: number
  sha256: string | null
  modified_time: TimeText
  captured_at: TimeText
  copies: (Omit<CopyRow, 'destination'> & { destination: string })[]
}

/** A file by its number; null when there is none. */
export async function fileById(db: CatalogDatabase, id: number): Promise<FileRow | null> {
  return (await db.selectFrom('files').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

/** A file's revisions with their copies, the newest first, and how many there are in all. */
export async function revisionsOf(
  db: CatalogDatabase,
  file: number,
): Promise<{ revisions: RevisionWithCopies[]; total: number }> {
  const of = db.selectFrom('revisions').where('file', '=', file)
  const { total } = await of.select((to) => to.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await of
    .select(['revision', 'size', 'sha256', 'modified_time', 'captured_at'])
    .orderBy('captured_at', 'desc')
    .orderBy('modified_time', 'desc')
    .limit(REVISIONS)
    .execute()
  const names = rows.map(({ revision }) => revision)
  const copies =
    names.length === 0
      ? []
      : await db
          .selectFrom('copies')
          .innerJoin('destinations', 'destinations.id', 'copies.destination')
          .selectAll('copies')
          .select('destinations.name as destination')
          .where('file', '=', file)
          .where('revision', 'in', names)
          .orderBy('destinations.name')
          .orderBy('copies.id', 'desc')
          .execute()
  const byRevision = Map.groupBy(copies, ({ revision }) => revision)
  return { revisions: rows.map((row) => ({ ...row, copies: byRevision.get(row.revision) ?? [] })), total }
}
