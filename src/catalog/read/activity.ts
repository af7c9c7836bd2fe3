import { type RawBuilder, sql } from 'kysely'
import { among } from '../batches.ts'
import type { CatalogDatabase } from '../open.ts'
import type { TimeText } from '../times.ts'
import { contains } from './matching.ts'
import { follow, type Pace, type Position, type Walk } from './walk.ts'

/** All that stands in sync_logs as an action. */
export const ACTIONS = [
  'stored',
  're-keyed',
  'retrying',
  'failed',
  'lost',
  'found',
  'changed',
  'renamed',
  'moved',
  'trashed',
  'restored',
  'removed',
] as const
export type Action = (typeof ACTIONS)[number]

const COLUMNS = [
  'id',
  'timestamp',
  'source_id',
  'file_id',
  'path',
  'action',
  'message',
  'destination',
  'fault',
  'bytes',
  'duration_ms',
] as const

export interface LogLine {
  id: number
  timestamp: TimeText
  source_id: number | null
  /** The id in Drive. */
  file_id: string | null
  path: string | null
  action: string
  message: string | null
  /** The name of the destination that it is about. */
  destination: string | null
  fault: string | null
  bytes: number | null
  duration_ms: number | null
}

export interface LogQuestion {
  /** Null: all. */
  actions: readonly Action[] | null
  /** A part of the path or of the message. */
  search: string | null
  from: TimeText | null
  to: TimeText | null
}

export interface LogPage {
  lines: LogLine[]
  next: Position | null
  /** How much of the log has been looked at, roughly: 0 to 1, and 1 at the end. */
  searched: number
}

/** The activity log, newest first, a page or a slice of time at a time. */
export async function readLog(
  db: CatalogDatabase,
  question: LogQuestion,
  from: Position | null,
  limit: number,
  pace: Pace,
): Promise<LogPage> {
  const filter = filterFor(question)
  const { rows, next } = await follow<LogLine>(db, [walkFor(question)], { columns: COLUMNS, filter, from, limit }, pace)
  return { lines: rows, next, searched: next === null ? 1 : await share(db, next) }
}

/**
 * By number, which is the order in which things happened. Within two times by time, since a clock that was set back makes
 * the two differ.
 */
function walkFor({ from, to }: LogQuestion): Walk {
  const log = { table: 'sync_logs', descending: true } as const
  if (from === null && to === null) return { ...log, name: 'number', where: sql`true`, by: ['id'], dense: true }
  const bounds = [
    ...(from === null ? [] : [sql<boolean>`timestamp >= ${from}`]),
    ...(to === null ? [] : [sql<boolean>`timestamp <= ${to}`]),
  ]
  return { ...log, name: 'time', where: sql`${sql.join(bounds, sql` and `)}`, by: ['timestamp', 'id'] }
}

function filterFor({ actions, search }: LogQuestion): RawBuilder<boolean> | null {
  const conditions = [
    ...(actions === null ? [] : [sql<boolean>`action in (${sql.join([...actions])})`]),
    ...(search === null
      ? []
      : [
          sql<boolean>`(${contains('path', search)} or ${contains('message', search)} or ${contains('destination', search)})`,
        ]),
  ]
  return conditions.length === 0 ? null : sql`${sql.join(conditions, sql` and `)}`
}

async function share(db: CatalogDatabase, next: Position): Promise<number> {
  const { first, last } = await ends(db)
  const id = Number(next.after.at(-1) ?? first)
  return last === first ? 1 : Math.min(1, Math.max(0, (last - id) / (last - first)))
}

async function ends(db: CatalogDatabase): Promise<{ first: number; last: number }> {
  const { rows } = await sql<{ first: number | null; last: number | null }>`
    select (select min(id) from sync_logs) as first, (select max(id) from sync_logs) as last`.execute(db)
  return { first: rows[0]?.first ?? 0, last: rows[0]?.last ?? 0 }
}

/** The number of the newest line; 0 when there is none. */
export async function newestLine(db: CatalogDatabase): Promise<number> {
  return (await ends(db)).last
}

/** What was written behind a line, oldest first: at most the newest `most`, and how many more there are. */
export async function linesBehind(
  db: CatalogDatabase,
  after: number,
  most: number,
): Promise<{ lines: LogLine[]; omitted: number }> {
  const rows = await db
    .selectFrom('sync_logs')
    .select(COLUMNS)
    .where('id', '>', after)
    .orderBy('id', 'desc')
    .limit(most)
    .execute()
  const oldest = rows.at(-1)
  const full = oldest !== undefined && rows.length === most
  // Numbers are given one after the other; lines may have been deleted by hand, and then it is a little more.
  return { lines: rows.reverse(), omitted: full ? oldest.id - after - 1 : 0 }
}

/** The last errors of any file, newest first. */
export async function lastErrors(db: CatalogDatabase, limit: number): Promise<LogLine[]> {
  return (
    db
      .selectFrom('sync_logs')
      .select(COLUMNS)
      // Written out, not as parameters: only so can SQLite see that its index applies.
      .where(sql<boolean>`action in ('failed', 'retrying', 'lost')`)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
  )
}

/** The files' numbers in the catalog by their ids in Drive: of those that are still known. */
export async function fileNumbers(
  db: CatalogDatabase,
  lines: readonly LogLine[],
): Promise<(line: LogLine) => number | null> {
  const ids = [...new Set(lines.flatMap(({ file_id }) => file_id ?? []))]
  const known = new Map<string, { id: number; source_id: number }[]>()
  const found = await db
    .selectFrom('items')
    .select(['id', 'source_id', 'file_id'])
    .where('source_id', 'in', (of) => of.selectFrom('sources').select('id'))
    .where('file_id', 'in', among(ids))
    .execute()
  for (const row of found) known.set(row.file_id, [...(known.get(row.file_id) ?? []), row])
  return ({ file_id, source_id }) => {
    const rows = known.get(file_id ?? '') ?? []
    return rows.find((row) => source_id === null || row.source_id === source_id)?.id ?? null
  }
}

/** The cycles that did something or failed, newest first. */
export function readCycles(db: CatalogDatabase, before: number | null, limit: number) {
  return db
    .selectFrom('cycles')
    .selectAll()
    .$if(before !== null, (query) => query.where('id', '<', before))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** When the last cycle of each source ended that did something or failed. */
export async function lastCycles(db: CatalogDatabase): Promise<Map<number, TimeText>> {
  const { rows } = await sql<{ id: number; ended: TimeText | null }>`
    select id, (select ended_at from cycles where source_id = sources.id order by id desc limit 1) as ended
    from sources`.execute(db)
  return new Map(rows.flatMap(({ id, ended }) => (ended === null ? [] : [[id, ended]])))
}
