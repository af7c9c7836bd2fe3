import { failsForGood, needsOperator } from '../../backup/model/health.ts'
import { wake } from '../../catalog/operator.ts'
import {
  type FaultGroup,
  faultGroups,
  faulty,
  filesWithFault,
  type ProblemChoice,
  retryAll,
} from '../../catalog/read/problems.ts'
import { standing } from '../../catalog/read/standing.ts'
import { fileTallies, lackingAt } from '../../catalog/read/tallies.ts'
import type { DestinationRow } from '../../catalog/schema.ts'
import { isoTime } from '../../catalog/times.ts'
import * as routes from '../contract/files.ts'
import type { Outage } from '../contract/status.ts'
import { adviceFor, titleOf } from '../figures/fault-text.ts'
import { outageAnswer, withUnremoved } from '../figures/outages.ts'
import type { FigureParts } from '../figures/parts.ts'
import { cursorOf, positionOf, refusingCursors } from '../http/cursor.ts'
import { answers, type Call, type Handler } from '../http/handler.ts'
import { fileAnswer, skipExplanation } from './files.ts'

/** What does not work, what keeps files from being protected, by its cause, and what is skipped. */
export function problemsHandlers(parts: FigureParts): Handler[] {
  return [
    answers(routes.listProblems, () => list(parts)),
    answers(routes.listProblemFiles, (call) => files(parts, call)),
    answers(routes.retryProblems, (call) => retry(parts, call)),
  ]
}

async function list({ db, now }: FigureParts) {
  const { sources, destinations, outages: known } = await standing(db, now())
  const outages = known.map((outage) => outageAnswer(outage, now()))
  const tallies = await fileTallies(db)
  const { problems, skipped } = tallies.of(sources.map(({ id }) => id))
  const lacking = await lackingAt(db)
  const waitingFor = ({ kind, name }: Outage) => {
    if (kind === 'destination') return lacking.get(name)?.files ?? 0
    const { pending, failed } = tallies.of(
      sources.flatMap((one) => (kind === 'daemon' || one.name === name ? one.id : [])),
    )
    return pending + failed
  }
  const groups = (await faultGroups(db, problems)).map(groupAnswer)
  return {
    // What keeps all files of a source or destination; then what a person must do, and what concerns most files.
    problems: [
      ...outages.map((outage) => outageProblem(outage, waitingFor(outage))),
      ...groups.toSorted(
        (a, b) => Number(b.needs_operator) - Number(a.needs_operator) || b.failed + b.waiting - (a.failed + a.waiting),
      ),
      ...withUnremoved(destinations).map(unremovedAnswer),
    ],
    skipped: Object.entries(skipped)
      .map(([reason, count]) => ({ reason, explanation: skipExplanation(reason), files: count }))
      .toSorted((a, b) => b.files - a.files),
  }
}

function outageProblem({ next_try, tries, message: _message, ...outage }: Outage, waiting: number) {
  return { ...outage, next_attempt: next_try, attempts: tries, failed: 0, waiting, examples: [] }
}

/** Every file is protected all the same. */
function unremovedAnswer({ name, left_fault, left_detail, left_since }: DestinationRow) {
  const fault = left_fault ?? ''
  return {
    kind: 'unremoved' as const,
    name,
    fault,
    title: titleOf(fault),
    hint: adviceFor(fault, true),
    detail: left_detail,
    needs_operator: needsOperator(fault),
    since: isoTime(left_since),
    ...{ attempts: 0, failed: 0, waiting: 0, next_attempt: null, examples: [] },
  }
}

function groupAnswer({ fault, destination, failed, waiting, nextAttempt, since, examples }: FaultGroup) {
  const detail = examples.find((example) => example.detail !== null)?.detail ?? null
  return {
    kind: 'files' as const,
    name: destination,
    fault,
    title: titleOf(fault),
    hint: adviceFor(fault, failed > 0 && failsForGood(fault)),
    detail,
    needs_operator: needsOperator(fault) || (failed > 0 && failsForGood(fault)),
    since: isoTime(since),
    attempts: Math.max(0, ...examples.map((example) => example.attempts)),
    failed,
    waiting,
    next_attempt: isoTime(nextAttempt),
    examples: examples.map((one) => ({
      id: one.id,
      path: one.path,
      detail: one.detail === detail ? null : one.detail,
    })),
  }
}

async function files({ db, pace }: FigureParts, { query }: Call<typeof routes.listProblemFiles>) {
  const { fault, cursor, limit } = query
  const where = destinationIn(query)
  const { rows, next } = await refusingCursors(filesWithFault(db, fault, where, positionOf(cursor), limit, pace))
  return {
    files: rows.map((row) => ({
      ...fileAnswer(row),
      detail: row.last_error,
      attempts: row.attempts,
      next_attempt: isoTime(row.next_attempt),
    })),
    next: cursorOf(next),
  }
}

function destinationIn({ destination }: { destination?: string | undefined }): string | null | undefined {
  return destination === '' ? null : destination
}

/** A few thousand files are due before the answer; of a million the rest follow, with room between for the backup itself. */
async function retry(parts: FigureParts, { body, audit }: Call<typeof routes.retryProblems>) {
  const { db, now, status, retries } = parts
  const { fault } = body
  const choice: ProblemChoice | null = fault === null ? null : { fault, destination: destinationIn(body) }
  audit(fault ?? 'all', body.destination === undefined ? undefined : `at ${body.destination || 'Google Drive'}`)
  const retried = faulty((await fileTallies(db)).all.problems, choice)
  if (retried > 0)
    await retries.run(
      JSON.stringify(choice),
      () => retryAll(db, choice, now()),
      () => wake(db),
    )
  status.forget()
  return { retried }
}
