import type { Transaction } from 'kysely'
import type { Item } from '../backup/item.ts'
import { among, insertRows } from './batches.ts'
import { ORPHANED, SHARED_WITH_ME } from './names.ts'
import { observe } from './observe.ts'
import { type Evicted, type Placed, placeItems, updateBelow } from './place.ts'
import { columnsOf, itemOf } from './rows.ts'
import type { FileRow, NewFileRow, Tables } from './schema.ts'
import { timeText } from './times.ts'

/** Who reported the items, and in which listing. */
export interface Sighting {
  source: { id: number; root_id: string }
  by: 'folder-scan' | 'file-scan' | 'feed'
  generation: number
  now: number
}

/** Folders looked at in one go when a listing has shown them all. */
const BATCH = 400

/**
 * Records what Drive shows of some items: new ones get a row, changed ones are due for whatever follows from the change,
 * unchanged ones are only marked as seen. Said twice, it does nothing the second time.
 */
export async function recordItems(trx: Transaction<Tables>, seen: Item[], at: Sighting): Promise<void> {
  const items = [...new Map(seen.map((item) => [item.id, item])).values()].filter(
    (item) => item.id !== at.source.root_id,
  )
  const known = await knownRows(trx, at.source.id, items)
  const first: Item[] = []
  const changed: { row: FileRow; item: Item; content: boolean; place: boolean; actions: string[] }[] = []
  for (const item of items) {
    const row = known.get(item.id)
    const what = observe(row, item)
    if (what.news === 'first-seen') first.push(item)
    else if (what.news === 'changed' && row !== undefined) changed.push({ row, item, ...what })
  }

  const unplaced = [...first, ...changed.filter((one) => one.place).map((one) => one.item)]
  const news = changed.map((one) => one.item)
  const { placed, evicted } = await placeItems(trx, at.source, unplaced, news, at.by === 'folder-scan')
  await evict(trx, evicted, at)
  await insertFirst(trx, first, placed, at)
  for (const one of changed) await updateChanged(trx, one, placed.get(one.item.id), at)
  if (at.by !== 'feed') await markSeen(trx, [...known.values()], at)
  await carryDown(trx, first, changed, at)
  await logChanges(trx, changed, placed, at)
}

async function knownRows(trx: Transaction<Tables>, source: number, items: Item[]): Promise<Map<string, FileRow>> {
  const ids = items.map((item) => item.id)
  const rows = await trx
    .selectFrom('files')
    .selectAll()
    .where('source_id', '=', source)
    .where('file_id', 'in', among(ids))
    .execute()
  return new Map(rows.map((row) => [row.file_id, row]))
}

async function insertFirst(trx: Transaction<Tables>, items: Item[], placed: Map<string, Placed>, at: Sighting) {
  const now = timeText(at.now)
  const rows = items.map((item): NewFileRow => {
    const place = placed.get(item.id)
    if (place === undefined) throw new Error(`no place was found for ${item.id}`)
    const folder = item.content.kind === 'folder'
    return {
      source_id: at.source.id,
      file_id: item.id,
      ...columnsOf(item),
      ...place,
      seen_by: at.by === 'feed' ? 'feed' : 'scan',
      scan_generation: at.generation,
      first_seen: now,
      removed_at: null,
      // A folder has no bytes: to be recorded is all the protection it needs.
      sync_status: folder ? 'synced' : 'pending',
      pending_since: folder ? null : now,
      next_attempt: folder ? null : now,
    }
  })
  await insertRows(trx, 'files', rows)
}

async function updateChanged(
  trx: Transaction<Tables>,
  { row, item, content, place }: { row: FileRow; item: Item; content: boolean; place: boolean },
  placed: Placed | undefined,
  at: Sighting,
): Promise<void> {
  const now = timeText(at.now)
  const columns = columnsOf(item)
  // A revision keeps its name while its bytes stay the same, whatever Drive calls them now.
  if (!content) columns.revision = row.revision
  const folder = item.content.kind === 'folder'
  // What failed or was skipped gets another chance with any change: a right may have come back.
  const due = !folder && (content || place || row.removed_at !== null || row.sync_status !== 'synced')
  const again = !folder && (content || row.sync_status !== 'synced')
  await trx
    .updateTable('files')
    .set({
      ...columns,
      ...(placed ?? {}),
      removed_at: null,
      scan_generation: at.generation,
      ...(at.by === 'feed' ? { seen_by: 'feed' as const } : {}),
      ...(due ? { next_attempt: now, due_no: row.due_no + 1 } : {}),
      ...(again
        ? {
            sync_status: 'pending' as const,
            pending_since: row.pending_since ?? now,
            skip_reason: null,
            fault: null,
            last_error: null,
            attempts: 0,
          }
        : {}),
    })
    .where('id', '=', row.id)
    .execute()
}

