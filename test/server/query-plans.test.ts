import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fillCatalog } from '../../bench/filled-catalog.ts'
import { updateBelow } from '../../src/catalog/items/place.ts'
import {
  fileNumbers,
  type LogQuestion,
  lastCycles,
  lastErrors,
  linesBehind,
  newestLine,
  readCycles,
  readLog,
} from '../../src/catalog/read/activity.ts'
import { backlog } from '../../src/catalog/read/backlog.ts'
import { revisionsOf } from '../../src/catalog/read/file-detail.ts'
import { type FileQuestion, folderById, foldersAbove, listFiles } from '../../src/catalog/read/file-lists.ts'
import { addMetrics, readMetrics, recentRate } from '../../src/catalog/read/metrics.ts'
import { faultGroups, filesWithFault, retryAll, retryOne } from '../../src/catalog/read/problems.ts'
import { standing } from '../../src/catalog/read/standing.ts'
import { fileTallies, lackingAt, oldestAtDestinations, oldestUnprotected } from '../../src/catalog/read/tallies.ts'
import type { Tables } from '../../src/catalog/schema.ts'
import { timeText } from '../../src/catalog/times.ts'

/**
 * What a page asks must not cost more with more files: no question goes through a whole table, or sorts one. This looks at how
 * SQLite means to answer, and so does not depend on how fast this machine is.
 */
let folder: string
let sqlite: Database.Database
let db: Kysely<Tables>
const asked: { sql: string; parameters: readonly unknown[] }[] = []
const NOW = Date.parse('2026-11-22T10:00:00Z')
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivekeep-test-'))
  const file = join(folder, 'sync_state.db')
  await fillCatalog(file, 5000, NOW)
  sqlite = new Database(file)
  db = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: sqlite }),
    log: ({ query }) => {
      asked.push({ sql: query.sql, parameters: query.parameters })
    },
  })
})
afterAll(async () => {
  await db.destroy()
  await rm(folder, { recursive: true })
})

const PATIENT = { now: () => 0, sliceMs: 1000, breathe: async () => {} }
const FILES: FileQuestion = { folder: null, source: null, search: null, status: null, reason: null }
const LOG: LogQuestion = { actions: null, search: null, from: null, to: null }
const DAY = { from: timeText(NOW - 20 * 86_400_000), to: timeText(NOW - 19 * 86_400_000) }
const SUMS = { files: 1, bytes: 1, failures: 1, api_calls: 1, storage_calls: 1, quota_units: 1 }

async function files(question: Partial<FileQuestion>) {
  const first = await listFiles(db, { ...FILES, ...question }, null, 10, PATIENT)
  if (first.next !== null) await listFiles(db, { ...FILES, ...question }, first.next, 10, PATIENT)
}

async function log(question: Partial<LogQuestion>) {
  const first = await readLog(db, { ...LOG, ...question }, null, 10, PATIENT)
  if (first.next !== null) await readLog(db, { ...LOG, ...question }, first.next, 10, PATIENT)
}

