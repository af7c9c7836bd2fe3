import { sql, type Transaction } from 'kysely'
import type { Item } from '../../backup/model/item.ts'
import { PRIORITY } from '../../backup/plan/priority.ts'
import { among, insertRows } from '../batches.ts'
import { isTrashedItself, recordPast, recordTrashed } from '../history/record.ts'
import type { ItemRow, NewItemRow, Tables } from '../schema.ts'
import { timeText } from '../times.ts'
import { makeDue, numbered, withDeliveries } from '../work/deliveries.ts'
import { type Changed, noticeMassChange } from './mass-change.ts'
import { ORPHANED, SHARED_WITH_ME } from './names.ts'
import { observe } from './observe.ts'
import { type Evicted, type Placed, placeItems, updateBelow } from './place.ts'
import { reconcileWithin } from './reconcile-soon.ts'
import { columnsOf, itemOf, READ_WELL } from './rows.ts'

/** Who reported the items, and in which scan. */
export interface Sighting {
  source: { id: number; root_id: string }
  /** `look`: it was asked for by its id, since its bytes did not fit what was known of it. */
  by: 'folder-scan' | 'file-scan' | 'feed' | 'fetch'
  /** The first full scan: what it shows is the first backup, and no change. */
  first: boolean
  generation: number
  now: number
}

/** Folders looked at in one go when a scan has shown them all. */
const BATCH = 400

/**
 * Records what Drive shows of some items: new ones get a row, changed ones are due for whatever follows from the change,
 * unchanged ones are only marked as seen. Said twice, it does nothing the second time. Gives how many were new or changed,
 * where this is not the first scan.
 */
export async function recordItems(trx: Transaction<Tables>, seen: Item[], at: Sighting): Promise<number> {
  const items = [...new Map(seen.map((item) => [item.id, item])).values()].filter(
    (item) => item.id !== at.source.root_id,
  )
  const known = await knownRows(trx, at.source.id, items)
  const first: Item[] = []
  const changed: { row: ItemRow; item: Item; content: boolean; place: boolean; actions: string[] }[] = []
  for (const shown of items) {
    const row = known.get(shown.id)
    // What cannot be read of a known item changes nothing of what is known.
    const item =
      shown.unreadable === null || row === undefined ? shown : { ...itemOf(row), unreadable: shown.unreadable }
    const what = observe(row, item)
    if (what.news === 'first-seen') first.push(item)
    // An item that was asked for by its id matters for what decides its copy: another version number alone is none of that.
    else if (what.news === 'changed' && row !== undefined && !(at.by === 'fetch' && what.actions.length === 0))
      changed.push({ row, item, ...what })
  }

  const unplaced = [...first, ...changed.filter((one) => one.place).map((one) => one.item)]
  const news = changed.map((one) => one.item)
  const { placed, evicted } = await placeItems(trx, at.source, unplaced, news, at.by === 'folder-scan')
  await evict(trx, evicted, at)
  await insertFirst(trx, first, placed, at)
  await updateChanged(trx, changed, placed, at)
  if (at.by !== 'feed' && at.by !== 'fetch') await markSeen(trx, [...known.values()], at)
  const below = await carryDown(trx, first, changed, at)
  await logChanges(trx, changed, placed, at)
  if (at.by === 'feed' && showsUntoldFolder(first, changed)) await reconcileWithin(trx, at.source.id, UNTOLD_MS, at.now)
  if (at.first) return 0
  const carried = [{ kind: 'trashed', items: below.trashed }, { kind: 'moved', items: below.orphaned }] as const // biome-ignore format: a table
  await noticeMassChange(trx, at.source.id, [...countChanges(changed), ...carried], at.now)
  return first.length + changed.filter(({ actions }) => actions.length > 0).length
}

/**
 * The feed tells of a folder that comes to be shared with us, or is moved to where we see it, or is not seen any more; and not
 * reliably of what lies in it.
 */
export const UNTOLD_MS = 10 * 60 * 1000

function showsUntoldFolder(first: readonly Item[], changed: readonly { row: ItemRow }[]): boolean {
  const shared = first.some(
    ({ content, ownedByMe, driveId }) => content.kind === 'folder' && !ownedByMe && driveId === null,
  )
  return shared || changed.some(({ row }) => row.kind === 'folder' && row.removed_at !== null)
}

function countChanges(changed: readonly { row: ItemRow; actions: string[] }[]): Changed[] {
  const files = changed.filter(({ row }) => row.kind !== 'folder' || row.removed_at === null)
  const of = (action: string) => files.filter(({ actions }) => actions.includes(action)).length
  return [
    { kind: 'trashed', items: of('trashed') },
    {
      kind: 'moved',
      items: files.filter(({ actions }) => actions.includes('moved') || actions.includes('renamed')).length,
    },
    { kind: 'rewritten', items: of('changed') },
  ]
}

