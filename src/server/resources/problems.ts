import { readMessage } from '../../backup/fault-message.ts'
import { faultKind } from '../../backup/faults.ts'
import { wake } from '../../catalog/operator.ts'
import { faultGroups, filesWithFault, retryAll, troubled } from '../../catalog/problems.ts'
import { fileTallies } from '../../catalog/tallies.ts'
import { isoTime } from '../../catalog/times.ts'
import * as routes from '../contract/files.ts'
import { cursorOf, positionOf, refusingCursors } from '../cursor.ts'
import { failsForGood, needsOperator } from '../figures/trouble.ts'
import type { FigureParts } from '../figures.ts'
import { answers, type Call, type Handler } from '../handler.ts'
import { fileAnswer, skipExplanation } from './files.ts'

/** What keeps files from being protected, by its cause, and what is left out. */
export function problemsHandlers(parts: FigureParts): Handler[] {
  return [
    answers(routes.listProblems, () => list(parts)),
    answers(routes.listProblemFiles, (call) => files(parts, call)),
    answers(routes.retryProblems, (call) => retry(parts, call)),
  ]
}

async function list({ db }: FigureParts) {
  const groups = (await faultGroups(db)).map(({ fault, failed, waiting, nextAttempt, examples }) => {
    const kind = faultKind(fault)
    return {
      fault,
      title: kind?.title ?? fault,
      hint: kind?.hint ?? null,
      needs_operator: needsOperator(fault) || (failed > 0 && failsForGood(fault)),
      failed,
      waiting,
      next_attempt: isoTime(nextAttempt),
      examples: examples.map(({ id, path, last_error }) => ({ id, path, error: errorText(last_error) })),
    }
  })
  const { skipped } = (await fileTallies(db)).all
  return {
    // What a person must do comes first, then what concerns most files.
    problems: groups.toSorted(
      (a, b) => Number(b.needs_operator) - Number(a.needs_operator) || b.failed + b.waiting - (a.failed + a.waiting),
    ),
    skipped: Object.entries(skipped)
      .map(([reason, count]) => ({ reason, explanation: skipExplanation(reason), files: count }))
      .toSorted((a, b) => b.files - a.files),
  }
}

async function files({ db, pace }: FigureParts, { query }: Call<typeof routes.listProblemFiles>) {
  const { fault, cursor, limit } = query
  const { rows, next } = await refusingCursors(filesWithFault(db, fault, positionOf(cursor), limit, pace))
  return {
    files: rows.map((row) => ({
      ...fileAnswer(row),
      error: errorText(row.last_error),
      attempts: row.attempts,
      next_attempt: isoTime(row.next_attempt),
    })),
    next: cursorOf(next),
  }
}

/** What happened; what to do stands once over the group. */
function errorText(message: string | null): string {
  return readMessage(message ?? '').happened
}

/** A few thousand files are due before the answer; of a million the rest follow, with room between for the backup itself. */
async function retry(parts: FigureParts, { body: { fault }, audit }: Call<typeof routes.retryProblems>) {
  const { db, now, status, retries } = parts
  audit(fault ?? 'all')
  const retried = troubled((await fileTallies(db)).all, fault)
  if (retried > 0)
    await retries.run(
      fault ?? '',
      () => retryAll(db, fault, now()),
      () => wake(db),
    )
  status.forget()
  return { retried }
}