const QUESTIONS: Record<string, () => Promise<unknown>> = {
  standing: () => standing(db, 0),
  backlog: () => backlog(db),
  'the top of the drive': () => files({}),
  'a folder': async () => files({ folder: await folderById(db, 1) }),
  'a folder, of one status': async () => files({ folder: await folderById(db, 1), status: 'failed' }),
  'a search': () => files({ search: 'invoice' }),
  'a search in other letters': () => files({ search: 'übersicht' }),
  'a search in a folder': async () => files({ search: 'invoice', folder: await folderById(db, 1) }),
  'a search in a source': () => files({ search: 'invoice', source: 1 }),
  'a search of what failed': () => files({ search: 'invoice', status: 'failed' }),
  'files that failed': () => files({ status: 'failed' }),
  'files that wait': () => files({ status: 'pending' }),
  'files skipped': () => files({ status: 'skipped' }),
  'files stored': () => files({ status: 'synced' }),
  'files with a fault': () => files({ reason: 'drive/export-failed' }),
  'folders above': () => foldersAbove(db, { source_id: 1, place_id: `1f${'0'.repeat(22)}4950` }),
  revisions: () => revisionsOf(db, 2),
  problems: async () => faultGroups(db, (await fileTallies(db)).all.problems),
  'files of a problem of reading': () => filesWithFault(db, 'drive/export-failed', null, null, 10, PATIENT),
  'files of a problem at a destination': () => filesWithFault(db, 'storage/key-refused', 'aws_s3', null, 10, PATIENT),
  'files of a problem, wherever it is': () => filesWithFault(db, 'storage/key-refused', undefined, null, 10, PATIENT),
  'what each destination lacks': () => lackingAt(db),
  'what waits longest': async () => [await oldestUnprotected(db), await oldestAtDestinations(db)],
  'one tried again': () => retryOne(db, 18, NOW),
  'those at a destination tried again': async () => {
    for await (const _ of retryAll(db, { fault: 'storage/key-refused', destination: 'aws_s3' }, NOW));
  },
  'all tried again': async () => {
    for await (const _ of retryAll(db, null, NOW));
  },
  'the log': () => log({}),
  'the log, filtered': () => log({ actions: ['failed', 'stored'], search: 'invoice' }),
  'the log of a day': () => log(DAY),
  'the log of a day, filtered': () => log({ ...DAY, search: 'x' }),
  'what is new in the log': async () => {
    const { lines } = await linesBehind(db, (await newestLine(db)) - 5, 100)
    await fileNumbers(db, lines)
  },
  'the last errors': () => lastErrors(db, 5),
  'the last looks': () => lastCycles(db),
  cycles: () => readCycles(db, 100, 10),
  'figures written': () => addMetrics(db, SUMS, NOW),
  'figures read': () => readMetrics(db, 'minute', 60, NOW),
  'the rate of late': () => recentRate(db, 15, NOW),
  'a folder renamed': () => db.transaction().execute((trx) => updateBelow(trx, 1, [51], NOW)),
}

/** Those that grow with the drive, by their names and what the statements and views call them. */
const LARGE = /^(SCAN|SEARCH) (items|i|files|f|deliveries|d|o|copies|c|revisions|sync_logs|cycles)\b/
/** Of what is wrong, and empty when nothing is. */
const PARTIAL =
  /USING (COVERING )?INDEX (sync_logs_errors|deliveries_failed|deliveries_faulty|items_faulty|items_skipped)/

interface Step {
  id: number
  parent: number
  detail: string
}

test.each(Object.entries(QUESTIONS))('%s: nothing large is gone through or sorted', async (_, ask) => {
  asked.length = 0
  await ask()
  const statements = asked.filter(({ sql }) => /^(with|select|update|insert|delete)/i.test(sql.trim()))
  expect(statements.length).toBeGreaterThan(0)
  for (const { sql, parameters } of statements) {
    const steps = sqlite.prepare<unknown[], Step>(`explain query plan ${sql}`).all(...parameters)
    // The first rows by their numbers, or along a partial index, is no going through it all.
    const first = /^select [^()]*? from "\w+"( where true)? order by "id"( asc| desc)? limit \?$/.test(
      sql.replace(/\s+/g, ' '),
    )
    for (const { detail } of steps) {
      const through = LARGE.test(detail) && detail.startsWith('SCAN') && !PARTIAL.test(detail)
      expect(through && !first, `${detail}\n${sql}`).toBe(false)
    }
    const large = steps.some((step) => LARGE.test(step.detail) && !ofOneRow(step, steps))
    const sorted = steps.some((step) => step.detail.includes('TEMP B-TREE') && !ofOneRow(step, steps))
    // The revisions of one file, and the tree below one folder, are sorted: no more than that.
    expect(
      large && sorted && !/from "revisions"|from "copies"|recursive/.test(sql),
      `${JSON.stringify(steps)}\n${sql}`,
    ).toBe(false)
  }
})

/** What is asked about one row of the answer: it sorts the few deliveries of one file. */
function ofOneRow({ parent }: Step, steps: readonly Step[]): boolean {
  const above = steps.find(({ id }) => id === parent)
  return above !== undefined && (above.detail.startsWith('CORRELATED SCALAR') || ofOneRow(above, steps))
}
