import { sourceHealth } from '../../../backup/model/health.ts'
import { wake } from '../../../catalog/operator.ts'
import { lastCycles } from '../../../catalog/read/activity.ts'
import { coverage, fileTallies, oldestUnprotected, sum } from '../../../catalog/read/tallies.ts'
import { askForReconcile, confirmChanges, knownSources } from '../../../catalog/sources.ts'
import { isoTime, timeText } from '../../../catalog/times.ts'
import * as routes from '../../contract/sources.ts'
import { massChangeAt, outageAt } from '../../figures/outages.ts'
import type { FigureParts } from '../../figures/parts.ts'
import { answers, type Call, type Handler, Refusal } from '../../http/handler.ts'

/** What is being watched and what was, how each source is, and what an operator can say about it. */
export function sourcesHandlers(parts: FigureParts): Handler[] {
  return [
    answers(routes.listSources, () => list(parts)),
    answers(routes.confirmMassChange, (call) => confirm(parts, call)),
    answers(routes.reconcileSource, (call) => reconcile(parts, call)),
  ]
}

async function list({ db, now }: FigureParts) {
  const tallies = await fileTallies(db)
  const waiting = await oldestUnprotected(db)
  const cycles = await lastCycles(db)
  const sources = (await knownSources(db)).map((source) => {
    const { id, name, email, kind, last_success } = source
    const watched = source.config_name !== null
    const counts = tallies.of([id])
    const since = watched ? waiting.get(id) : undefined
    const lastCycle =
      [last_success, cycles.get(id) ?? null]
        .filter((at) => at !== null)
        .toSorted()
        .at(-1) ?? null
    const outage = watched ? outageAt('source', source, now()) : null
    const massChange = watched ? massChangeAt(source) : null
    const scanning = source.scan_phase !== null
    const { pending, failed } = counts
    return {
      ...{ id, name, kind },
      health: sourceHealth({
        ...{ watched, pending, failed },
        out: outage !== null,
        massChange: massChange !== null,
        read: lastCycle !== null,
        scanning,
        wanted: counts.total - sum(counts.skipped),
      }),
      account: email,
      last_success: isoTime(last_success),
      last_cycle: isoTime(lastCycle),
      scanning,
      files_total: counts.total,
      files_synced: counts.synced,
      ...{ pending, failed },
      skipped: sum(counts.skipped),
      coverage: coverage(counts),
      lag: since === undefined ? null : Math.max(0, (now() - since) / 1000),
      outage,
      mass_change: massChange,
      reconcile_at: isoTime(source.reconcile_asked === 1 ? timeText(now()) : source.reconcile_at),
      odd_items: source.odd_items,
      watched,
      watched_until: isoTime(source.unwatched_at),
    }
  })
  return { sources }
}

async function confirm({ db, status }: FigureParts, { params, audit }: Call<typeof routes.confirmMassChange>) {
  const source = await known(db, params.id)
  const massChange = massChangeAt(source)
  audit(source.name, massChange === null ? undefined : `${massChange.items} items ${massChange.kind}`)
  if (!(await confirmChanges(db, source.id)))
    throw new Refusal(409, `Nothing of ${source.name} waits to be confirmed. Somebody else may have done it.`)
  await wake(db)
  status.forget()
  return {}
}

async function reconcile({ db }: FigureParts, { params, audit }: Call<typeof routes.reconcileSource>) {
  const { id, name } = await known(db, params.id)
  audit(name)
  if ((await askForReconcile(db, id)) === 0)
    throw new Refusal(409, `${name} is not watched any more. Connect its account again first.`)
  await wake(db)
  return {}
}

async function known(db: FigureParts['db'], id: number) {
  const source = (await knownSources(db)).find((one) => one.id === id)
  if (source === undefined) throw new Refusal(404, `There is no source ${id}.`)
  return source
}
