import { sql } from 'kysely'
import type { CatalogDatabase } from '../open.ts'
import { type TimeText, timeMs } from '../times.ts'

/** How many items are in each state: what triggers keep, so it is read at once however large the catalog. */
export interface FileTallies {
  total: number
  synced: number
  pending: number
  failed: number
  /** By reason. */
  skipped: Record<string, number>
  /** Deleted in Drive, copies kept; counted above by what became of them. */
  removed: number
  /** Of the pending blobs, at the destination that lacks most: how large an export will be nobody knows beforehand. */
  pendingBytes: number
  /** What keeps deliveries from being made, by fault and destination. */
  problems: ProblemTally[]
}

export interface ProblemTally {
  fault: string
  /** The name of the destination; null: it is about reading from Drive. */
  destination: string | null
  /** Tried again tomorrow, or only when something changes. */
  failed: number
  /** Tried again soon. */
  waiting: number
}

/** Of all sources together, and of some by their numbers. */
export async function fileTallies(
  db: CatalogDatabase,
): Promise<{ all: FileTallies; of: (sources: readonly number[]) => FileTallies }> {
  const items = await db.selectFrom('item_tallies').selectAll().where('files', '<>', 0).execute()
  const work = await db.selectFrom('work_tallies').selectAll().where('files', '<>', 0).execute()
  const deliveries = await db
    .selectFrom('delivery_tallies')
    .innerJoin('destinations', 'destinations.id', 'delivery_tallies.destination')
    .select(['source_id', 'destinations.name as destination', 'failed', 'fault', 'deliveries', 'bytes'])
    .where('deliveries', '<>', 0)
    .execute()
  const all = { items, work, deliveries }
  const of = (sources: readonly number[]) => {
    const mine = ({ source_id }: { source_id: number }) => sources.includes(source_id)
    return sumUp({ items: items.filter(mine), work: work.filter(mine), deliveries: deliveries.filter(mine) })
  }
  return { all: sumUp(all), of }
}

interface Rows {
  items: { skip_reason: string; read_fault: string; read_failed: number; removed: number; files: number }[]
  work: { status: 'pending' | 'failed'; files: number }[]
  deliveries: { destination: string; failed: number; fault: string; deliveries: number; bytes: number }[]
}

function sumUp({ items, work, deliveries }: Rows): FileTallies {
  const count = (status: 'pending' | 'failed') => total(work.filter((row) => row.status === status))
  const [pending, failed] = [count('pending'), count('failed')]
  const skipped: Record<string, number> = {}
  for (const row of items) if (row.skip_reason !== '') add(skipped, row.skip_reason, row.files)
  const all = total(items)
  const lacking: Record<string, number> = {}
  for (const { destination, bytes } of deliveries) add(lacking, destination, bytes)
  return {
    total: all,
    synced: all - pending - failed - sum(skipped),
    ...{ pending, failed, skipped },
    removed: total(items.filter(({ removed }) => removed === 1)),
    pendingBytes: Math.max(0, ...Object.values(lacking)),
    problems: problemsIn({ items, deliveries }),
  }
}

function problemsIn({ items, deliveries }: Omit<Rows, 'work'>): ProblemTally[] {
  const problems = new Map<string, ProblemTally>()
  const note = (fault: string, destination: string | null, failed: number, count: number) => {
    if (fault === '') return
    const name = `${fault}\0${destination ?? ''}`
    const known = problems.get(name) ?? { fault, destination, failed: 0, waiting: 0 }
    known[failed === 1 ? 'failed' : 'waiting'] += count
    problems.set(name, known)
  }
  for (const row of items) note(row.read_fault, null, row.read_failed, row.files)
  for (const row of deliveries) note(row.fault, row.destination, row.failed, row.deliveries)
  return [...problems.values()]
}

function total(rows: readonly { files: number }[]): number {
  return rows.reduce((sum, { files }) => sum + files, 0)
}

