import { type RawBuilder, sql } from 'kysely'
import { PRIORITY } from '../backup/plan/priority.ts'
import type { ListedFile } from './file-lists.ts'
import type { CatalogDatabase } from './open.ts'
import { fileTallies, type ProblemTally } from './tallies.ts'
import { type TimeText, timeText } from './times.ts'
import { follow, type Pace, type Position, type Walk } from './walk.ts'
import { NEVER } from './work/deliveries.ts'

/** One file with one fault: of reading it, or of storing it at one destination. */
export interface TroubledFile extends ListedFile {
  last_error: string | null
  attempts: number
  next_attempt: TimeText | null
}

export interface FaultGroup extends ProblemTally {
  /** Null: only a change or a person brings one. */
  nextAttempt: TimeText | null
  /** When the first of these files met it. */
  since: TimeText | null
  examples: { id: number; path: string; detail: string | null }[]
}

const EXAMPLES = 5

/** What keeps files from being protected, by fault and destination, with a few of the files. */
export async function faultGroups(db: CatalogDatabase): Promise<FaultGroup[]> {
  const { problems } = (await fileTallies(db)).all
  const groups: FaultGroup[] = []
  for (const problem of problems.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))) {
    const table = problem.destination === null ? READING : STORING
    const where = ofProblem(problem)
    const { rows: examples } = await sql<{ id: number; path: string; detail: string | null; at: TimeText }>`
      select id, path, last_error as detail, fault_at as at from ${table} where ${where} order by id limit ${EXAMPLES}`.execute(db)
    const { rows } = await sql<{ next: TimeText | null }>`
      select nullif(min(next_attempt), ${NEVER}) as next from (select next_attempt from ${table} where ${where} limit 1000)`.execute(db)
    const since = examples.map(({ at }) => at).toSorted()[0] ?? null
    groups.push({ ...problem, nextAttempt: rows[0]?.next ?? null, since, examples: examples.map(({ id, path, detail }) => ({ id, path, detail })) }) // biome-ignore format: one row
  }
  return groups
}

function nameOf({ fault, destination }: ProblemTally): string {
  return `${fault}\0${destination ?? ''}`
}

const READING = sql.table('troubled_reading')
const STORING = sql.table('troubled_storing')

function ofProblem({ fault, destination }: Pick<ProblemTally, 'fault' | 'destination'>): RawBuilder<boolean> {
  return destination === null ? sql`fault = ${fault}` : sql`fault = ${fault} and destination = (select id from destinations where name = ${destination})`
}

const TROUBLED = [
  'id',
  'source_id',
  'file_id',
  'kind',
  'name',
  'path',
  'mime_type',
  'size',
  'modified_time',
  'sync_status',
  'skip_reason',
  'fault',
  'trashed',
  'removed_at',
  'last_error',
  'attempts',
  'next_attempt',
] as const

/** The files with one fault, a page at a time. `destination`: undefined for any. */
export function filesWithFault(
  db: CatalogDatabase,
  fault: string,
  destination: string | null | undefined,
  from: Position | null,
  limit: number,
  pace: Pace,
): Promise<{ rows: TroubledFile[]; next: Position | null }> {
  const reading: Walk = { name: 'reading', table: 'troubled_reading', where: ofProblem({ fault, destination: null }), by: ['id'] }
  const where = destination == null ? sql<boolean>`fault = ${fault}` : ofProblem({ fault, destination })
  const storing: Walk = { name: 'storing', table: 'troubled_storing', where, by: ['destination', 'id'] }
  const walks = destination === undefined ? [reading, storing] : destination === null ? [reading] : [storing]
  return follow<TroubledFile>(db, walks, { columns: TROUBLED, filter: null, from, limit }, pace)
}

/** Rows made due in one statement: it holds up the backup's own writing for some tens of ms at the most. */
const RETRY_STEP = 1000

/**
 * Makes files with a fault due now (`fault` null: with any), in steps, since a million may wait; each step yields how many
 * it was. Files in hand at this moment are left alone: they are being tried.
 */
