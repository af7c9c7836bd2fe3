import * as routes from '../contract/activity.ts'
import type { FigureParts } from '../figures/parts.ts'
import { type Handler, streams } from '../http/handler.ts'

/** What happens, as it happens. */
export function eventsHandlers({ hub }: FigureParts): Handler[] {
  return [
    streams(routes.getEvents, async ({ query, reply, signal }) => {
      // The header is what a browser sends by itself after a break; it is newer than the address it began with.
      const header = reply.request.headers['last-event-id']
      const told = typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : query.last_event_id
      await hub.join(reply, told ?? null, signal)
    }),
  ]
}
