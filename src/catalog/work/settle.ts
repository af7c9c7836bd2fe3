import { sql, type Transaction } from 'kysely'
import type { HeldKeys, NewCopy, Outcome, Settlement } from '../../backup/model/catalog.ts'
import { PRIORITY } from '../../backup/plan/priority.ts'
import { among, amongPairs, insertRows } from '../batches.ts'
import type { DestinationIds } from '../destination-ids.ts'
import type { CatalogDatabase } from '../open.ts'
import type { Tables } from '../schema.ts'
import { type TimeText, timeText } from '../times.ts'
import { frozenSources, keysOf, releaseUncertain } from './claim.ts'
import { vacate } from './copies.ts'
import { dropDeliveries, HELD, NEVER } from './deliveries.ts'

/**
 * Records what became of deliveries, in one transaction: copies first, then deliveries and keys, then the log. A delivery for
 * which there was news while it was in hand stays due; only its claim ends.
 */
export async function settle(
  db: CatalogDatabase,
  ids: DestinationIds,
  settlements: readonly Settlement[],
  outcomes: readonly Outcome[],
  now: number,
): Promise<void> {
  await ids.load()
  await db.transaction().execute(async (trx) => {
    const copies = settlements.flatMap(({ copy }) => copy ?? [])
    await recordCopies(trx, ids, copies, timeText(now))
    await endDeliveries(trx, ids, settlements, now)
    await freeKeys(trx, ids, settlements)
    const at = timeText(now)
    await insertRows(trx, 'sync_logs', outcomes.flatMap((outcome) => logLines(outcome, at))) // biome-ignore format: one statement
  })
}

async function recordCopies(
  trx: Transaction<Tables>,
  ids: DestinationIds,
  stored: readonly NewCopy[],
  at: string,
): Promise<void> {
  if (stored.length === 0) return
  const sums = ({ file, stored: { md5, sha256 } }: NewCopy) => {
    const { content } = file.item
    const known = content.kind === 'blob' ? content : { md5: null, sha256: null }
    return { md5: md5 ?? known.md5, sha256: sha256 ?? known.sha256 }
  }
  await insertRows(
    trx,
    'revisions',
    stored.map((copy) => ({
      file: copy.file.row,
      revision: copy.file.revision,
      size: copy.stored.size,
      ...sums(copy),
      modified_time: timeText(copy.file.item.modifiedTime),
      captured_at: at,
    })),
    true,
  )
  const rows = []
  for (const copy of stored)
    rows.push({
      file: copy.file.row,
      revision: copy.file.revision,
      destination: await ids.of(copy.destination),
      object_key: copy.key,
      version_id: copy.stored.versionId,
      etag: copy.stored.etag,
      size: copy.stored.size,
      sha256: sums(copy).sha256,
      place: 'mirror' as const,
      stored_at: at,
    })
  for (const [destination, some] of Map.groupBy(rows, (row) => row.destination)) await vacate(trx, destination, some)
  await insertRows(trx, 'copies', rows)
}

async function endDeliveries(
  trx: Transaction<Tables>,
  ids: DestinationIds,
  settlements: readonly Settlement[],
  now: number,
): Promise<void> {
  const ended = await dropSettled(trx, ids, settlements)
  await clearReadFaults(trx, settlements, now)
  await skip(trx, settlements)
  // What froze it may be over by now.
  const frozen = settlements.some(({ end }) => end.status === 'held') ? await frozenSources(trx) : null
  for (const settlement of settlements) {
    const { end } = settlement
    if (end.status === 'again') await putOff(trx, ids, settlement, { due_at: timeText(end.dueAt) })
    else if (end.status === 'held' && frozen?.has(settlement.file.source)) await putOff(trx, ids, settlement, HELD)
    else if (end.status === 'pending' || end.status === 'failed') await recordFault(trx, ids, settlement, end, now)
  }
  if (ended === settlements.length) return
  // What had news meanwhile is due still.
  const pairs: [number, number][] = []
  for (const { delivery } of settlements) pairs.push([await ids.of(delivery.destination), delivery.file])
  await sql`update deliveries set claimed_by = null
    where (destination, file) in ${amongPairs(pairs)} and claimed_by is not null`.execute(trx)
}

