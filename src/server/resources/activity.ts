import { Readable } from 'node:stream'
import { ACTIONS, type Action, type LogQuestion, readLog } from '../../catalog/read/activity.ts'
import { timeText } from '../../catalog/times.ts'
import * as routes from '../contract/activity.ts'
import { activitiesOf } from '../figures/activities.ts'
import { exportedLines } from '../figures/export-activity.ts'
import type { FigureParts } from '../figures/parts.ts'
import { cursorOf, positionOf, refusingCursors } from '../http/cursor.ts'
import { answers, type Call, type Handler, Refusal, streams } from '../http/handler.ts'

/** What happened: the activity log to read and to take away. */
export function activityHandlers(parts: FigureParts): Handler[] {
  return [
    answers(routes.listActivity, (call) => list(parts, call)),
    streams(routes.exportActivity, (call) => exportAll(parts, call)),
  ]
}

async function list({ db, pace }: FigureParts, { query }: Call<typeof routes.listActivity>) {
  const { cursor, limit } = query
  const reading = readLog(db, questionOf(query), positionOf(cursor), limit, pace)
  const { lines, next, searched } = await refusingCursors(reading)
  return { entries: await activitiesOf(db, lines), next: cursorOf(next), actions: [...ACTIONS], searched }
}

async function exportAll({ db, pace, now }: FigureParts, call: Call<typeof routes.exportActivity>): Promise<void> {
  const { query, reply, signal } = call
  const question = questionOf(query)
  const csv = query.format === 'csv'
  const day = new Date(now()).toISOString().slice(0, 10)
  reply
    .header('content-type', csv ? 'text/csv; charset=utf-8; header=present' : 'application/jsonl; charset=utf-8')
    .header('content-disposition', `attachment; filename="drivekeep-activity-${day}.${query.format}"`)
  // The next lines are read when the last ones have been taken: memory stays that of one page.
  await reply.send(Readable.from(exportedLines(db, question, query.format, pace, signal), { highWaterMark: 1 }))
}

type Filters = Omit<Call<typeof routes.exportActivity>['query'], 'format'>

function questionOf({ action, search, from, to }: Filters): LogQuestion {
  return {
    actions: action === undefined || action === '' ? null : action.split(',').map(known),
    search: search === undefined || search === '' ? null : search,
    from: from === undefined ? null : timeText(Date.parse(from)),
    to: to === undefined ? null : timeText(Date.parse(to)),
  }
}

function known(name: string): Action {
  const action = ACTIONS.find((one) => one === name.trim())
  if (action !== undefined) return action
  const message = `must be of ${ACTIONS.join(', ')}; several with commas between them`
  throw new Refusal(400, `The log knows no action ${JSON.stringify(name)}: it ${message}.`, {
    errors: [{ field: 'action', message }],
  })
}
