import { sql } from 'kysely'
import type { DestinationRecord } from '../backup/model/catalog.ts'
import type { LayoutName } from '../backup/model/destination.ts'
import type { Fault } from '../backup/model/faults.ts'
import type { DestinationIds } from './destination-ids.ts'
import type { CatalogDatabase } from './open.ts'
import type { DestinationRow } from './schema.ts'
import { timeText } from './times.ts'

/** The destinations that are known, in the order in which they came. */
export function knownDestinations(db: CatalogDatabase): Promise<DestinationRow[]> {
  return db.selectFrom('destinations').selectAll().orderBy('id').execute()
}

async function destinationByName(db: CatalogDatabase, name: string): Promise<DestinationRow | null> {
  return (await db.selectFrom('destinations').selectAll().where('name', '=', name).executeTakeFirst()) ?? null
}

/** Where a destination was when it was last used; null: it never was. */
export async function addressOf(db: CatalogDatabase, name: string): Promise<string | null> {
  return (await destinationByName(db, name))?.address ?? null
}

/** A destination as the configuration has it. Without `keys` its layout stays as it is. */
export interface WantedDestination {
  readonly name: string
  readonly address: string
  readonly keys?: { readonly layout: LayoutName }
}

/**
 * Registers those that the configuration has, and takes the others out of use: their copies stay known, and what was due
 * there is derived again if they come back. A conversion that was asked for begins here: its re-keys are derived from now on.
 */
export async function registerDestinations(db: CatalogDatabase, wanted: readonly WantedDestination[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const known = new Map((await knownDestinations(trx)).map((row) => [row.name, row]))
    for (const { name, address, keys } of wanted) {
      const row = known.get(name) ?? (await renamed(trx, name, address, wanted))
      if (row === undefined)
        await trx.insertInto('destinations').values({ name, address, layout: keys?.layout ?? 'mirror', active: 1, known: 0, fill_after: 0 }).execute() // biome-ignore format: one statement
      else if (row.active === 0)
        await trx.updateTable('destinations').set({ address, active: 1, fill_after: 0 }).where('id', '=', row.id).execute()
      else if (row.address !== address)
        await trx.updateTable('destinations').set({ address, known: 0, marker: null, lease: null, fill_after: 0 }).where('id', '=', row.id).execute() // biome-ignore format: one statement
    }
    await convert(trx, wanted)
    for (const row of known.values()) {
      if (row.active === 0 || wanted.some(({ name, address }) => name === row.name || address === row.address)) continue
      await trx.deleteFrom('deliveries').where('destination', '=', row.id).execute()
      await trx.updateTable('destinations').set({ active: 0, fill_after: null }).where('id', '=', row.id).execute()
    }
  })
}

/** Brings each destination to its wanted layout. What is stored there keeps its key until its re-key is delivered. */
async function convert(trx: CatalogDatabase, wanted: readonly WantedDestination[]): Promise<void> {
  const rows = new Map((await knownDestinations(trx)).map((row) => [row.name, row]))
  for (const { name, keys } of wanted) {
    const row = rows.get(name)
    if (row === undefined || keys === undefined || row.layout === keys.layout) continue
    await trx
      .updateTable('destinations')
      .set({ layout: keys.layout, former_layout: row.layout, convert_to: null, rekey_after: 0 })
      .where('id', '=', row.id)
      .execute()
  }
}

/** Where the keys of a destination stand, and the id in its marker; null: it was never used. */
export async function layoutOf(
  db: CatalogDatabase,
  name: string,
): Promise<Pick<DestinationRow, 'layout' | 'former_layout' | 'convert_to' | 'marker'> | null> {
  const row = await destinationByName(db, name)
  if (row === null || row.address === null) return null
  const { layout, former_layout, convert_to, marker } = row
  return { layout, former_layout, convert_to, marker }
}

/** An operator wants this layout there. It is begun once the configuration names it as well. */
export async function askToConvert(db: CatalogDatabase, name: string, to: LayoutName): Promise<void> {
  await db.updateTable('destinations').set({ convert_to: to }).where('name', '=', name).execute()
}

export async function destinationRecord(db: CatalogDatabase, name: string): Promise<DestinationRecord> {
  const row = await db.selectFrom('destinations').selectAll().where('name', '=', name).executeTakeFirstOrThrow()
  const { rows } = await sql<{ copies: number | null }>`
    select sum(copies) as copies from copy_tallies where destination = ${row.id}`.execute(db)
  const sources = await db.selectFrom('sources').select('name').orderBy('id').execute()
  return {
    marker: row.marker,
    lease: row.lease,
    known: row.known === 1,
    endedInOrder: row.lease_ended === 1,
    copies: rows[0]?.copies ?? 0,
    sources: sources.map((source) => source.name),
  }
}

export async function recordEntered(
  db: CatalogDatabase,
  ids: DestinationIds,
  name: string,
  { marker, lease, known, at }: { marker: string; lease: string; known: boolean; at: number },
): Promise<void> {
  await db
    .updateTable('destinations')
    .set((to) => ({
      ...{ marker, lease, lease_ended: 0, known: known ? 1 : 0 },
      // What was empty a moment ago needs no comparison before tomorrow.
      ...(known ? { inventory_at: to.fn.coalesce('inventory_at', to.val(timeText(at))) } : {}),
    }))
    .where('id', '=', await ids.of(name))
    .execute()
}

/** A destination that is where another one was that the configuration has no more: only its name has changed. */
async function renamed(
  trx: CatalogDatabase,
  name: string,
  address: string,
  wanted: readonly { name: string }[],
): Promise<DestinationRow | undefined> {
  const row = await trx.selectFrom('destinations').selectAll().where('address', '=', address).executeTakeFirst()
  if (row === undefined || wanted.some((one) => one.name === row.name)) return undefined
  await trx.updateTable('destinations').set({ name }).where('id', '=', row.id).execute()
  return { ...row, name }
}

/** The process of this start ends in order: all that it wrote is in this catalog. */
export async function recordBootEnded(db: CatalogDatabase, boot: string): Promise<void> {
  await db.updateTable('destinations').set({ lease_ended: 1 }).where('lease', '=', boot).execute()
}

export async function saveDestinationTest(
  db: CatalogDatabase,
  name: string,
  test: { at: number; ok: boolean },
): Promise<void> {
  const columns = { tested_at: timeText(test.at), tested_ok: Number(test.ok) }
  await db
    .insertInto('destinations')
    .values({ name, active: 0, ...columns })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
    .execute()
}

/** How the last comparison with what storage lists ended. `known`: all that its keys hold is in the catalog now. */
export async function recordInventory(
  db: CatalogDatabase,
  name: string,
  { at, lost, known }: { at: number; lost: number; known: boolean },
): Promise<void> {
  await db
    .updateTable('destinations')
    .set({ inventory_at: timeText(at), inventory_lost: lost, ...(known ? { known: 1 } : {}) })
    .where('name', '=', name)
    .execute()
}

/** Why objects that belong nowhere any more could not be removed; null: they could, or there are none. */
export async function recordUnremoved(
  db: CatalogDatabase,
  name: string,
  fault: Fault | null,
  now: number,
): Promise<void> {
  const known = await destinationByName(db, name)
  if (known === null || known.left_fault === (fault?.code ?? null)) return
  await db
    .updateTable('destinations')
    .set({
      left_fault: fault?.code ?? null,
      left_detail: fault?.detail ?? null,
      left_since: fault === null ? null : timeText(now),
    })
    .where('id', '=', known.id)
    .execute()
}
