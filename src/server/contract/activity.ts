import { z } from 'zod'
import { bytes, count, nextCursor, page, route, time } from './route.ts'
import { progress, status } from './status.ts'

export const activity = z
  .object({
    id: z.int(),
    at: time,
    /** stored, re-keyed, failed, removed …: a word of the table sync_logs, one of those that `actions` lists. */
    action: z.string(),
    source: z.int().nullable(),
    /** The file's number in the catalog, where it is about one that is still known. */
    file: z.int().nullable(),
    path: z.string().nullable(),
    /** The name of the destination that it is about. */
    destination: z.string().nullable(),
    fault: z.string().nullable(),
    /** A short name of the fault. */
    title: z.string().nullable(),
    /** More about it; of a fault what the other side said. */
    message: z.string().nullable(),
    bytes: bytes.nullable(),
    duration_ms: count.nullable(),
  })
  .meta({ id: 'Activity' })
export type Activity = z.output<typeof activity>

const filters = {
  action: z.string().max(200).optional(),
  /** Part of the path, the message or the destination. */
  search: z.string().max(500).optional(),
  from: time.optional(),
  to: time.optional(),
}

export const listActivity = route({
  method: 'GET',
  path: '/api/activity',
  tag: 'Activity',
  summary: 'What happened, newest first. `action` may name several, with commas.',
  needs: 'read',
  query: z.object({ ...page, ...filters }),
  answer: z.object({
    entries: z.array(activity),
    next: nextCursor,
    /** The actions there are, for the filter. */
    actions: z.array(z.string()),
    /** A filter works in slices, as a search of files: how much of the log has been looked at, 0 to 1. */
    searched: z.number(),
  }),
})

export const exportActivity = route({
  method: 'GET',
  path: '/api/activity/export',
  tag: 'Activity',
  summary: 'The whole activity log that the filter lets through, as a file: CSV, or a JSON object a line.',
  needs: 'read',
  query: z.object({ ...filters, format: z.enum(['csv', 'jsonl']).default('csv') }),
  answer: z.string(),
  media: ['text/csv', 'application/jsonl'],
})

export const listCycles = route({
  method: 'GET',
  path: '/api/cycles',
  tag: 'Activity',
  summary: 'The cycles of each source that found something to do or failed, newest first.',
  needs: 'read',
  query: z.object(page),
  answer: z.object({
    cycles: z.array(
      z
        .object({
          id: z.int(),
          source: z.int(),
          /** `check`: the feed was read to its end. `scan`: the whole drive was listed. `reconcile`: and compared with the catalog. */
          kind: z.enum(['check', 'scan', 'reconcile']),
          started_at: time,
          ended_at: time,
          result: z.enum(['done', 'drained', 'broken']),
          fault: z.string().nullable(),
          /** A short name of the fault, and what it happened to. */
          title: z.string().nullable(),
          fault_subject: z.string().nullable(),
          seen: count,
          synced: count,
          skipped: count,
          moved: count,
          failed: count,
          retrying: count,
          bytes: bytes,
          api_calls: count,
          storage_calls: count,
        })
        .meta({ id: 'Cycle' }),
    ),
    next: nextCursor,
  }),
})

/** So much of the activity happened that only the newest of it follows: the list is to be read anew. */
export const gap = z.object({ omitted: count }).meta({ id: 'Gap' })
export type Gap = z.output<typeof gap>

/**
 * What the event stream carries, by event name. `activity` has its id, and the first `status` that of the newest activity,
 * so that a break can be made good though nothing happened before it: Last-Event-ID goes on behind it.
 */
export const EVENTS = { status, progress, activity, gap } as const

export const getEvents = route({
  method: 'GET',
  path: '/api/events',
  tag: 'Status',
  summary:
    'A stream of server-sent events: `status` and `progress`, each at most once a second, `activity`, and `gap` where more happened than is sent. There is a `status` at least every 15 seconds, so that a silent stream is a broken one. A break is made good by the header Last-Event-ID (or ?last_event_id).',
  needs: 'read',
  query: z.object({ last_event_id: z.coerce.number().int().optional() }),
  answer: z.string(),
  media: ['text/event-stream'],
  refusals: { 503: 'Too many are listening.' },
})
