import type { CatalogDatabase } from './open.ts'

/** Rows read in one go: some milliseconds. */
const STEP = 2000

/** The files (no folders) that are in Drive now, with their paths, in steps; `size` is null where nobody knows it before an export. */
export async function* pathsInSteps(db: CatalogDatabase): AsyncGenerator<{ path: string; size: number | null }[]> {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('items')
      .select(['id', 'path', 'size', 'kind', 'removed_at'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(STEP)
      .execute()
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.id
    yield rows.filter(({ kind, removed_at }) => kind !== 'folder' && removed_at === null)
  }
}