export async function* retryAll(db: CatalogDatabase, fault: string | null, now: number): AsyncGenerator<number> {
  const { problems } = (await fileTallies(db)).all
  for (const one of new Set(problems.map((problem) => problem.fault))) {
    if (fault !== null && one !== fault) continue
    for (let after = 0; ; ) {
      const { rows } = await sql<{ id: number }>`
        select id from (
          select id from items where read_fault = ${one} and id > ${after}
          union select file from deliveries where fault = ${one} and file > ${after})
        order by id limit ${RETRY_STEP}`.execute(db)
      const last = rows.at(-1)
      if (last === undefined) break
      yield await makeDue(db, rows.map(({ id }) => id), one, now) // biome-ignore format: one call
      after = last.id
    }
  }
}

/** Makes one file due now. False: it has no fault, or is in hand. */
export async function retryOne(db: CatalogDatabase, id: number, now: number): Promise<boolean> {
  return (await makeDue(db, [id], null, now)) > 0
}

/** Makes files due now by path or id in Drive. */
export async function retryNamed(db: CatalogDatabase, pathOrId: string, now: number): Promise<number> {
  const rows = await db
    .selectFrom('items')
    .select('id')
    .where((where) => where.or([where('file_id', '=', pathOrId), where('path', '=', pathOrId)]))
    .execute()
  return makeDue(db, rows.map(({ id }) => id), null, now) // biome-ignore format: one call
}

/** What Google or the owner refused may be allowed by now: skipped files can be tried again as well, by name. */
const RETRIED_SKIPS = ['download-forbidden', 'flagged-abusive', 'not-exportable']

/** Gives how many files it was. */
async function makeDue(db: CatalogDatabase, ids: readonly number[], fault: string | null, now: number): Promise<number> {
  const at = timeText(now)
  const among = sql`(select value from json_each(${JSON.stringify(ids)}))`
  return db.transaction().execute(async (trx) => {
    const skipped = await sql<{ id: number }>`
      update items set skip_reason = null where id in ${among} and ${fault === null ? sql`true` : sql`false`}
        and removed_at is null and skip_reason in ${sql`(${sql.join(RETRIED_SKIPS)})`} returning id`.execute(trx)
    await sql`
      insert into deliveries (file, destination, source_id, bytes, priority, since, due_at)
      select i.id, d.id, i.source_id, coalesce(i.size, 0), ${PRIORITY.retry}, ${at}, ${at}
      from items i cross join destinations d
      where i.id in (select value from json_each(${JSON.stringify(skipped.rows.map(({ id }) => id))})) and d.active = 1
      on conflict (file, destination) do nothing`.execute(trx)
    const { rows } = await sql<{ file: number }>`
      update deliveries set due_at = ${at}, attempts = 0, failed = 0, fault = null, fault_detail = null, fault_at = null,
        priority = min(priority, ${PRIORITY.retry})
      where file in ${among} and claimed_by is null
        and (${fault === null ? sql`fault is not null` : sql`fault = ${fault}`}
          or file in (select id from items where id in ${among} and ${fault === null ? sql`read_fault is not null` : sql`read_fault = ${fault}`}))
      returning file`.execute(trx)
    await sql`
      update items set read_fault = null, read_detail = null, read_fault_at = null, read_attempts = 0, read_failed = 0
      where id in (select value from json_each(${JSON.stringify(rows.map(({ file }) => file))}))
        and ${fault === null ? sql`true` : sql`read_fault = ${fault}`}`.execute(trx)
    return new Set([...rows.map(({ file }) => file), ...skipped.rows.map(({ id }) => id)]).size
  })
}

/** How many files a retry is about. */
export function troubled(problems: readonly ProblemTally[], fault: string | null): number {
  return problems.reduce((sum, one) => (fault === null || one.fault === fault ? sum + one.failed + one.waiting : sum), 0)
}
