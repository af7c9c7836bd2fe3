import { Fault, type FaultCode, faultKind } from '../../../backup/model/faults.ts'
import { failures as failuresIn } from '../../../catalog/read/failures.ts'
import { type StandingOutage, standing } from '../../../catalog/read/standing.ts'
import { isoTime, timeText } from '../../../catalog/times.ts'
import { visible } from '../../../log/visible.ts'
import { type Context, openDatabase, readConfig } from '../../context.ts'
import { count, localTime } from '../../terminal/format.ts'
import { print } from '../../terminal/print.ts'
import { EXIT } from '../../terminal/refusal.ts'

/** More than anybody reads, and a bound on memory. */
const MOST = 100_000
const SHOWN_OF_EACH = 20
/** Of what the other side said, so many sentences. */
const SAID = 3

/** One fault, at one destination or of reading, with the files that it keeps from being protected. */
interface FaultGroup {
  fault: string
  what: string
  hint: string | null
  destination: string | null
  files: Awaited<ReturnType<typeof failuresIn>>
}

/** Lists what is not protected because of a fault, by fault, with what to do about it. */
export async function failures(
  context: Context,
  { json = false, all = false }: { json?: boolean; all?: boolean },
): Promise<number> {
  const config = await readConfig(context)
  await using db = await openDatabase(config.catalogFile)
  const { outages } = await standing(db, Date.now())
  const rows = await failuresIn(db, MOST)
  const groups = [...Map.groupBy(rows, ({ fault, destination }) => `${fault}\0${destination ?? ''}`).values()].map(
    groupOf,
  )
  const text = () =>
    [...outages.map(outageText), textOf(groups, all, rows.length === MOST, outages.length > 0)].join('\n\n')
  await print(json ? JSON.stringify(groups.map(forJson), null, 2) : text())
  return EXIT.ok
}

function groupOf(files: FaultGroup['files']): FaultGroup {
  const { fault = 'unknown', destination = null } = files[0] ?? {}
  const kind = faultKind(fault)
  return { fault, what: kind?.what ?? fault, hint: kind?.hint ?? null, destination, files }
}

function forJson({ fault, what, hint, destination, files }: FaultGroup) {
  return {
    fault,
    what,
    hint,
    destination,
    files: files.map(({ file_id, path, status, detail, attempts, next_attempt }) => ({
      id: file_id,
      path,
      status,
      error: detail,
      attempts,
      next_attempt: isoTime(next_attempt),
    })),
  }
}

/** What stands in the way of a whole source or destination comes first. */
function outageText({ name, fault, subject, detail, since, nextTry }: StandingOutage): string {
  const next = nextTry === null ? '' : `, next try ${localTime(timeText(nextTry))}`
  const message = faultKind(fault) === undefined ? fault : new Fault(fault as FaultCode, subject, { detail }).message
  return `${visible(name)}: ${visible(message)}  [${fault}; since ${localTime(timeText(since))}${next}]`
}

function textOf(groups: readonly FaultGroup[], all: boolean, more: boolean, out: boolean): string {
  if (groups.length === 0) return out ? 'No single file has failed.' : 'Nothing has failed.'
  const blocks = groups.map(({ fault, what, hint, destination, files }) => {
    const shown = all ? files : files.slice(0, SHOWN_OF_EACH)
    const lines = shown.map(
      ({ path, file_id, status, next_attempt }) => `  ${visible(path)}  (${file_id}; ${status}, ${next(next_attempt)})`,
    )
    if (shown.length < files.length) lines.push(`  … and ${count(files.length - shown.length, 'more', 'more')} (--all)`)
    const head = `${count(files.length, 'file')}${destination === null ? '' : ` at ${destination}`}: ${what}  [${fault}]`
    const said = [...new Set(files.flatMap(({ detail }) => detail ?? []))].slice(0, SAID)
    return [
      head,
      ...said.map((text) => `  "${visible(text)}"`),
      ...(hint === null ? [] : [`  → ${hint}`]),
      ...lines,
    ].join('\n')
  })
  if (more) blocks.push(`Only the first ${MOST.toLocaleString('en-US')} are shown.`)
  return [...blocks, '`drivekeep retry PATH` or `drivekeep retry --all` tries again now.'].join('\n\n')
}

function next(time: string | null): string {
  return time === null ? 'tried again when it changes' : `next attempt ${localTime(time)}`
}