/** Gives how many. A delivery for which there was news has another generation by now. */
async function dropSettled(
  trx: Transaction<Tables>,
  ids: DestinationIds,
  settlements: readonly Settlement[],
): Promise<number> {
  let dropped = 0
  const settled = settlements.filter(({ end }) => end.status === 'settled').map(({ delivery }) => delivery)
  for (const [destination, some] of Map.groupBy(settled, (delivery) => delivery.destination))
    for (const [generation, same] of Map.groupBy(some, (delivery) => delivery.generation)) {
      const { numDeletedRows } = await trx
        .deleteFrom('deliveries')
        .where('destination', '=', await ids.of(destination))
        .where('generation', '=', generation)
        .where('file', 'in', among(same.map(({ file }) => file)))
        .executeTakeFirst()
      dropped += Number(numDeletedRows)
    }
  return dropped
}

/** What was read again may be delivered everywhere again. */
async function clearReadFaults(
  trx: Transaction<Tables>,
  settlements: readonly Settlement[],
  now: number,
): Promise<void> {
  const read = settlements.filter(({ file, copy }) => copy !== null && !copy.found && file.readAttempts > 0)
  if (read.length === 0) return
  const files = among(read.map(({ file }) => file.row))
  await trx
    .updateTable('items')
    .set({ read_fault: null, read_detail: null, read_fault_at: null, read_attempts: 0, read_failed: 0 })
    .where('id', 'in', files)
    .execute()
  await trx
    .updateTable('deliveries')
    .set({ failed: 0, due_at: timeText(now) })
    .where('file', 'in', files)
    .where('fault', 'is', null)
    .execute()
}

/** A file that is not wanted is due nowhere; news that came meanwhile has made it due again, and is kept. */
async function skip(trx: Transaction<Tables>, settlements: readonly Settlement[]): Promise<void> {
  const skipped = settlements.filter(({ end }) => end.status === 'skipped')
  for (const [reason, some] of Map.groupBy(skipped, ({ end }) => (end.status === 'skipped' ? end.reason : ''))) {
    const unchanged = await unchangedFiles(trx, some)
    await trx
      .updateTable('items')
      .set({
        skip_reason: reason,
        read_fault: null,
        read_detail: null,
        read_fault_at: null,
        read_attempts: 0,
        read_failed: 0,
      })
      .where('id', 'in', among(unchanged))
      .execute()
    await dropDeliveries(trx, unchanged)
  }
}

async function unchangedFiles(trx: Transaction<Tables>, settlements: readonly Settlement[]): Promise<number[]> {
  const generations = new Map<number, number>()
  for (const { delivery } of settlements)
    generations.set(delivery.file, Math.max(generations.get(delivery.file) ?? 0, delivery.generation))
  const rows = await trx
    .selectFrom('deliveries')
    .select(['file', (to) => to.fn.max('generation').as('generation')])
    .where('file', 'in', among([...generations.keys()]))
    .groupBy('file')
    .execute()
  return rows.filter(({ file, generation }) => generation <= (generations.get(file) ?? 0)).map(({ file }) => file)
}

async function putOff(
  trx: Transaction<Tables>,
  ids: DestinationIds,
  { delivery }: Settlement,
  to: { due_at: TimeText; priority?: number },
): Promise<void> {
  await trx
    .updateTable('deliveries')
    .set(to)
    .where('file', '=', delivery.file)
    .where('destination', '=', await ids.of(delivery.destination))
    .where('generation', '=', delivery.generation)
    .execute()
}

