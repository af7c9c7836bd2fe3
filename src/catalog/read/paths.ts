import type { CatalogDatabase } from '../open.ts'

/** Rows read in one go: some milliseconds. */
const STEP = 2000

/**
 * The files (no folders) that are in Drive now, with their paths, in steps; `size` is null where nobody knows it before an
 * export. `source`: of this one alone.
 */
export async function* pathsInSteps(
  db: CatalogDatabase,
  source: number | null = null,
): AsyncGenerator<{ path: string; size: number | null }[]> {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('items')
      .select(['id', 'source_id', 'path', 'size', 'kind', 'removed_at'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(STEP)
      .execute()
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.id
    yield rows.filter(
      ({ kind, removed_at, source_id }) =>
        kind !== 'folder' && removed_at === null && (source === null || source_id === source),
    )
  }
}