async function knownRows(trx: Transaction<Tables>, source: number, items: Item[]): Promise<Map<string, ItemRow>> {
  const ids = items.map((item) => item.id)
  const rows = await trx
    .selectFrom('items')
    .selectAll()
    .where('source_id', '=', source)
    .where('file_id', 'in', among(ids))
    .execute()
  return new Map(rows.map((row) => [row.file_id, row]))
}

async function insertFirst(trx: Transaction<Tables>, items: Item[], placed: Map<string, Placed>, at: Sighting) {
  const now = timeText(at.now)
  const rows = items.map((item): NewItemRow => {
    const place = placed.get(item.id)
    if (place === undefined) throw new Error(`no place was found for ${item.id}`)
    return {
      source_id: at.source.id,
      file_id: item.id,
      ...columnsOf(item),
      ...place,
      seen_by: at.first ? 'first-scan' : 'later',
      scan_generation: at.generation,
      first_seen: now,
      removed_at: null,
    }
  })
  const before = await lastId(trx)
  await insertRows(trx, 'items', rows)
  const trashed = rows.filter(isTrashedItself).map(({ file_id }) => file_id)
  await recordTrashed(trx, at.source.id, trashed, now)
  // What the feed should have told, and only a later scan has shown.
  const missed = at.first || at.by === 'feed' || at.by === 'fetch' ? [] : rows.filter(({ kind }) => kind !== 'folder')
  const line = { timestamp: now, source_id: at.source.id, action: 'found', message: null }
  await insertRows(trx, 'sync_logs', missed.map(({ file_id, path }) => ({ ...line, file_id, path }))) // biome-ignore format: one row each
  // By their numbers, one after the other, they are found sooner than by their ids.
  await makeDue(trx, sql<boolean>`i.id > ${before}`, { priority: newsPriority(at), now: at.now, again: true })
}

async function lastId(trx: Transaction<Tables>): Promise<number> {
  const { rows } = await sql<{ last: number | null }>`select max(id) as last from items`.execute(trx)
  return rows[0]?.last ?? 0
}

function newsPriority({ by, first }: Sighting): number {
  if (first) return PRIORITY.first
  return by === 'feed' ? PRIORITY.live : PRIORITY.retry
}

/** Writes what changed, and makes due whatever follows from it. */
async function updateChanged(
  trx: Transaction<Tables>,
  changed: { row: ItemRow; item: Item; content: boolean; place: boolean }[],
  placed: Map<string, Placed>,
  at: Sighting,
): Promise<void> {
  if (changed.length === 0) return
  await recordPast(
    trx,
    changed.map(({ row, item }) => ({ row, after: afterwards(row, item, placed, at) })),
    timeText(at.now),
  )
  const waiting = await withDeliveries(trx, changed.map(({ row }) => row.id)) // biome-ignore format: one question
  const [again, reKeyed]: [number[], number[]] = [[], []]
  for (const { row, item, content, place } of changed) {
    const columns = columnsOf(item)
    // A revision keeps its name while its bytes stay the same, whatever Drive calls them now.
    if (!content) columns.revision = row.revision
    await trx
      .updateTable('items')
      .set({
        ...columns,
        ...(placed.get(item.id) ?? {}),
        removed_at: null,
        scan_generation: at.generation,
        ...(at.first ? {} : { seen_by: 'later' as const }),
        skip_reason: null,
        ...(at.by === 'fetch' ? {} : READ_WELL),
      })
      .where('id', '=', row.id)
      .execute()
    if (item.content.kind === 'folder') continue
    // What failed or was skipped gets another chance with any change: a right may have come back.
    if (content || row.skip_reason !== null || waiting.has(row.id)) again.push(row.id)
    else if (place || row.removed_at !== null) reKeyed.push(row.id)
  }
  await makeDue(trx, numbered(again), { priority: newsPriority(at), now: at.now, again: at.by !== 'fetch' })
  await makeDue(trx, numbered(reKeyed), { priority: PRIORITY.reKey, now: at.now, again: false })
}

/** What the first scan corrects of itself is no history. */
function afterwards(row: ItemRow, item: Item, placed: Map<string, Placed>, { first }: Sighting) {
  const { name, trashed, explicitly_trashed } = columnsOf(item)
  if (first) return { ...row, trashed, explicitly_trashed }
  return { name, trashed, explicitly_trashed, place_id: placed.get(item.id)?.place_id ?? row.place_id }
}

/** Files in the trash that gave their names up: their copies move. */
async function evict(trx: Transaction<Tables>, evicted: Evicted[], at: Sighting): Promise<void> {
  if (evicted.length === 0) return
  for (const { row, stored_name, stored_path } of evicted)
    await trx.updateTable('items').set({ stored_name, stored_path }).where('id', '=', row.id).execute()
  const ids = evicted.map(({ row }) => row.id)
  await makeDue(trx, numbered(ids), { priority: PRIORITY.reKey, now: at.now, again: false, evenGone: true })
}

