import { CompiledQuery, type Insertable, type Kysely } from 'kysely'
import type { Tables } from './schema.ts'

/**
 * Long lists go into statements of few sizes, so that few statements are ever compiled and kept prepared: each of the
 * larger ones costs some hundred kilobytes. All sizes stay well below SQLite's limit of 32,766 parameters.
 */
const LIST_SIZES = [1, 10, 100, 400] as const
const ROW_SIZES = [100, 10, 1] as const

/** Values for `in (…)`: cut into lists, the last of them filled up by repeating its last value. */
export function* lists<T>(values: readonly T[]): Generator<T[]> {
  const longest = LIST_SIZES[LIST_SIZES.length - 1] ?? 1
  for (let i = 0; i < values.length; i += longest) {
    const list = values.slice(i, i + longest)
    const size = LIST_SIZES.find((one) => one >= list.length) ?? list.length
    const last = list.at(-1)
    while (list.length < size && last !== undefined) list.push(last)
    yield list
  }
}

const statements = new Map<string, string>()

/**
 * Inserts rows that all have the same columns. The statement of each size is built once: building it costs more than
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
  const columns = Object.keys(first) as (keyof Insertable<Tables[T]>)[]
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
    for (const row of batch) for (const column of columns) parameters.push(row[column])
    await db.executeQuery(CompiledQuery.raw(statement, parameters))
    i += size
  }
}
