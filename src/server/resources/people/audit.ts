import { listAudit } from '../../../catalog/access/audit.ts'
import type { Access } from '../../access/access.ts'
import * as routes from '../../contract/access.ts'
import { answers, type Handler, Refusal } from '../../http/handler.ts'
import { iso } from './session.ts'

export function auditHandlers({ db }: Access): Handler[] {
  return [
    answers(routes.listAudit, async ({ query: { cursor, limit } }) => {
      const before = cursor === undefined ? null : numberOf(cursor)
      const rows = await listAudit(db, { before, limit: limit + 1 })
      const entries = rows.slice(0, limit).map(({ at, ...entry }) => ({ ...entry, at: iso(at) }))
      return { entries, next: rows.length > limit ? String(entries.at(-1)?.id) : null }
    }),
  ]
}

function numberOf(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new Refusal(400, 'This cursor is not one that a page of this list has given.', {
    errors: [{ field: 'cursor', message: 'is not known' }],
  })
}
