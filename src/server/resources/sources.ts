import { lastLooks } from '../../catalog/activity.ts'
import { knownSources } from '../../catalog/sources.ts'
import { coverage, fileTallies, oldestUnprotected, sum } from '../../catalog/tallies.ts'
import { isoTime } from '../../catalog/times.ts'
import * as routes from '../contract/sources.ts'
import { ofDestination, troubleOf } from '../figures/trouble.ts'
import type { FigureParts } from '../figures.ts'
import { answers, type Handler } from '../handler.ts'

/** What is being watched, and how each source is. */
export function sourcesHandlers({ db, now, watched }: FigureParts): Handler[] {
  return [
    answers(routes.listSources, async () => {
      const tallies = await fileTallies(db)
      const waiting = await oldestUnprotected(db)
      const looks = await lastLooks(db)
      const ids = await watched()
      const known = (await knownSources(db)).filter(({ id }) => ids === null || ids.includes(id))
      const sources = known.map((source) => {
        const { id, name, email, kind, last_success, last_fault: fault, last_fault_message: message } = source
        const counts = tallies.of([id])
        const since = waiting.get(id)
        return {
          ...{ id, name, kind },
          account: email,
          last_success: isoTime(last_success),
          last_look: isoTime(
            [last_success, looks.get(id) ?? null]
              .filter((at) => at !== null)
              .toSorted()
              .at(-1) ?? null,
          ),
          listing: source.scan_phase !== null,
          files_total: counts.total,
          files_synced: counts.synced,
          pending: counts.pending,
          failed: sum(counts.failed),
          skipped: sum(counts.skipped),
          coverage: coverage(counts),
          lag: since === undefined ? null : Math.max(0, (now() - since) / 1000),
          // A destination that is out of order ends cycles too, and says so itself.
          watched: true,
          watched_until: null,
          trouble: fault === null || ofDestination(fault) ? null : troubleOf(fault, message ?? ''),
        }
      })
      return { sources }
    }),
  ]
}
