import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { ClaimRequest, Copy, Delivery, DeliveryRef, DueFile, HeldKeys } from '../../backup/model/catalog.ts'
import { selector } from '../../backup/plan/selection.ts'
import { among, amongPairs } from '../batches.ts'
import type { DestinationIds } from '../destination-ids.ts'
import { copyOf, ITEM_COLUMNS, itemOf } from '../items/rows.ts'
import type { CatalogDatabase } from '../open.ts'
import type { ItemRow, Tables } from '../schema.ts'
import { type TimeText, timeMs, timeText } from '../times.ts'
import { chosenFolders } from './chosen-folders.ts'

/** What a file in hand needs: a row has more, and each costs. */
const COLUMNS = [
  ...ITEM_COLUMNS,
  'id',
  'source_id',
  'file_id',
  'path',
  'stored_path',
  'seen_by',
  'first_seen',
  'removed_at',
  'read_attempts',
  'read_fault',
] as const
type Row = Pick<ItemRow, (typeof COLUMNS)[number]>

/**
 * Takes files with due deliveries, and all of their deliveries that can be claimed. They stay due while they are in hand; the
 * generation tells whether there was news meanwhile (see settle).
 */
export async function claim(
  db: CatalogDatabase,
  ids: DestinationIds,
  boot: string,
  ask: ClaimRequest,
  now: number,
): Promise<DueFile[]> {
  const destinations = await Promise.all(ask.destinations.map((name) => ids.of(name)))
  return db.transaction().execute(async (trx) => {
    const files = await nextFiles(trx, ask, destinations, timeText(now))
    if (files.length === 0) return []
    const deliveries = await claimThem(trx, ids, boot, files, destinations, timeText(now))
    const rows = await trx.selectFrom('items').select(COLUMNS).where('id', 'in', among(files)).execute()
    const copies = await copiesOf(trx, ids, files)
    const selects = await selectors(trx, ask)
    const frozen = await frozenSources(trx)
    const order = new Map(files.map((file, i) => [file, i]))
    return rows
      .toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0))
      .map((row) => {
        const selected = selects.get(row.source_id)?.({ parentId: row.parent_id, storedPath: row.stored_path }) ?? true
        const chosen = { selected, frozen: frozen.has(row.source_id) }
        return dueFile(row, chosen, copies.get(row.id) ?? [], deliveries.get(row.id) ?? [])
      })
  })
}

/**
 * The next files, at most so many: the most urgent priority first, and every source its share. Only where there are
 * deliveries at all is the index asked, so that a hundred sources with nothing to do cost nothing.
 */
async function nextFiles(
  trx: Transaction<Tables>,
  { limit, oldest, priority, sources }: ClaimRequest,
  destinations: readonly number[],
  now: TimeText,
): Promise<number[]> {
  const some = await trx
    .selectFrom('delivery_tallies')
    .select(['source_id', 'destination', 'priority'])
    .distinct()
    .where('deliveries', '>', 0)
    .where('priority', '<=', priority)
    .where('source_id', 'in', among(sources.map(({ id }) => id)))
    .where('destination', 'in', among(destinations))
    .execute()
  const found = new Set<number>()
  for (const urgency of [...new Set(some.map((row) => row.priority))].toSorted()) {
    const queues = some.filter((row) => row.priority === urgency)
    for (const [i, { source_id, destination }] of queues.entries()) {
      const left = limit - found.size
      if (left <= 0) break
      const share = Math.ceil(left / (queues.length - i))
      const rows = await trx
        .selectFrom('deliveries')
        .select('file')
        .where('source_id', '=', source_id)
        .where('destination', '=', destination)
        .where('priority', '=', urgency)
        .where('due_at', '<=', now)
        .where(sql<boolean>`claimed_by is null`)
        .orderBy('due_at', oldest ? 'asc' : 'desc')
        .limit(share)
        .execute()
      for (const { file } of rows) found.add(file)
    }
    if (found.size >= limit) break
  }
  return [...found].slice(0, limit)
}