function add(counts: Record<string, number>, name: string, count: number): void {
  counts[name] = (counts[name] ?? 0) + count
}

export function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((a, b) => a + b, 0)
}

/** The share that is protected of what should be: 1 only when nothing is missing; null: nothing is to be protected. */
export function coverage({ total, synced, skipped }: FileTallies): number | null {
  const wanted = total - sum(skipped)
  return wanted === 0 ? null : synced / wanted
}

/** What lies at one destination. */
export interface CopyTallies {
  destination: string
  /** Under the paths of the drive. */
  mirror: { copies: number; bytes: number }
  /** Older revisions. */
  history: { copies: number; bytes: number }
  lastStored: TimeText | null
}

export async function copyTallies(db: CatalogDatabase): Promise<CopyTallies[]> {
  const rows = await db
    .selectFrom('copy_tallies')
    .innerJoin('destinations', 'destinations.id', 'copy_tallies.destination')
    .select(['destinations.name as destination', 'place', 'copies', 'bytes', 'last_stored'])
    .orderBy('destinations.name')
    .execute()
  const tallies = [...Map.groupBy(rows, ({ destination }) => destination)].map(([destination, places]) => {
    const of = (name: 'mirror' | 'history') => {
      const { copies = 0, bytes = 0 } = places.find(({ place }) => place === name) ?? {}
      return { copies, bytes }
    }
    const times = places.flatMap(({ last_stored }) => last_stored ?? [])
    return { destination, mirror: of('mirror'), history: of('history'), lastStored: times.toSorted().at(-1) ?? null }
  })
  return tallies.filter(({ mirror, history }) => mirror.copies + history.copies > 0)
}

/** What the fullest destination shows of the drive. */
export function bytesStored(tallies: readonly CopyTallies[]): number {
  return Math.max(0, ...tallies.map(({ mirror }) => mirror.bytes))
}

/** Since when the longest-waiting change of each source is not protected; sources for which nothing waits are omitted. */
export async function oldestUnprotected(db: CatalogDatabase): Promise<Map<number, number>> {
  return oldest(db, 'source_id')
}

/** The same by destination, by name; of the sources that are watched. */
export async function oldestAtDestinations(db: CatalogDatabase): Promise<Map<string, number>> {
  const names = await db.selectFrom('destinations').select(['id', 'name']).execute()
  const times = await oldest(db, 'destination', WATCHED)
  return new Map(names.flatMap(({ id, name }) => (times.has(id) ? [[name, times.get(id) ?? 0]] : [])))
}

const WATCHED = sql<boolean>`t.source_id in (select id from sources where config_name is not null)`

async function oldest(
  db: CatalogDatabase,
  of: 'source_id' | 'destination',
  where = sql<boolean>`true`,
): Promise<Map<number, number>> {
  const { rows } = await sql<{ id: number; oldest: TimeText | null }>`
    select ${sql.ref(of)} as id, min(since) as oldest from (
      select t.source_id, t.destination, (select min(since) from deliveries d
        where d.source_id = t.source_id and d.destination = t.destination) as since
      from (select distinct source_id, destination from delivery_tallies t where deliveries > 0 and ${where}) t)
    group by 1`.execute(db)
  return new Map(rows.flatMap((row) => (row.oldest === null ? [] : [[row.id, timeMs(row.oldest)]])))
}

/** How many deliveries each destination lacks, by name; of the sources that are watched. */
export async function lackingAt(
  db: CatalogDatabase,
): Promise<Map<string, { files: number; bytes: number; failed: number }>> {
  const { rows } = await sql<{ name: string; files: number; bytes: number; failed: number }>`
    select p.name, sum(t.deliveries) as files, sum(t.bytes) as bytes, sum(t.deliveries * t.failed) as failed
    from delivery_tallies t join destinations p on p.id = t.destination
    where ${WATCHED} and t.deliveries > 0 group by 1`.execute(db)
  return new Map(rows.map(({ name, files, bytes, failed }) => [name, { files, bytes, failed }]))
}
