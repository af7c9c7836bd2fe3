import type { DaemonState } from '../../backup/daemon/operator.ts'
import { choose, readDaemon, wake } from '../../catalog/operator.ts'
import * as routes from '../contract/status.ts'
import { decide, type Verb } from '../figures/control.ts'
import type { FigureParts } from '../figures/parts.ts'
import { answers, type Handler, Refusal } from '../http/handler.ts'

/** Start, stop, pause, resume, now: what the operator chooses is written down, and the daemon reads it twice a second. */
export function controlHandlers(parts: FigureParts): Handler[] {
  const inTurn = oneAfterAnother()
  const control = (verb: Verb) => () => inTurn(() => carryOut(parts, verb))
  return [
    answers(routes.startSync, control('start')),
    answers(routes.stopSync, control('stop')),
    answers(routes.pauseSync, control('pause')),
    answers(routes.resumeSync, control('resume')),
    answers(routes.syncNow, control('now')),
  ]
}

async function carryOut({ db, now, status, isSetUp }: FigureParts, verb: Verb) {
  const decision = decide(verb, (await readDaemon(db))?.desired ?? 'stopped', await isSetUp())
  if ('refused' in decision) throw new Refusal(409, decision.refused)
  const { state, message } = decision
  if (verb === 'now') await wake(db)
  else await choose(db, state, now())
  status.forget()
  return { state: state satisfies DaemonState, message }
}

/** Of two clicks the second one decides by what the first has chosen. */
function oneAfterAnother(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }
}
