import { among } from '../batches.ts'
import type { CatalogDatabase } from '../open.ts'

/** What the catalog knows of these folders, in whatever source they are; those it has not seen are not in the answer. */
export async function folderNames(
  db: CatalogDatabase,
  ids: readonly string[],
): Promise<Map<string, { name: string; gone: boolean }>> {
  const known = new Map<string, { name: string; gone: boolean }>()
  const rows = await db
    .selectFrom('items')
    .select(['file_id', 'name', 'removed_at'])
    .where('source_id', 'in', (sources) => sources.selectFrom('sources').select('id'))
    .where('file_id', 'in', among(ids))
    .where('kind', '=', 'folder')
    .execute()
  for (const { file_id, name, removed_at } of rows) {
    // Seen by two accounts, it is there as long as one of them sees it.
    if (known.get(file_id)?.gone !== false) known.set(file_id, { name, gone: removed_at !== null })
  }
  return known
}
