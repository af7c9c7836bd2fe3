import { type RawBuilder, sql } from 'kysely'
import type { CatalogDatabase } from '../open.ts'

/**
 * Goes through long tables in small steps. A page of a list is found by following an index from where the last page
 * ended; what a filter rejects is looked at a few thousand rows at a time, and when a slice of time is used up the answer
 * says where to go on. So no question takes long, however large the table and however rare what is looked for.
 */
export interface Walk {
  /** Tells the walks of one list apart; they are gone in the order of their names. */
  name: string
  table: 'files' | 'sync_logs' | 'waiting_files' | 'failed_files' | 'faulty_reading' | 'faulty_storing'
  /** What the index asks for; the filter comes on top. */
  where: RawBuilder<boolean>
  /** The order, which an index must give; the last column is the row's number, so that no two rows are alike. */
  by: readonly string[]
  descending?: boolean
  /** The order is that of the rows' numbers alone, and nearly all rows are meant: a step is a range of numbers. */
  dense?: boolean
}

/** A row's place in a walk: its values in the columns of `by`. */
type Place = readonly (string | number)[]

/** Where a list is to be gone on with. */
export interface Position {
  walk: string
  after: Place
}

/** What one answer may cost. */
export interface Pace {
  /** Ms that only grow. */
  now(): number
  /** An answer ends after the first step that reaches it. */
  sliceMs: number
  /** Between two steps: lets others have their turn. */
  breathe(): Promise<void>
}

/** A position that none of these walks gave. */
export class NoSuchPlace extends Error {
  override readonly name = 'NoSuchPlace'
}

/** Rows looked at in one step: some milliseconds. */
const STEP = 2000

/**
 * The next rows of a list, at most `limit`; fewer when the slice of time is used up or the list ends. `next` null: it has
 * ended. Without a filter the first step gives all. Throws NoSuchPlace for a position of another list.
 */
export async function follow<Row>(
  db: CatalogDatabase,
  walks: readonly Walk[],
  { columns, filter, from, limit }: Wanted,
  pace: Pace,
): Promise<{ rows: Row[]; next: Position | null }> {
  const began = pace.now()
  const rows: Row[] = []
  const sorted = walks.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  // A walk that is not there any more: the one behind it is next.
  let at = from === null ? 0 : sorted.findIndex(({ name }) => name >= from.walk)
  let after = from !== null && sorted[at]?.name === from.walk ? from.after : null
  if (after !== null && after.length > 0 && after.length !== sorted[at]?.by.length)
    throw new NoSuchPlace(`${from?.walk} has another order`)
  for (let walk = sorted[at]; walk !== undefined && at >= 0; walk = sorted[at]) {
    const found = await step<Row>(db, walk, { columns, filter, after, limit: limit - rows.length })
    rows.push(...found.rows)
    after = found.reached
    if (after === null) at += 1
    const walkNow = sorted[at]
    if (walkNow === undefined) break
    if (rows.length >= limit || pace.now() - began >= pace.sliceMs)
      return { rows, next: { walk: walkNow.name, after: after ?? [] } }
    await pace.breathe()
  }
  return { rows, next: null }
}

interface Wanted {
  columns: readonly string[]
  /** Null: every row of the walks. */
  filter: RawBuilder<boolean> | null
  from: Position | null
  limit: number
}

/** Looks at the next rows of one walk: those that the filter lets through, and how far that was; null: to its end. */
async function step<Row>(
  db: CatalogDatabase,
  walk: Walk,
  { columns, filter, after, limit }: Omit<Wanted, 'from'> & { after: Place | null },
): Promise<{ rows: Row[]; reached: Place | null }> {
  const { by } = walk
  const place = sql`(${sql.join(by.map((column) => sql.ref(column)))})`
  const [beyond, upTo, direction] = walk.descending ? [sql`<`, sql`>=`, sql`desc`] : [sql`>`, sql`<=`, sql`asc`]
  const order = sql.join(by.map((column) => sql`${sql.ref(column)} ${direction}`))
  const from = sql`from ${sql.table(walk.table)} where ${walk.where}
    ${after === null || after.length === 0 ? sql`` : sql`and ${place} ${beyond} ${tuple(after)}`}`

  let end: Place | null = null
  if (filter !== null && walk.dense) end = await rangeEnd(db, walk, after)
  else if (filter !== null) {
    const names = sql.join(by.map((column) => sql.ref(column)))
    const { rows } = await sql<Record<string, string | number>>`
      select ${names} ${from} order by ${order} limit 1 offset ${STEP - 1}`.execute(db)
    end = rows[0] === undefined ? null : placeOf(by, rows[0])
  }
  const selected = sql.join([...new Set([...columns, ...by])].map((column) => sql.ref(column)))
  const { rows } = await sql<Row>`select ${selected} ${from}
    ${end === null ? sql`` : sql`and ${place} ${upTo} ${tuple(end)}`}
    ${filter === null ? sql`` : sql`and ${filter}`}
    order by ${order} limit ${limit}`.execute(db)
  const last = rows.at(-1)
  const full = last !== undefined && rows.length >= limit
  return { rows, reached: full ? placeOf(by, last as Record<string, string | number>) : end }
}

/** Null: the range reaches the end of the table. */
async function rangeEnd(db: CatalogDatabase, { table, descending }: Walk, after: Place | null): Promise<Place | null> {
  const ends = sql<{ first: number | null; last: number | null }>`
    select (select min(id) from ${sql.table(table)}) as first, (select max(id) from ${sql.table(table)}) as last`
  const { first, last } = (await ends.execute(db)).rows[0] ?? {}
  if (first == null || last == null) return null
  const at = after?.[0] === undefined ? null : Number(after[0])
  const end = descending ? (at ?? last + 1) - STEP : (at ?? first - 1) + STEP
  return descending ? (end <= first ? null : [end]) : end >= last ? null : [end]
}

function tuple(place: Place): RawBuilder<unknown> {
  return sql`(${sql.join([...place])})`
}

function placeOf(by: readonly string[], row: Record<string, string | number>): Place {
  return by.map((column) => row[column] ?? 0)
}
