import type { Transaction } from 'kysely'
import { ROOT, type Selection, SHARED } from '../../backup/plan/selection.ts'
import { among } from '../batches.ts'
import { SHARED_WITH_ME } from '../items/names.ts'
import type { Tables } from '../schema.ts'

/**
 * Where the folders of a selection are now, for `selector`. To be asked in the transaction that reads the files' paths,
 * so that both are of one moment: a folder that is renamed takes all below it along.
 */
export async function chosenFolders(
  trx: Transaction<Tables>,
  source: number,
  selection: Selection,
): Promise<Map<string, string>> {
  const places = new Map([[SHARED, SHARED_WITH_ME]])
  const { root_id } = await trx
    .selectFrom('sources')
    .select('root_id')
    .where('id', '=', source)
    .executeTakeFirstOrThrow()
  for (const id of [ROOT, root_id]) if (selection.folders.has(id)) places.set(id, '')
  const rows = await trx
    .selectFrom('items')
    .select(['file_id', 'place_id', 'stored_name', 'stored_path', 'removed_at'])
    .where('source_id', '=', source)
    .where('file_id', 'in', among([...selection.folders.keys()]))
    .where('kind', '=', 'folder')
    .execute()
  for (const row of rows) {
    // One that is gone keeps its place for what is known to lie below it, unless another has taken that over.
    if (row.removed_at !== null && (await hasLivingItem(trx, source, row))) continue
    places.set(row.file_id, row.stored_path)
  }
  return places
}

async function hasLivingItem(
  trx: Transaction<Tables>,
  source: number,
  at: { place_id: string; stored_name: string },
): Promise<boolean> {
  const row = await trx
    .selectFrom('items')
    .select('id')
    .where('source_id', '=', source)
    .where('place_id', '=', at.place_id)
    .where('stored_name', '=', at.stored_name)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}