/** Files in the trash that gave their names up: their copies move. */
async function evict(trx: Transaction<Tables>, evicted: Evicted[], at: Sighting): Promise<void> {
  for (const { row, stored_name, stored_path } of evicted)
    await trx
      .updateTable('files')
      .set({ stored_name, stored_path, next_attempt: row.next_attempt ?? timeText(at.now), due_no: row.due_no + 1 })
      .where('id', '=', row.id)
      .execute()
}

async function markSeen(trx: Transaction<Tables>, rows: FileRow[], at: Sighting): Promise<void> {
  if (rows.length === 0) return
  const ids = rows.map((row) => row.id)
  await trx.updateTable('files').set({ scan_generation: at.generation }).where('id', 'in', among(ids)).execute()
}

/** Folders that were renamed, moved, trashed, restored or newly found change what lies below them. */
async function carryDown(
  trx: Transaction<Tables>,
  first: Item[],
  changed: { row: FileRow; item: Item; actions: string[] }[],
  at: Sighting,
): Promise<void> {
  const seeds = changed.filter(({ item, actions }) => item.content.kind === 'folder' && actions.length > 0)
  const below = seeds.map(({ row }) => row.id)
  await updateBelow(trx, at.source.id, below, at.now)
  // A listing shows folders before all else, and finishFolders looks after them together.
  if (at.by !== 'feed') return
  const found = first.filter((item) => item.content.kind === 'folder').map((item) => item.id)
  if (found.length > 0) await adoptOrphans(trx, found, at)
}

/** Items whose parent we could not see so far, and can now. */
async function adoptOrphans(trx: Transaction<Tables>, folders: string[], at: Sighting): Promise<void> {
  const orphans = await trx
    .selectFrom('files')
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
    .selectFrom('files as f')
    .leftJoin('files as p', (on) =>
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
      .selectFrom('files')
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

/** Places known rows anew, and what lies below them. */
async function replace(trx: Transaction<Tables>, rows: FileRow[], at: Sighting): Promise<void> {
  const { placed, evicted } = await placeItems(trx, at.source, rows.map(itemOf), [])
  await evict(trx, evicted, at)
  for (const row of rows) {
    const due = row.kind !== 'folder' && row.removed_at === null
    await trx
      .updateTable('files')
      .set({
        ...placed.get(row.file_id),
        ...(due ? { next_attempt: row.next_attempt ?? timeText(at.now), due_no: row.due_no + 1 } : {}),
      })
      .where('id', '=', row.id)
      .execute()
  }
  const folders = rows.filter((row) => row.kind === 'folder').map((row) => row.id)
  await updateBelow(trx, at.source.id, folders, at.now)
}

async function logChanges(
  trx: Transaction<Tables>,
  changed: { row: FileRow; actions: string[] }[],
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

/** Marks items as removed, because the feed or Drive's own "not found" said so. Their copies stay. */
export async function recordRemoved(trx: Transaction<Tables>, ids: string[], at: Sighting): Promise<void> {
  const now = timeText(at.now)
  const rows = await trx
    .selectFrom('files')
    .select(['id', 'file_id', 'path', 'sync_status', 'due_no'])
    .where('source_id', '=', at.source.id)
    .where('file_id', 'in', among(ids))
    .where('removed_at', 'is', null)
    .execute()
  for (const row of rows) {
    const gone = row.sync_status === 'pending' || row.sync_status === 'failed'
    await trx
      .updateTable('files')
      .set({
        removed_at: now,
        next_attempt: null,
        due_no: row.due_no + 1,
        ...(gone
          ? {
              sync_status: 'skipped' as const,
              skip_reason: 'gone',
              fault: null,
              last_error: null,
              pending_since: null,
            }
          : {}),
      })
      .where('id', '=', row.id)
      .execute()
    const { file_id, path } = row
    await trx
      .insertInto('sync_logs')
      .values({ timestamp: now, source_id: at.source.id, file_id, path, action: 'removed', message: null })
      .execute()
  }
}
