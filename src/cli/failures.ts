import { faultKind } from '../backup/faults.ts'
import { troubles } from '../catalog/report.ts'
import { isoTime } from '../catalog/times.ts'
import { visible } from '../log/visible.ts'
import { type Context, openDatabase, readConfig } from './context.ts'
import { count, localTime } from './format.ts'
import { print } from './print.ts'
import { EXIT } from './refusal.ts'

/** More than anybody reads, and a bound on memory. */
const MOST = 100_000
const SHOWN_OF_EACH = 20

/** One fault with the files that it keeps from being protected. */
interface FaultGroup {
  fault: string
  what: string
  hint: string | null
  files: Awaited<ReturnType<typeof troubles>>
}

/** Lists what is not protected because of a fault, by fault, with what to do about it. */
export async function failures(
  context: Context,
  { json = false, all = false }: { json?: boolean; all?: boolean },
): Promise<number> {
  const config = await readConfig(context)
  await using db = await openDatabase(config.catalogFile)
  const rows = await troubles(db, MOST)
  const groups = [...Map.groupBy(rows, ({ fault }) => fault ?? 'unknown')].map(([fault, files]): FaultGroup => {
    const kind = faultKind(fault)
    return { fault, what: kind?.what ?? fault, hint: kind?.hint ?? null, files }
  })
  await print(json ? JSON.stringify(groups.map(forJson), null, 2) : textOf(groups, all, rows.length === MOST))
  return EXIT.ok
}

function forJson({ fault, what, hint, files }: FaultGroup) {
  return {
    fault,
    what,
    hint,
    files: files.map(({ file_id, path, sync_status, last_error, attempts, next_attempt }) => ({
      id: file_id,
      path,
      status: sync_status,
      error: last_error,
      attempts,
      next_attempt: isoTime(next_attempt),
    })),
  }
}

function textOf(groups: readonly FaultGroup[], all: boolean, more: boolean): string {
  if (groups.length === 0) return 'Nothing is kept from being protected by a fault.'
  const blocks = groups.map(({ fault, what, hint, files }) => {
    const shown = all ? files : files.slice(0, SHOWN_OF_EACH)
    const lines = shown.map(
      ({ path, file_id, sync_status, next_attempt }) =>
        `  ${visible(path)}  (${file_id}; ${sync_status}, ${next(next_attempt)})`,
    )
    if (shown.length < files.length) lines.push(`  … and ${count(files.length - shown.length, 'more', 'more')} (--all)`)
    const head = `${count(files.length, 'file')}: ${what}  [${fault}]`
    return [head, ...(hint === null ? [] : [`  → ${hint}`]), ...lines].join('\n')
  })
  if (more) blocks.push(`Only the first ${MOST.toLocaleString('en-US')} are shown.`)
  return [...blocks, '`drivekeep retry PATH` or `drivekeep retry --all` tries again now.'].join('\n\n')
}

function next(time: string | null): string {
  return time === null ? 'tried again when it changes' : `next attempt ${localTime(time)}`
}