/** Sources whose copies are not moved. How large a change is that a scan shows is only known at its end. */
export async function frozenSources(trx: Transaction<Tables>): Promise<Set<number>> {
  const rows = await trx
    .selectFrom('sources')
    .select('id')
    .where((or) => or.or([or('mass_change', 'is not', null), or('scan_reason', 'in', ['lost-cursor', 'reconcile'])]))
    .execute()
  return new Set(rows.map(({ id }) => id))
}

async function claimThem(
  trx: Transaction<Tables>,
  ids: DestinationIds,
  boot: string,
  files: number[],
  destinations: readonly number[],
  now: TimeText,
): Promise<Map<number, Delivery[]>> {
  const rows = await trx
    .updateTable('deliveries')
    .set({ claimed_by: boot })
    .where('file', 'in', among(files))
    .where('destination', 'in', among(destinations))
    .where('due_at', '<=', now)
    .where('claimed_by', 'is', null)
    .returning(['file', 'destination', 'generation', 'priority', 'attempts'])
    .execute()
  const deliveries = new Map<number, Delivery[]>()
  for (const { file, destination, generation, priority, attempts } of rows) {
    const delivery = { file, destination: await ids.name(destination), generation, priority, attempts }
    const known = deliveries.get(file)
    if (known === undefined) deliveries.set(file, [delivery])
    else known.push(delivery)
  }
  return deliveries
}

async function copiesOf(trx: Transaction<Tables>, ids: DestinationIds, files: number[]): Promise<Map<number, Copy[]>> {
  const copies = new Map<number, Copy[]>()
  const rows = await trx
    .selectFrom('copies')
    .innerJoin('items', 'items.id', 'copies.file')
    .selectAll('copies')
    .select('items.file_id')
    .where('copies.file', 'in', among(files))
    .where((where) =>
      where.or([where('place', '=', 'mirror'), where('copies.revision', '=', where.ref('items.revision'))]),
    )
    .execute()
  for (const row of rows) {
    const copy = copyOf(row, await ids.name(row.destination))
    const known = copies.get(row.file)
    if (known === undefined) copies.set(row.file, [copy])
    else known.push(copy)
  }
  return copies
}

async function selectors(trx: Transaction<Tables>, { sources }: ClaimRequest) {
  const selects = new Map<number, ReturnType<typeof selector>>()
  for (const { id, selection } of sources)
    if (selection !== null) selects.set(id, selector(selection, await chosenFolders(trx, id, selection)))
  return selects
}

function dueFile(
  row: Row,
  chosen: Pick<DueFile, 'selected' | 'frozen'>,
  copies: Copy[],
  deliveries: Delivery[],
): DueFile {
  return {
    row: row.id,
    source: row.source_id,
    item: itemOf(row),
    revision: row.revision,
    path: row.path,
    storedPath: row.stored_path,
    seenBy: row.seen_by,
    firstSeen: timeMs(row.first_seen),
    gone: row.removed_at !== null,
    ...chosen,
    readAttempts: row.read_attempts,
    readFault: row.read_fault,
    copies,
    deliveries,
  }
}

/** Gives deliveries back as they were: nothing was sent. Keys that were reserved for them are free. */
export async function release(
  db: CatalogDatabase,
  ids: DestinationIds,
  boot: string,
  held: readonly HeldKeys[],
): Promise<void> {
  if (held.length === 0) return
  const [pairs, keys] = [await pairsOf(ids, held), await keysOf(ids, held)]
  await db.transaction().execute(async (trx) => {
    await sql`delete from writes where (destination, object_key) in ${keys} and state = 'reserved' and claimed_by = ${boot}`.execute(
      trx,
    )
    await sql`update writes set claimed_by = null where (destination, object_key) in ${keys} and claimed_by = ${boot}`.execute(
      trx,
    )
    await sql`update deliveries set claimed_by = null where (destination, file) in ${pairs}`.execute(trx)
  })
}

/** Gives deliveries back that were broken off: something of them may be stored, though nobody wrote it down. */
export async function abandon(db: CatalogDatabase, ids: DestinationIds, held: readonly HeldKeys[]): Promise<void> {
  const [pairs, keys] = [await pairsOf(ids, held), await keysOf(ids, held)]
  await db.transaction().execute(async (trx) => {
    await releaseUncertain(trx, keys)
    await sql`update deliveries set claimed_by = null where (destination, file) in ${pairs}`.execute(trx)
  })
}

