import { type RawBuilder, sql } from 'kysely'
import { PRIORITY } from '../../backup/plan/priority.ts'
import { among } from '../batches.ts'
import type { CatalogDatabase } from '../open.ts'
import { type TimeText, timeText } from '../times.ts'
import { NEVER } from '../work/deliveries.ts'
import type { ListedFile } from './file-lists.ts'
import { fileTallies, type ProblemTally } from './tallies.ts'
import { follow, type Pace, type Position, type Walk } from './walk.ts'

/** One file with one fault: of reading it, or of storing it at one destination. */
export interface FaultyFile extends ListedFile {
  last_error: string | null
  attempts: number
  next_attempt: TimeText | null
}

export interface FaultGroup extends ProblemTally {
  /** Null: only a change or a person brings one. */
  nextAttempt: TimeText | null
  /** When the first of these files met it. */
  since: TimeText | null
  examples: { id: number; path: string; detail: string | null; attempts: number }[]
}

const EXAMPLES = 5

/** What keeps files from being protected, by fault and destination, with a few of the files. */
export async function faultGroups(db: CatalogDatabase, problems: readonly ProblemTally[]): Promise<FaultGroup[]> {
  const groups: FaultGroup[] = []
  for (const problem of problems.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))) {
    const table = problem.destination === null ? READING : STORING
    const where = ofProblem(problem)
    const number = sql.ref(problem.destination === null ? 'id' : 'faulty_file')
    const { rows: examples } = await sql<FaultGroup['examples'][number] & { at: TimeText }>`
      select id, path, last_error as detail, attempts, fault_at as at from ${table}
      where ${where} order by ${number} limit ${EXAMPLES}`.execute(db)
    const { rows } = await sql<{ next: TimeText | null }>`
      select nullif(min(next_attempt), ${NEVER}) as next from (select next_attempt from ${table} where ${where} limit 1000)`.execute(
      db,
    )
    const since = examples.map(({ at }) => at).toSorted()[0] ?? null
    groups.push({ ...problem, nextAttempt: rows[0]?.next ?? null, since, examples })
  }
  return groups
}

function nameOf({ fault, destination }: ProblemTally): string {
  return `${fault}\0${destination ?? ''}`
}

const READING = sql.table('faulty_reading')
const STORING = sql.table('faulty_storing')
const ITEMS = sql.table('items')
const DELIVERIES = sql.table('deliveries')

function ofProblem({ fault, destination }: Pick<ProblemTally, 'fault' | 'destination'>): RawBuilder<boolean> {
  return destination === null ? sql`fault = ${fault}` : sql`fault = ${fault} and ${atDestination(destination)}`
}

function atDestination(name: string): RawBuilder<boolean> {
  return sql`destination = (select id from destinations where name = ${name})`
}

const FAULTY = [
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
): Promise<{ rows: FaultyFile[]; next: Position | null }> {
  const reading: Walk = {
    name: 'reading',
    table: 'faulty_reading',
    where: ofProblem({ fault, destination: null }),
    by: ['id'],
  }
  const where = destination == null ? sql<boolean>`fault = ${fault}` : ofProblem({ fault, destination })
  const storing: Walk = { name: 'storing', table: 'faulty_storing', where, by: ['destination', 'faulty_file'] }
  const walks = destination === undefined ? [reading, storing] : destination === null ? [reading] : [storing]
  return follow<FaultyFile>(db, walks, { columns: FAULTY, filter: null, from, limit }, pace)
}

/** Rows made due in one statement: it holds up the backup's own writing for some tens of ms at the most. */
const RETRY_STEP = 1000

/** Which problems: with this fault, at this destination (null: of reading, absent: anywhere). */
export interface ProblemChoice {
  fault: string
  destination?: string | null | undefined
}

/**
 * Makes files with a problem due now (null: with any), in steps, since a million may wait; each step yields how many it was.
 * Files in hand at this moment are left alone: they are being tried.
 */
