import type { PreviewExclusionsAnswer } from '../../../api/operations.ts'
import { CallError } from '../../../server/call.ts'
import { bytes, number, plural } from '../../../ui/data/format.ts'

type Counted = Pick<PreviewExclusionsAnswer, 'matched' | 'bytes' | 'searched' | 'complete'>

/** `1,204 of 12,431 files are skipped: 3.2 GB.` */
export function matchedWords({ matched, bytes: size, searched, complete }: Counted): string {
  if (searched === 0) return 'Nothing is known of the drive yet.'
  if (matched === 0) return complete ? 'No file is skipped.' : 'No file has been found that is skipped.'
  const files = `${number(matched)} of ${plural(searched, 'file')} ${matched === 1 ? 'is' : 'are'} skipped`
  return `${complete ? '' : 'At least '}${files}: ${bytes(size)}.`
}

/** How much of the drive that says something about. */
export function searchedWords({ searched, complete }: Counted): string {
  if (searched === 0) return 'What matches is shown here as soon as the drive has been listed.'
  if (complete) return 'Of every file that is known.'
  return `Of the ${plural(searched, 'file')} that were looked at; there are more, and it would take too long to look at all.`
}

/** What a change does, against what is saved; null: the two cannot be compared. */
export function comparedWith(now: Counted, before: Counted): string | null {
  if (now.searched === 0 || now.searched !== before.searched) return null
  const more = now.matched - before.matched
  if (more === 0) return 'As many as now.'
  const size = bytes(Math.abs(now.bytes - before.bytes))
  return more > 0
    ? `${plural(more, 'file')} more than now (${size}): no longer backed up once you save.`
    : `${plural(-more, 'file')} fewer than now (${size}): backed up again once you save.`
}

/** What is wrong with the patterns, each named; null: the error is not about them. The server counts lines from 1. */
export function patternComplaint(error: Error | null, patterns: readonly string[]): string | null {
  const said = error instanceof CallError && error.status === 422 ? (error.problem?.errors ?? []) : []
  const told = said.flatMap(({ field, message }) => {
    const line = /^patterns\[(\d+)\]$/.exec(field)?.[1]
    return line === undefined ? [] : [`“${patterns[Number(line) - 1] ?? line}” ${message}`]
  })
  return told.length === 0 ? null : told.join(' ')
}
