import { CompiledQuery, type Insertable, type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from './schema.ts'

/**
 * Rows go into statements of few sizes, so that few statements are ever compiled and kept prepared: each of the larger ones
 * costs some hundred kilobytes. All stay well below SQLite's limit of 32,766 parameters.
 */
const ROW_SIZES = [400, 100, 10, 1] as const

/** Values for `in (…)`, however many: one parameter, so the statement is always the same one. */
export function among(values: readonly (string | number)[]): RawBuilder<number & string> {
  return sql`(select value from json_each(${JSON.stringify(values)}))`
}

/**
 * The same for pairs of values: `(a, b) in …`. They go grouped by the first one, of which there should be few: a pair by
 * itself takes SQLite twice the time.
 */
export function amongPairs(pairs: readonly (readonly [string | number, string | number])[]): RawBuilder<unknown> {
  const groups = new Map<string | number, (string | number)[]>()
  for (const [first, second] of pairs) {
    const known = groups.get(first)
    if (known === undefined) groups.set(first, [second])
    else known.push(second)
  }
  const first = typeof pairs[0]?.[0] === 'number' ? sql`cast(g.key as integer)` : sql`g.key`
  const json = JSON.stringify(Object.fromEntries(groups))
  return sql`(select ${first}, v.value from json_each(${json}) g, json_each(g.value) v)`
}

const statements = new Map<string, string>()

/**
 * Inserts rows that all have the same columns in the same order. The statement of each size is built once: building it costs more than
 * running it. `ifAbsent` leaves rows alone that are there already.
 */
export async function insertRows<T extends keyof Tables & string>(
  db: Kysely<Tables>,
  table: T,
  rows: readonly Insertable<Tables[T]>[],
  ifAbsent = false,
): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const columns = Object.keys(first)
  for (let i = 0; i < rows.length; ) {
    const size = ROW_SIZES.find((one) => one <= rows.length - i) ?? 1
    const batch = rows.slice(i, i + size)
    const name = `${table} ${columns.join()} ${size} ${ifAbsent}`
    let statement = statements.get(name)
    if (statement === undefined) {
      const insert = db.insertInto(table).values(batch)
      statement = (ifAbsent ? insert.onConflict((conflict) => conflict.doNothing()) : insert).compile().sql
      statements.set(name, statement)
    }
    const parameters: unknown[] = []
    for (const row of batch) parameters.push(...Object.values(row))
    await db.executeQuery(CompiledQuery.raw(statement, parameters))
    i += size
  }
}
