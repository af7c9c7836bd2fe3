import { sql, type Transaction } from 'kysely'
import type { Item } from '../../backup/model/item.ts'
import { PRIORITY } from '../../backup/plan/priority.ts'
import { among, amongPairs } from '../batches.ts'
import type { ItemRow, Tables } from '../schema.ts'
import { makeDue } from '../work/deliveries.ts'
import { nameWithId, ORPHANED, SHARED_WITH_ME, safeName } from './names.ts'
import { itemOf } from './rows.ts'

/** Where an item is stored: the folder, its name there, and the paths that follow from both. */
export interface Placed {
  place_id: string
  path: string
  stored_name: string
  stored_path: string
}

interface Folder {
  path: string
  stored_path: string
}

/** An item in the trash whose name a living one takes over: it is stored under its name with its id from now on. */
export interface Evicted {
  row: ItemRow
  stored_name: string
  stored_path: string
}

/**
 * Gives places to items that are new, renamed, moved or back. Parents come before their children even when both are in
 * the same page. A name goes to the item that has it in Drive unless a sibling holds it already; a file in the trash
 * gives its name up to a living one. (A folder in the trash does not: all below it would have to move.) What is gone from
 * Drive holds no name.
 */
export async function placeItems(
  trx: Transaction<Tables>,
  source: { id: number; root_id: string },
  items: Item[],
  /** All items that the same page changed, also those that stay in their place: their rows are not written yet. */
  changed: Item[],
  /** While folders are being listed, a parent may follow on a later page: it is taken on trust, and finishFolders completes the paths. */
  trusting = false,
): Promise<{ placed: Map<string, Placed>; evicted: Evicted[] }> {
  const folders = await knownFolders(trx, source, items)
  const moving = new Map(items.map((item) => [item.id, item]))
  const placed = new Map<string, Placed>()
  const evicted: Evicted[] = []

  // A folder that is in this page itself is known too, once it has its place.
  const parentOf = (item: Item) =>
    item.parentId !== null &&
    (trusting || folders.has(item.parentId) || moving.get(item.parentId)?.content.kind === 'folder')
      ? item.parentId
      : item.ownedByMe || item.driveId !== null
        ? ORPHANED
        : SHARED_WITH_ME
  const wanted = items.map((item) => ({ item, place: parentOf(item) }))
  const waiting = Map.groupBy(wanted, ({ place }) => place)
  const holders = await holdersOf(trx, source.id, wanted, moving, changed)

  const settle = (place: string, folder: Folder) => {
    const children = waiting.get(place) ?? []
    waiting.delete(place)
    // The living choose first.
    for (const { item } of children.toSorted((a, b) => Number(a.item.trashed) - Number(b.item.trashed))) {
      let name = safeName(item).name
      const holder = holders.get(slot(place, name))
      if (holder !== undefined && holder !== 'moving' && givesWay(holder, item)) {
        const given = nameWithId(itemOf(holder))
        evicted.push({ row: holder, stored_name: given, stored_path: join(folder.stored_path, given) })
      } else if (holder !== undefined && (holder === 'moving' || holder.removed_at === null)) name = nameWithId(item)
      holders.set(slot(place, name), 'moving')
      const at = { path: join(folder.path, item.name), stored_path: join(folder.stored_path, name) }
      placed.set(item.id, { place_id: place, stored_name: name, ...at })
      if (item.content.kind === 'folder') settle(item.id, at)
    }
  }
  for (const [id, folder] of folders) if (!moving.has(id)) settle(id, folder)
  for (const top of [ORPHANED, SHARED_WITH_ME]) settle(top, { path: top, stored_path: top })
  if (trusting) for (const place of [...waiting.keys()]) settle(place, { path: '', stored_path: '' })
  // What is left hangs on a loop of folders, which Drive should not have: it is stored, only not where it hangs.
  for (const { item } of [...waiting.values()].flat()) {
    if (placed.has(item.id)) continue
    waiting.set(ORPHANED, [{ item, place: ORPHANED }])
    settle(ORPHANED, { path: ORPHANED, stored_path: ORPHANED })
  }
  return { placed, evicted }
}

/**
 * A file in the trash gives its name up to the living. One that is gone from Drive leaves its name to anybody, and its copy
 * becomes history; only where a folder comes the copy moves, since other programs cannot have `a` and `a/b` on one disk.
 */
function givesWay(holder: ItemRow, item: Item): boolean {
  if (holder.kind === 'folder' || item.trashed) return false
  return holder.removed_at === null ? holder.trashed === 1 : item.content.kind === 'folder'
}

