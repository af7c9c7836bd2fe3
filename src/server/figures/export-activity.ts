import type { CatalogDatabase } from '../../catalog/open.ts'
import { type LogLine, type LogQuestion, readLog } from '../../catalog/read/activity.ts'
import type { Pace, Position } from '../../catalog/read/walk.ts'
import { isoTime } from '../../catalog/times.ts'

const PAGE = 1000

const COLUMNS = [
  'id',
  'at',
  'action',
  'source',
  'drive_id',
  'path',
  'destination',
  'fault',
  'message',
  'bytes',
  'duration_ms',
] as const
type Exported = Record<(typeof COLUMNS)[number], string | number | null>

/** The log that the filter lets through, newest first, some hundred lines at a time, as they are taken. */
export async function* exportedLines(
  db: CatalogDatabase,
  question: LogQuestion,
  format: 'csv' | 'jsonl',
  pace: Pace,
  signal: AbortSignal,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvRow(COLUMNS)
  let from: Position | null = null
  do {
    const page: { lines: LogLine[]; next: Position | null } = await readLog(db, question, from, PAGE, pace)
    const rows = page.lines.map(exported)
    const text = rows.map((row) =>
      format === 'csv' ? csvRow(COLUMNS.map((name) => row[name])) : `${JSON.stringify(row, [...COLUMNS])}\n`,
    )
    if (text.length > 0) yield text.join('')
    from = page.next
  } while (from !== null && !signal.aborted)
}

function exported({ timestamp, source_id: source, file_id: drive_id, ...line }: LogLine): Exported {
  return { ...line, at: isoTime(timestamp), source, drive_id }
}

/** RFC 4180. */
export function csvRow(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/**
 * A spreadsheet takes a text that begins so for a formula, and a file in Drive may be named like one: an apostrophe makes it
 * a text again.
 */
const FORMULA = /^[=+\-@\t\r]/

function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