async function markSeen(trx: Transaction<Tables>, rows: ItemRow[], at: Sighting): Promise<void> {
  if (rows.length === 0) return
  const ids = rows.map((row) => row.id)
  await trx.updateTable('items').set({ scan_generation: at.generation }).where('id', 'in', among(ids)).execute()
}

/** Folders that were renamed, moved, trashed, restored or newly found change what lies below them: see updateBelow. */
async function carryDown(
  trx: Transaction<Tables>,
  first: Item[],
  changed: { row: ItemRow; item: Item; actions: string[] }[],
  at: Sighting,
): Promise<{ trashed: number; orphaned: number }> {
  const seeds = changed.filter(({ item, actions }) => item.content.kind === 'folder' && actions.length > 0)
  const below = seeds.map(({ row }) => row.id)
  const counts = await updateBelow(trx, at.source.id, below, at.now)
  // A scan shows folders before all else, and finishFolders looks after them together.
  if (at.by !== 'feed' && at.by !== 'fetch') return counts
  const found = first.filter((item) => item.content.kind === 'folder').map((item) => item.id)
  if (found.length > 0) await adoptOrphans(trx, found, at)
  return counts
}

/** Items whose parent we could not see so far, and can now. */
async function adoptOrphans(trx: Transaction<Tables>, folders: string[], at: Sighting): Promise<void> {
  const orphans = await trx
    .selectFrom('items')
    .selectAll()
    .where('source_id', '=', at.source.id)
    .where('place_id', 'in', [ORPHANED, SHARED_WITH_ME])
    .where('parent_id', 'in', among(folders))
    .execute()
  await replace(trx, orphans, at)
}

/**
 * All folders have been listed, in any order: those whose parent never came are orphans, orphans whose parent did come
 * move to it, and then every path is known. Must run before the first file is recorded.
 */
export async function finishFolders(trx: Transaction<Tables>, at: Sighting): Promise<void> {
  const { id, root_id } = at.source
  const tops = [root_id, ORPHANED, SHARED_WITH_ME]
  const misplaced = trx
    .selectFrom('items as f')
    .leftJoin('items as p', (on) =>
      on.onRef('p.source_id', '=', 'f.source_id').onRef('p.file_id', '=', 'f.parent_id').on('p.kind', '=', 'folder'),
    )
    .selectAll('f')
    .where('f.source_id', '=', id)
    .limit(BATCH)
  const lost = misplaced.where('f.place_id', 'not in', tops).where('f.kind', '=', 'folder').where('p.id', 'is', null)
  const found = misplaced.where('f.place_id', 'in', [ORPHANED, SHARED_WITH_ME]).where('p.id', 'is not', null)
  for (const query of [lost, found])
    for (let rows = await query.execute(); rows.length > 0; rows = await query.execute()) await replace(trx, rows, at)

  let after = 0
  for (;;) {
    const seeds = await trx
      .selectFrom('items')
      .select('id')
      .where('source_id', '=', id)
      .where('place_id', 'in', tops)
      .where('kind', '=', 'folder')
      .where('id', '>', after)
      .orderBy('id')
      .limit(BATCH)
      .execute()
    if (seeds.length === 0) return
    const below = seeds.map((seed) => seed.id)
    await updateBelow(trx, id, below, at.now)
    after = below.at(-1) ?? after
  }
}

/** Places known rows again, and what lies below them. */
async function replace(trx: Transaction<Tables>, rows: ItemRow[], at: Sighting): Promise<void> {
  const { placed, evicted } = await placeItems(trx, at.source, rows.map(itemOf), [])
  await evict(trx, evicted, at)
  await recordPast(
    trx,
    rows.map((row) => ({ row, after: afterwards(row, itemOf(row), placed, at) })),
    timeText(at.now),
  )
  for (const row of rows)
    await trx
      .updateTable('items')
      .set(placed.get(row.file_id) ?? {})
      .where('id', '=', row.id)
      .execute()
  const files = rows.filter((row) => row.kind !== 'folder').map((row) => row.id)
  await makeDue(trx, numbered(files), { priority: PRIORITY.reKey, now: at.now, again: false })
  const folders = rows.filter((row) => row.kind === 'folder').map((row) => row.id)
  await updateBelow(trx, at.source.id, folders, at.now)
}

async function logChanges(
  trx: Transaction<Tables>,
  changed: { row: ItemRow; actions: string[] }[],
  placed: Map<string, Placed>,
  at: Sighting,
): Promise<void> {
  const lines = changed.flatMap(({ row, actions }) => {
    const path = placed.get(row.file_id)?.path ?? row.path
    return actions.map((action) => ({
      timestamp: timeText(at.now),
      source_id: at.source.id,
      file_id: row.file_id,
      path,
      action,
      message: path === row.path ? null : `was ${row.path}`,
    }))
  })
  await insertRows(trx, 'sync_logs', lines)
}
