import { readCycles } from '../../catalog/read/activity.ts'
import { isoTime } from '../../catalog/times.ts'
import * as routes from '../contract/activity.ts'
import { titleOf } from '../figures/fault-text.ts'
import type { FigureParts } from '../figures/parts.ts'
import { badCursor, cursorOf, positionOf } from '../http/cursor.ts'
import { answers, type Handler } from '../http/handler.ts'

/** The cycles of each source. */
export function cyclesHandlers({ db }: FigureParts): Handler[] {
  return [
    answers(routes.listCycles, async ({ query: { cursor, limit } }) => {
      const [before = null] = positionOf(cursor)?.after ?? []
      if (typeof before === 'string') throw badCursor()
      const rows = await readCycles(db, before, limit + 1)
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      return {
        cycles: shown.map(({ source_id, started_at, ended_at, ...row }) => ({
          ...row,
          title: row.fault === null ? null : titleOf(row.fault),
          source: source_id,
          started_at: isoTime(started_at),
          ended_at: isoTime(ended_at),
        })),
        next: rows.length > limit && last !== undefined ? cursorOf({ walk: 'cycles', after: [last.id] }) : null,
      }
    }),
  ]
}
