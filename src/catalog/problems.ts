import { type RawBuilder, sql } from 'kysely'
import { LISTED } from './file-lists.ts'
import type { CatalogDatabase } from './open.ts'
import type { FileRow } from './schema.ts'
import { type FileTallies, fileTallies } from './tallies.ts'
import { type TimeText, timeText } from './times.ts'
import { follow, type Pace, type Position, type Walk } from './walk.ts'

const TROUBLED = [...LISTED, 'last_error', 'attempts', 'next_attempt'] as const
export type TroubledFile = Pick<FileRow, (typeof TROUBLED)[number]>

export interface FaultGroup {
  fault: string
  failed: number
  waiting: number
  /** Null: only a change or a person brings one. */
  nextAttempt: TimeText | null
  examples: { id: number; path: string; last_error: string | null }[]
}

const EXAMPLES = 5

/** What keeps files from being protected, by fault, with a few of the files. */
export async function faultGroups(db: CatalogDatabase): Promise<FaultGroup[]> {
  const { failed, waiting } = (await fileTallies(db)).all
  const faults = [...new Set([...Object.keys(failed), ...Object.keys(waiting)])].toSorted()
  const groups: FaultGroup[] = []
  for (const fault of faults) {
    const next = await db
      .selectFrom('files')
      .select('next_attempt')
      .where('fault', '=', fault)
      .where('next_attempt', 'is not', null)
      .orderBy('next_attempt')
      .limit(1)
      .executeTakeFirst()
    const examples = await db
      .selectFrom('files')
      .select(['id', 'path', 'last_error'])
      .where('fault', '=', fault)
      .orderBy('id')
      .limit(EXAMPLES)
      .execute()
    const counts = { failed: failed[fault] ?? 0, waiting: waiting[fault] ?? 0 }
    groups.push({ fault, ...counts, nextAttempt: next?.next_attempt ?? null, examples })
  }
  return groups
}

/** The files with one fault, a page at a time. */
export function filesWithFault(
  db: CatalogDatabase,
  fault: string,
  from: Position | null,
  limit: number,
  pace: Pace,
): Promise<{ rows: TroubledFile[]; next: Position | null }> {
  const walk: Walk = { name: 'fault', table: 'files', where: sql`fault = ${fault}`, by: ['id'] }
  return follow<TroubledFile>(db, [walk], { columns: TROUBLED, filter: null, from, limit }, pace)
}

/** Rows made due in one statement: it holds up the backup's own writing for some tens of ms at the most. */
const RETRY_STEP = 1000

/**
 * Makes files with a fault due now (`fault` null: with any), in steps, since a million may wait; each step yields how many
 * it was. Files in hand at this moment are left alone: they are being tried.
 */
export async function* retryAll(db: CatalogDatabase, fault: string | null, now: number): AsyncGenerator<number> {
  const { failed, waiting } = (await fileTallies(db)).all
  const faults = fault === null ? new Set([...Object.keys(failed), ...Object.keys(waiting)]) : [fault]
  for (const one of faults)
    for (let after = 0; ; ) {
      const ids = await db
        .selectFrom('files')
        .select('id')
        .where('fault', '=', one)
        .where('id', '>', after)
        .orderBy('id')
        .limit(RETRY_STEP)
        .execute()
      const last = ids.at(-1)
      if (last === undefined) break
      const range = sql<boolean>`fault = ${one} and id > ${after} and id <= ${last.id}`
      yield await makeDue(db, range, now)
      after = last.id
    }
}

/** Makes one file due now. False: it has no fault, or is in hand. */
export async function retryOne(db: CatalogDatabase, id: number, now: number): Promise<boolean> {
  return (await makeDue(db, sql<boolean>`id = ${id}`, now)) > 0
}

/** Makes files due now by path or id in Drive. */
export function retryNamed(db: CatalogDatabase, pathOrId: string, now: number): Promise<number> {
  return makeDue(db, sql<boolean>`(file_id = ${pathOrId} or path = ${pathOrId})`, now)
}

async function makeDue(db: CatalogDatabase, which: RawBuilder<boolean>, now: number): Promise<number> {
  const at = timeText(now)
  const { numUpdatedRows } = await db
    .updateTable('files')
    .set((to) => ({
      next_attempt: at,
      attempts: 0,
      sync_status: 'pending',
      pending_since: to.fn.coalesce('pending_since', to.val(at)),
    }))
    .where('sync_status', 'in', ['failed', 'pending'])
    .where('fault', 'is not', null)
    .where('id', 'not in', (not) => not.selectFrom('claims').select('file'))
    .where(which)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** How many files a retry is about. */
export function troubled({ failed, waiting }: FileTallies, fault: string | null): number {
  const of = (counts: Record<string, number>) =>
    fault === null ? Object.values(counts).reduce((a, b) => a + b, 0) : (counts[fault] ?? 0)
  return of(failed) + of(waiting)
}