async function recordFault(
  trx: Transaction<Tables>,
  ids: DestinationIds,
  { delivery }: Settlement,
  end: Extract<Settlement['end'], { fault: unknown }>,
  now: number,
): Promise<void> {
  const { fault, attempts, by, status } = end
  const failed = status === 'failed' ? 1 : 0
  const due_at = end.dueAt === null ? NEVER : timeText(end.dueAt)
  const mine = trx
    .updateTable('deliveries')
    .where('file', '=', delivery.file)
    .where('destination', '=', await ids.of(delivery.destination))
    .where('generation', '=', delivery.generation)
  if (by === 'storing') {
    const what = { fault: fault.code, fault_detail: fault.detail, fault_at: timeText(now) }
    await mine.set({ ...what, attempts, failed, due_at }).set((to) => ({ priority: retried(to) })).execute() // biome-ignore format: one statement
    return
  }
  const { numUpdatedRows } = await mine.set({ failed, due_at }).set((to) => ({ priority: retried(to) })).executeTakeFirst() // biome-ignore format: one statement
  if (Number(numUpdatedRows) === 0) return
  await trx
    .updateTable('items')
    .set({
      read_fault: fault.code,
      read_detail: fault.detail,
      read_fault_at: timeText(now),
      read_attempts: attempts,
      read_failed: failed,
    })
    .where('id', '=', delivery.file)
    .execute()
  // Those that wait for their turn elsewhere would read it in vain as well.
  await trx
    .updateTable('deliveries')
    .set({ failed, due_at })
    .where('file', '=', delivery.file)
    .where('claimed_by', 'is', null)
    .where('due_at', '<', due_at)
    .execute()
}

function retried(to: { val: (value: number) => unknown }) {
  return to.val(PRIORITY.retry) as never
}

async function freeKeys(
  trx: Transaction<Tables>,
  ids: DestinationIds,
  settlements: readonly Settlement[],
): Promise<void> {
  const held = settlements.filter(({ keys }) => keys.length > 0)
  if (held.length === 0) return
  const [explained, uncertain]: [Pick<HeldKeys, 'destination' | 'keys'>[], Pick<HeldKeys, 'destination' | 'keys'>[]] = [
    [],
    [],
  ]
  for (const { delivery, keys, left, end } of held) {
    const { destination } = delivery
    if (end.status !== 'settled') uncertain.push({ destination, keys })
    else if (left.length === 0) explained.push({ destination, keys })
    else {
      explained.push({ destination, keys: keys.filter((key) => !left.includes(key)) })
      uncertain.push({ destination, keys: left })
    }
  }
  if (explained.length > 0)
    await sql`delete from writes where (destination, object_key) in ${await keysOf(ids, explained)}`.execute(trx)
  if (uncertain.length > 0) await releaseUncertain(trx, await keysOf(ids, uncertain))
}

/** Deciding to skip a file, or to let it wait, is no operation: its row says why. */
function logLines({ file, copies, moves, faults, end, took }: Outcome, at: string) {
  const line = (
    action: string,
    about: { destination?: string; fault?: string; message?: string | null; bytes?: number },
  ) => ({
    timestamp: at,
    source_id: file.source,
    file_id: file.item.id,
    path: file.path,
    action,
    message: about.message ?? null,
    destination: about.destination ?? null,
    fault: about.fault ?? null,
    bytes: about.bytes ?? null,
    duration_ms: took,
  })
  const lines = copies.map(({ destination, stored }) => line('stored', { destination, bytes: stored.size }))
  if (moves > 0) lines.push(line('re-keyed', {}))
  if (end.status !== 'failed' && end.status !== 'pending') return lines
  const action = end.status === 'failed' ? 'failed' : 'retrying'
  for (const { destination, fault } of faults)
    lines.push(
      line(action, {
        fault: fault.code,
        message: fault.detail,
        ...(fault.code.startsWith('storage/') ? { destination } : {}),
      }),
    )
  return lines
}