/** Keys that may have been written. What an inventory showed there stays unknown. */
export async function releaseUncertain(trx: Transaction<Tables>, keys: RawBuilder<unknown>): Promise<void> {
  await sql`update writes set state = case state when 'unknown' then 'unknown' else 'uncertain' end, claimed_by = null
    where (destination, object_key) in ${keys}`.execute(trx)
}

async function pairsOf(ids: DestinationIds, deliveries: readonly DeliveryRef[]): Promise<RawBuilder<unknown>> {
  const pairs: [number, number][] = []
  for (const { file, destination } of deliveries) pairs.push([await ids.of(destination), file])
  return amongPairs(pairs)
}

export async function keysOf(
  ids: DestinationIds,
  held: readonly Omit<HeldKeys, 'file'>[],
): Promise<RawBuilder<unknown>> {
  const pairs: [number, string][] = []
  for (const { destination, keys } of held) {
    const id = await ids.of(destination)
    for (const key of keys) pairs.push([id, key])
  }
  return amongPairs(pairs)
}

/** At the start of a process that works on the catalog: what another had in hand when it died is due still. */
export async function recoverClaims(db: CatalogDatabase): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await sql`update writes set state = case state when 'reserved' then 'uncertain' else state end, claimed_by = null
      where claimed_by is not null or state = 'reserved'`.execute(trx)
    const { numUpdatedRows } = await trx
      .updateTable('deliveries')
      .set({ claimed_by: null })
      .where('claimed_by', 'is not', null)
      .executeTakeFirst()
    return Number(numUpdatedRows)
  })
}

/**
 * `soon`: what has failed is due tomorrow, and nothing to wait for. `of`: of these alone. To be asked when nothing is in hand.
 */
export async function nextDue(
  db: CatalogDatabase,
  ids: DestinationIds,
  which: 'soon' | 'all',
  of?: { sources: readonly number[]; destinations: readonly string[] },
): Promise<number | null> {
  const destinations = await Promise.all((of?.destinations ?? []).map((name) => ids.of(name)))
  const those =
    of === undefined ? sql`` : sql`and source_id in ${among(of.sources)} and destination in ${among(destinations)}`
  const { rows } = await sql<{ due: TimeText | null }>`
    select min(due) as due from (
      select (select min(due_at) from deliveries d where d.source_id = t.source_id and d.destination = t.destination
        and d.priority = t.priority and d.claimed_by is null ${which === 'soon' ? sql`and d.failed = 0` : sql``}) as due
      from (select distinct source_id, destination, priority from delivery_tallies
        where deliveries > 0 ${those}) t)
    where due < '9999'`.execute(db)
  const due = rows[0]?.due
  return due == null ? null : timeMs(due)
}

const HOUR_MS = 60 * 60 * 1000

/**
 * No delivery may be due later than its longest legitimate wait: the clock may have been ahead when it was put off. `set-back`:
 * it certainly was, so that nothing which is tried soon waits at all.
 */
export async function clampDue(db: CatalogDatabase, now: number, how: 'start' | 'set-back' = 'start'): Promise<void> {
  const at = timeText(now)
  const later = db.updateTable('deliveries').set({ due_at: at }).where('due_at', '<', '9999')
  const soon = how === 'start' ? 1.2 * HOUR_MS : 0
  await later
    .where('failed', '=', 0)
    .where('due_at', '>', timeText(now + soon))
    .execute()
  await later
    .where('failed', '=', 1)
    .where('due_at', '>', timeText(now + 1.2 * 24 * HOUR_MS))
    .execute()
  // What was never tried has nothing to wait for.
  await sql`update deliveries set due_at = ${at}
    where due_at > ${at} and due_at < '9999' and failed = 0 and fault is null
      and not exists (select 1 from items i where i.id = deliveries.file and i.read_fault is not null)`.execute(db)
}