export async function* retryAll(
  db: CatalogDatabase,
  choice: ProblemChoice | null,
  now: number,
): AsyncGenerator<number> {
  const { problems } = (await fileTallies(db)).all
  for (const problem of chosen(problems, choice)) {
    const [table, id] = problem.destination === null ? [ITEMS, sql.ref('id')] : [DELIVERIES, sql.ref('file')]
    const fault = sql.ref(problem.destination === null ? 'read_fault' : 'fault')
    const at = problem.destination === null ? sql`true` : atDestination(problem.destination)
    for (let after = 0; ; ) {
      const { rows } = await sql<{ id: number }>`
        select ${id} as id from ${table} where ${fault} = ${problem.fault} and ${at} and ${id} > ${after}
        order by ${id} limit ${RETRY_STEP}`.execute(db)
      const last = rows.at(-1)
      if (last === undefined) break
      yield await makeDue(db, rows.map(({ id }) => id), choice, now) // biome-ignore format: one call
      after = last.id
    }
  }
}

function chosen(problems: readonly ProblemTally[], choice: ProblemChoice | null): readonly ProblemTally[] {
  if (choice === null) return problems
  const { fault, destination } = choice
  return problems.filter((one) => one.fault === fault && (destination === undefined || one.destination === destination))
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
async function makeDue(
  db: CatalogDatabase,
  ids: readonly number[],
  choice: ProblemChoice | null,
  now: number,
): Promise<number> {
  const at = timeText(now)
  const all = choice === null
  const these = among(ids)
  const [read, stored] = all ? [sql`read_fault is not null`, sql`fault is not null`] : faultsOf(choice)
  return db.transaction().execute(async (trx) => {
    const skipped = all ? await unskip(trx, these, at) : []
    const { rows } = await sql<{ file: number }>`
      update deliveries set due_at = ${at}, attempts = 0, failed = 0, fault = null, fault_detail = null, fault_at = null,
        priority = min(priority, ${PRIORITY.retry})
      where file in ${these} and claimed_by is null
        and (${stored} or file in (select id from items where id in ${these} and ${read}))
      returning file`.execute(trx)
    await sql`
      update items set read_fault = null, read_detail = null, read_fault_at = null, read_attempts = 0, read_failed = 0
      where id in ${among(rows.map(({ file }) => file))} and ${read}`.execute(trx)
    return new Set([...rows.map(({ file }) => file), ...skipped]).size
  })
}

function faultsOf({ fault, destination }: ProblemChoice): [read: RawBuilder<unknown>, stored: RawBuilder<unknown>] {
  const [read, stored] = [sql`read_fault = ${fault}`, sql`fault = ${fault}`]
  if (destination === undefined) return [read, stored]
  return destination === null ? [read, sql`false`] : [sql`false`, sql`${stored} and ${atDestination(destination)}`]
}

async function unskip(trx: CatalogDatabase, these: RawBuilder<unknown>, at: TimeText): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    update items set skip_reason = null where id in ${these} and removed_at is null
      and skip_reason in ${sql`(${sql.join(RETRIED_SKIPS)})`} returning id`.execute(trx)
  const ids = rows.map(({ id }) => id)
  await sql`
    insert into deliveries (file, destination, source_id, bytes, priority, since, due_at)
    select i.id, p.id, i.source_id, coalesce(i.size, 0), ${PRIORITY.retry}, ${at}, ${at}
    from items i cross join destinations p where i.id in ${among(ids)} and p.active = 1
    on conflict (file, destination) do nothing`.execute(trx)
  return ids
}

/** How many files a retry is about; a file that failed at two destinations counts twice. */
export function faulty(problems: readonly ProblemTally[], choice: ProblemChoice | null): number {
  return chosen(problems, choice).reduce((sum, { failed, waiting }) => sum + failed + waiting, 0)
}
