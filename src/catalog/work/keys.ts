import { sql } from 'kysely'
import type { Copy, KeysWanted, Reservation } from '../../backup/model/catalog.ts'
import { among, amongPairs, insertRows } from '../batches.ts'
import type { DestinationIds } from '../destination-ids.ts'
import type { CatalogDatabase } from '../open.ts'
import { keysOf, releaseUncertain } from './claim.ts'
import { copiesAt } from './copies.ts'

/**
 * Writes: keys that may hold bytes which the catalog does not record yet. A key is reserved before anything is sent, and given
 * free with the record of what became of it; whoever finds it held has to wait.
 */
export async function reserve(
  db: CatalogDatabase,
  ids: DestinationIds,
  boot: string,
  wanted: readonly KeysWanted[],
): Promise<Reservation[]> {
  const numbers = await Promise.all(wanted.map(({ destination }) => ids.of(destination)))
  return db.transaction().execute(async (trx) => {
    const all = wanted.flatMap(({ keys }, i) => keys.map((key) => [numbers[i] ?? 0, key] as const))
    const { rows } = await sql<{ destination: number; object_key: string; claimed_by: string | null }>`
      select destination, object_key, claimed_by from writes where (destination, object_key) in ${amongPairs(all)}`.execute(
      trx,
    )
    const nameOf = (destination: number, key: string) => `${destination}\0${key}`
    const held = new Set<string>()
    const uncertain = new Set<string>()
    for (const row of rows) (row.claimed_by === null ? uncertain : held).add(nameOf(row.destination, row.object_key))
    const reserved: [number, KeysWanted][] = []
    const blockedBy = wanted.map((one, i) => {
      const destination = numbers[i] ?? 0
      const blocked = one.keys.find((key) => held.has(nameOf(destination, key))) ?? null
      if (blocked !== null) return blocked
      // Two files of one batch can want the same key as well: the first has it.
      for (const key of one.keys) held.add(nameOf(destination, key))
      reserved.push([destination, one])
      return null
    })
    const [fresh, taken]: [[number, KeysWanted, string][], [number, string][]] = [[], []]
    for (const [destination, one] of reserved)
      for (const key of one.keys)
        if (uncertain.has(nameOf(destination, key))) taken.push([destination, key])
        else fresh.push([destination, one, key])
    await insertRows(
      trx,
      'writes',
      fresh.map(([destination, { file, revision }, object_key]) => {
        return { destination, object_key, file, revision, state: 'reserved' as const, claimed_by: boot }
      }),
    )
    if (taken.length > 0)
      await sql`update writes set claimed_by = ${boot} where (destination, object_key) in ${amongPairs(taken)}`.execute(
        trx,
      )
    const occupants = new Map<string, Copy>()
    const first = reserved.map(([destination, { keys }]) => [destination, keys[0] ?? ''] as const)
    for (const [destination, copy] of await copiesAt(trx, ids, first))
      occupants.set(nameOf(destination, copy.key), copy)
    return wanted.map(({ file, destination, keys }, i) => {
      const name = nameOf(numbers[i] ?? 0, keys[0] ?? '')
      return {
        file,
        destination,
        blockedBy: blockedBy[i] ?? null,
        occupant: occupants.get(name) ?? null,
        uncertain: uncertain.has(name),
      }
    })
  })
}

export async function uncertainKeys(
  db: CatalogDatabase,
  ids: DestinationIds,
  boot: string,
  destination: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const id = await ids.of(destination)
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ object_key: string }>`
      select object_key from writes w
      where state = 'uncertain' and destination = ${id} and object_key > ${after} and ${FREE}
      order by object_key limit ${limit}`.execute(trx)
    const keys = rows.map((row) => row.object_key)
    await trx
      .updateTable('writes')
      .set({ claimed_by: boot })
      .where('destination', '=', id)
      .where('object_key', 'in', among(keys))
      .execute()
    return keys
  })
}

/** Not in hand, and no delivery will look there. */
const FREE = sql`claimed_by is null
  and not exists (select 1 from deliveries d where d.file = w.file and d.destination = w.destination)`

export async function hasUncertainKeys(
  db: CatalogDatabase,
  ids: DestinationIds,
  destination: string,
): Promise<boolean> {
  const id = await ids.of(destination)
  const { rows } = await sql`
    select 1 from writes w where state = 'uncertain' and destination = ${id} and ${FREE} limit 1`.execute(db)
  return rows.length > 0
}

export async function forgetWrites(
  db: CatalogDatabase,
  ids: DestinationIds,
  destination: string,
  keys: readonly string[],
): Promise<void> {
  await sql`delete from writes where (destination, object_key) in ${await keysOf(ids, [{ destination, keys }])}`.execute(
    db,
  )
}

/** A key that is reserved at this moment is left alone: whoever has it in hand knows more. */
export async function recordUnknown(
  db: CatalogDatabase,
  ids: DestinationIds,
  destination: string,
  keys: readonly string[],
): Promise<void> {
  const id = await ids.of(destination)
  await sql`
    insert into writes (destination, object_key, state)
    select ${id}, value, 'unknown' from json_each(${JSON.stringify(keys)}) where true
    on conflict (destination, object_key) do update set state = 'unknown' where state <> 'reserved'`.execute(db)
}

export async function leaveUncertain(
  db: CatalogDatabase,
  ids: DestinationIds,
  destination: string,
  keys: readonly string[],
): Promise<void> {
  const at = await keysOf(ids, [{ destination, keys }])
  await db.transaction().execute((trx) => releaseUncertain(trx, at))
}
