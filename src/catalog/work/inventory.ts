import { sql } from 'kysely'
import type { Copy } from '../../backup/model/catalog.ts'
import type { KeyDifferences, Listed } from '../../backup/model/inventory.ts'
import type { DestinationIds } from '../destination-ids.ts'
import { copyOf } from '../items/rows.ts'
import type { CatalogDatabase } from '../open.ts'
import type { CopyRow } from '../schema.ts'
import { timeText } from '../times.ts'

/**
 * Compares the keys after `from` up to `to` with the copies that were stored before `before`. Older versions of a key are not
 * listed, and so not looked for.
 */
export async function compareKeys(
  db: CatalogDatabase,
  ids: DestinationIds,
  destination: string,
  { from, to, listed, before }: { from: string; to: string; listed: readonly Listed[]; before: number },
): Promise<KeyDifferences> {
  const id = await ids.of(destination)
  const range = sql`c.destination = ${id} and c.object_key > ${from} and c.object_key <= ${to}`
  const { rows } = await sql<CopyRow & { file_id: string }>`
    select c.*, i.file_id from copies c join items i on i.id = c.file where ${range} and c.place = 'mirror'
    union all
    select c.*, i.file_id from copies c join items i on i.id = c.file
    where ${range} and c.place = 'history' and c.version_id is null`.execute(db)
  const there = new Map(listed.map((object) => [object.key, object]))
  const missing = rows.filter((row) => {
    const object = there.get(row.object_key)
    const same =
      object !== undefined &&
      object.size === row.size &&
      (row.etag === null || object.etag === null || row.etag === object.etag)
    return !same && row.stored_at < timeText(before)
  })
  const explained = new Set(rows.map((row) => row.object_key))
  const others = listed.map(({ key }) => key).filter((key) => !explained.has(key))
  return { missing: missing.map((row) => copyOf(row, destination)), unknown: await unexplainedKeys(db, id, others) }
}

async function unexplainedKeys(db: CatalogDatabase, destination: number, keys: readonly string[]): Promise<string[]> {
  if (keys.length === 0) return []
  const { rows } = await sql<{ key: string }>`
    select value as key from json_each(${JSON.stringify(keys)})
    where not exists (select 1 from writes w where w.destination = ${destination} and w.object_key = value)
      and not exists (select 1 from copies c where c.destination = ${destination} and c.object_key = value and c.place = 'mirror')`.execute(
    db,
  )
  return rows.map(({ key }) => key)
}

/** Some copies of the mirror, to be looked at where a listing cannot be had. */
export async function someCopies(
  db: CatalogDatabase,
  ids: DestinationIds,
  destination: string,
  count: number,
): Promise<Copy[]> {
  const id = await ids.of(destination)
  const { rows: ends } = await sql<{ last: number | null }>`select max(id) as last from copies`.execute(db)
  const last = ends[0]?.last ?? 0
  const found = new Map<number, Copy>()
  for (let i = 0; i < count && last > 0; i++) {
    const from = Math.floor((i / count) * last)
    const { rows } = await sql<CopyRow & { file_id: string }>`
      select c.*, i.file_id from copies c join items i on i.id = c.file
      where c.id > ${from} and c.destination = ${id} and c.place = 'mirror' order by c.id limit 1`.execute(db)
    for (const row of rows) found.set(row.id, copyOf(row, destination))
  }
  return [...found.values()]
}