/** The parents of these items as the catalog has them, the drive's root among them. */
async function knownFolders(
  trx: Transaction<Tables>,
  source: { id: number; root_id: string },
  items: Item[],
): Promise<Map<string, Folder>> {
  const folders = new Map<string, Folder>([[source.root_id, { path: '', stored_path: '' }]])
  const parents = [...new Set(items.map((item) => item.parentId).filter((id) => id !== null))]
  const rows = await trx
    .selectFrom('items')
    .select(['file_id', 'path', 'stored_path'])
    .where('source_id', '=', source.id)
    .where('file_id', 'in', among(parents))
    .where('kind', '=', 'folder')
    .execute()
  for (const row of rows) folders.set(row.file_id, row)
  return folders
}

/** Who holds the wanted names, the living before what is gone. The items being placed hold none: they may swap names. */
async function holdersOf(
  trx: Transaction<Tables>,
  source: number,
  wanted: { item: Item; place: string }[],
  moving: ReadonlyMap<string, Item>,
  changed: Item[],
): Promise<Map<string, ItemRow | 'moving'>> {
  const holders = new Map<string, ItemRow | 'moving'>()
  const slots = wanted.map(({ item, place }) => [place, safeName(item).name] as const)
  const { rows } = await sql<ItemRow>`
    select * from items
    where source_id = ${source} and (place_id, stored_name) in ${amongPairs(slots)}
      and (removed_at is null or skip_reason is null and kind <> 'folder')
    order by removed_at is null, id`.execute(trx)
  // Thrown away in the same page as its name is taken: what is newer than the row counts.
  const thrownAway = new Set(changed.filter(({ trashed }) => trashed).map(({ id }) => id))
  for (const row of rows) {
    if (moving.has(row.file_id)) continue
    const trashed = thrownAway.has(row.file_id) ? 1 : row.trashed
    holders.set(slot(row.place_id, row.stored_name), { ...row, trashed })
  }
  return holders
}

function slot(place: string, name: string): string {
  return `${place}/${name}`
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

/**
 * Carries a folder's path and trash state down to everything below it. Files whose stored path changes are due: their copies
 * move. `seeds` are folders whose own rows are right already, or lie below another seed: an item follows the topmost seed
 * above it. The depth is bounded against loops (Drive allows 100 levels). Gives how many items were trashed by it, and how many
 * lie in no folder any more that we can see.
 *
 * `cross join` and `unlikely` tell SQLite to go from the tree to the items: left to itself it goes through all items for each
 * folder of the tree. An `update … from` would go through all items as well.
 */
export async function updateBelow(
  trx: Transaction<Tables>,
  source: number,
  seeds: number[],
  now: number,
): Promise<{ trashed: number; orphaned: number }> {
  if (seeds.length === 0) return { trashed: 0, orphaned: 0 }
  await sql`create temp table if not exists below (
    id integer primary key, path text, stored_path text, trashed integer, moved integer, lost integer, orphaned integer)`.execute(
    trx,
  )
  await sql`delete from temp.below`.execute(trx)
  await sql`
      insert into temp.below
      with recursive tree (id, file_id, path, stored_path, trashed, depth) as (
        select id, file_id, path, stored_path, trashed, 0 from items where id in ${among(seeds)}
        union all
        select f.id, f.file_id, tree.path || '/' || f.name, tree.stored_path || '/' || f.stored_name,
          case when tree.trashed = 1 then 1 else f.explicitly_trashed end, tree.depth + 1
        from tree cross join items f on f.source_id = ${source} and f.place_id = tree.file_id
        where tree.depth < 200
      ), topmost as (
        select *, row_number() over (partition by id order by depth desc) as place from tree
      )
      select t.id, t.path, t.stored_path, t.trashed,
        i.stored_path <> t.stored_path, i.trashed = 0 and t.trashed = 1 and i.removed_at is null,
        i.removed_at is null and t.stored_path like ${`${ORPHANED}/%`} and i.stored_path not like ${`${ORPHANED}/%`}
      from topmost t cross join items i on i.id = t.id
      where unlikely(t.place = 1) and t.depth > 0
        and (i.stored_path <> t.stored_path or i.path <> t.path or i.trashed <> t.trashed)`.execute(trx)
  await sql`
    update items set (path, stored_path, trashed) =
      (select b.path, b.stored_path, b.trashed from temp.below b where b.id = items.id)
    where id in (select id from temp.below)`.execute(trx)
  const moved = sql<boolean>`i.id in (select id from temp.below where moved = 1)`
  await makeDue(trx, moved, { priority: PRIORITY.reKey, now, again: false })
  const { rows } = await sql<{ trashed: number | null; orphaned: number | null }>`
    select sum(lost) as trashed, sum(orphaned) as orphaned from temp.below`.execute(trx)
  return { trashed: rows[0]?.trashed ?? 0, orphaned: rows[0]?.orphaned ?? 0 }
}
