import { sql, type Transaction } from 'kysely'
import { among, insertRows } from '../batches.ts'
import { ORPHANED, SHARED_WITH_ME } from '../items/names.ts'
import type { ItemRow, Tables } from '../schema.ts'
import type { TimeText } from '../times.ts'

/** Where an item is from now on, and whether it is in the trash. */
type After = Pick<ItemRow, 'place_id' | 'name' | 'trashed' | 'explicitly_trashed'>

/** In the trash by itself, or with a folder that we do not see; else the folder above it tells. */
export function isTrashedItself({ place_id, trashed, explicitly_trashed }: Omit<After, 'name'>): boolean {
  return explicitly_trashed === 1 || (trashed === 1 && (place_id === ORPHANED || place_id === SHARED_WITH_ME))
}

/**
 * Records what a change of items ends: to be called in the transaction that changes their rows, with the rows as they were. A
 * move or a rename is one placement, also of a folder: what lies in it stays in it.
 */
export async function recordPast(
  trx: Transaction<Tables>,
  changes: readonly { row: ItemRow; after: After }[],
  at: TimeText,
): Promise<void> {
  const left = changes.filter(({ row, after }) => row.place_id !== after.place_id || row.name !== after.name)
  const since = await placedSince(trx, left.map(({ row }) => row.id)) // biome-ignore format: one question
  await insertRows(
    trx,
    'placements',
    left.map(({ row }) => {
      const from_at = since.get(row.id) ?? row.first_seen
      const { id: item, place_id: parent, name, stored_name } = row
      // The clock may have been set back.
      return { item, parent, name, stored_name, from_at: from_at < at ? from_at : at, to_at: at }
    }),
  )
  const back = changes.filter(({ row }) => row.removed_at !== null)
  for (const { row } of back) await addAbsence(trx, row.id, 'removed', earlier(row.removed_at ?? at, at), at)
  for (const { row, after } of changes) {
    const trashed = isTrashedItself(after)
    if (trashed === isTrashedItself(row)) continue
    if (trashed) await addAbsence(trx, row.id, 'trashed', at, null)
    else
      await sql`update absences set to_at = max(from_at, ${at})
        where item = ${row.id} and kind = 'trashed' and to_at is null`.execute(trx)
  }
}

/** Items that were in the trash when they were first seen. */
export async function recordTrashed(
  trx: Transaction<Tables>,
  source: number,
  fileIds: readonly string[],
  at: TimeText,
): Promise<void> {
  if (fileIds.length === 0) return
  await sql`insert into absences (item, kind, from_at)
    select id, 'trashed', ${at} from items where source_id = ${source} and file_id in ${among(fileIds)}
    on conflict do nothing`.execute(trx)
}

async function placedSince(trx: Transaction<Tables>, items: readonly number[]): Promise<Map<number, TimeText>> {
  if (items.length === 0) return new Map()
  const { rows } = await sql<{ item: number; to_at: TimeText }>`
    select item, max(to_at) as to_at from placements where item in ${among(items)} group by item`.execute(trx)
  return new Map(rows.map(({ item, to_at }) => [item, to_at]))
}

async function addAbsence(
  trx: Transaction<Tables>,
  item: number,
  kind: 'trashed' | 'removed',
  from_at: TimeText,
  to_at: TimeText | null,
): Promise<void> {
  await sql`insert into absences (item, kind, from_at, to_at) values (${item}, ${kind}, ${from_at}, ${to_at})
    on conflict do update set to_at = excluded.to_at`.execute(trx)
}

function earlier(one: TimeText, other: TimeText): TimeText {
  return one < other ? one : other
}
