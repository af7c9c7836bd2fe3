import { type RawBuilder, sql, type Transaction } from 'kysely'
import { PRIORITY } from '../../backup/plan/priority.ts'
import { among } from '../batches.ts'
import type { CatalogDatabase } from '../open.ts'
import type { Tables } from '../schema.ts'
import { type TimeText, timeText } from '../times.ts'

/** Why files are due, which decides what of their deliveries begins again. */
export interface News {
  priority: number
  now: number
  /** Attempts and faults say nothing any more: there are other bytes, or a right may have come back. */
  again: boolean
  /** Also for items that are gone from Drive: their copies can still move. */
  evenGone?: boolean
}

/**
 * Makes items due at every destination in use. A delivery that is there already keeps the more urgent priority and the time
 * since when it waits; its generation grows, so that what is decided of it at this moment does not count.
 */
export async function makeDue(
  trx: Transaction<Tables>,
  which: RawBuilder<boolean>,
  { priority, now, again, evenGone = false }: News,
): Promise<void> {
  const at = timeText(now)
  await sql`
    insert into deliveries (file, destination, source_id, bytes, priority, since, due_at)
    select i.id, p.id, i.source_id, coalesce(i.size, 0), ${priority}, ${at}, ${at}
    from items i cross join destinations p
    where ${which} and i.kind <> 'folder' and p.active = 1 ${evenGone ? sql`` : sql`and i.removed_at is null`}
    on conflict (file, destination) do update set
      generation = generation + 1, priority = min(priority, excluded.priority), bytes = excluded.bytes
      ${again ? sql`, due_at = excluded.due_at, attempts = 0, failed = 0, fault = null, fault_detail = null, fault_at = null` : sql`, due_at = min(due_at, excluded.due_at)`}`.execute(
    trx,
  )
}

/** Items of these numbers. */
export function numbered(ids: readonly number[]): RawBuilder<boolean> {
  return sql<boolean>`i.id in ${among(ids)}`
}

/** Which of these items have a delivery. */
export async function withDeliveries(trx: Transaction<Tables>, ids: readonly number[]): Promise<Set<number>> {
  const rows = await trx.selectFrom('deliveries').select('file').distinct().where('file', 'in', among(ids)).execute()
  return new Set(rows.map(({ file }) => file))
}

/** Nothing is due for these items any more. */
export async function dropDeliveries(trx: Transaction<Tables>, ids: readonly number[]): Promise<void> {
  await trx.deleteFrom('deliveries').where('file', 'in', among(ids)).execute()
}

/** Only a change of the file, or a person, brings another attempt. SQLite compares it with times as text. */
export const NEVER: TimeText = '9999-12-31 00:00:00.000'

/** A re-key of a source with a mass change, which waits until that is confirmed. */
export const HELD = { due_at: NEVER, priority: PRIORITY.reKey } as const

/** Re-keys that were held may be carried out, or are to be looked at again. */
export async function releaseHeld(trx: CatalogDatabase, source: number): Promise<void> {
  await sql`update deliveries set due_at = since
    where source_id = ${source} and priority = ${HELD.priority} and due_at = ${HELD.due_at} and failed = 0`.execute(trx)
}
