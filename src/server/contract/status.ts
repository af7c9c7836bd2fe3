import { z } from 'zod'
import { HEALTHS } from '../../backup/model/health.ts'
import { bytes, count, route, time } from './route.ts'

export const state = z.enum(['running', 'paused', 'stopped'])

/** What stands in the way of a source, a destination or the daemon as a whole. */
export const faultText = z
  .object({
    fault: z.string(),
    /** What happened, to what: one sentence. */
    message: z.string(),
    /** What to do, or that nothing is to be done; null: a fault that this version does not know. */
    hint: z.string().nullable(),
    /** True: a person must act, or should look because it has lasted for a day. */
    needs_operator: z.boolean(),
  })
  .meta({ id: 'FaultText' })
export type FaultText = z.output<typeof faultText>

/** A source or destination that does not work at present, or what keeps the daemon from all of its work. */
export const outage = faultText
  .extend({
    kind: z.enum(['daemon', 'source', 'destination']),
    /** Of the source or destination; of the daemon: what it is about. */
    name: z.string(),
    /** A short name for people. */
    title: z.string(),
    /** What the other side said, in its own words. */
    detail: z.string().nullable(),
    since: time,
    /** Null: not planned. */
    next_try: time.nullable(),
    /** How often it was tried in vain. */
    tries: count,
  })
  .meta({ id: 'Outage' })
export type Outage = z.output<typeof outage>

/** So many changes of a source within an hour that somebody should look. Until it is confirmed no copy is moved. */
export const massChange = z
  .object({
    at: time,
    items: count,
    kind: z.enum(['removed', 'trashed', 'moved', 'rewritten']),
  })
  .meta({ id: 'MassChange' })
export type MassChange = z.output<typeof massChange>

export const transfer = z
  .object({
    file: z.int(),
    path: z.string(),
    /** Null: not known before it ends, as with an export. */
    size: bytes.nullable(),
    bytes: bytes,
    started_at: time,
  })
  .meta({ id: 'Transfer' })

/** What is going on at this moment; with the event `progress` at most once a second. */
export const progress = z
  .object({
    /** Null: no cycle is under way; of several sources the one that has taken longest. */
    cycle: z
      .object({
        source: z.string(),
        started_at: time,
        seen: count,
        synced: count,
        moved: count,
        skipped: count,
        failed: count,
        bytes: bytes,
      })
      .nullable(),
    /** At most the twenty longest under way; `in_flight` counts them all. */
    transfers: z.array(transfer),
    in_flight: count,
    /** Over the last seconds. */
    bytes_per_second: z.number(),
    files_per_second: z.number(),
    /** Google's quota: units used in the last minute, and how many a minute are believed to be allowed; null: no limit met. */
    quota: z.object({ units_per_minute: z.number(), limit_per_minute: z.number().nullable() }),
  })
  .meta({ id: 'Progress' })
export type Progress = z.output<typeof progress>

/** How things stand. The guide's statistics have the guide's names: files_synced, failed, total_size, uptime. */
export const status = z
  .object({
    state,
    /** What the operator chose; the state follows within a second. */
    desired: state.nullable(),
    version: z.string(),
    /** When these figures were read. */
    as_of: time,
    /** Seconds; null when no daemon runs. */
    uptime: z.number().nullable(),
    started_at: time.nullable(),
    /** The first thing to say: what the overview's one sentence is made of. */
    health: z.enum(HEALTHS),
    /** Whether a person must act; also while the daemon is paused or stopped, when `health` is `idle`. */
    needs_operator: z.boolean(),
    /** The first of `outages`. */
    outage: faultText.nullable(),
    /** Everything that does not work at present, the worst first. */
    outages: z.array(outage),
    /** Sources whose changes an operator should confirm. */
    mass_changes: z.array(massChange.extend({ source: z.int(), name: z.string() }).meta({ id: 'SourceMassChange' })),
    /** How many problems GET /api/problems lists, and mass changes. */
    problems: count,
    /** The names of what is in use, whether it works or not. */
    sources: z.array(z.string()),
    destinations: z.array(z.string()),
    files_total: count,
    files_synced: count,
    pending: count,
    failed: count,
    skipped: count,
    /** Deleted in Drive, kept here; among those above. */
    removed: count,
    /** Bytes of what the fullest destination shows of the drive; what was deleted there and is kept among them. */
    total_size: bytes,
    /** The share of what should be protected that is: 0 to 1, 1 only when nothing is missing; null: nothing to protect. */
    coverage: z.number().nullable(),
    oldest_unprotected: time.nullable(),
    last_stored_at: time.nullable(),
    last_success: time.nullable(),
    /** A scan is under way: totals still grow. */
    scanning: z.boolean(),
    /** What a new destination or a changed rule requires is still being worked out: coverage may fall. */
    filling: z.boolean(),
    /** When the first backup is expected to be whole; null: it is, or nobody can tell yet. */
    estimated_end: time.nullable(),
    /** The last error of any file, as the guide asks; it may have been mended since. */
    last_error: z
      .object({
        path: z.string(),
        fault: z.string().nullable(),
        /** The name of the destination where it happened; null: it is about Drive. */
        destination: z.string().nullable(),
        message: z.string(),
        at: time,
      })
      .nullable(),
    progress,
  })
  .meta({ id: 'Status' })
export type Status = z.output<typeof status>

export const getStatus = route({
  method: 'GET',
  path: '/api/status',
  tag: 'Status',
  summary: 'How things stand.',
  needs: 'read',
  answer: status,
})

export const getHealth = route({
  method: 'GET',
  path: '/api/health',
  tag: 'Status',
  summary: 'Whether the program answers; for load balancers and monitors. Says nothing about files.',
  needs: 'anyone',
  answer: z.object({ status: z.literal('ok'), state, uptime: z.number() }),
})

const control = (verb: string, summary: string, refusal: string) =>
  route({
    method: 'POST',
    path: `/api/sync/${verb}`,
    tag: 'Control',
    summary,
    needs: 'control',
    answer: z.object({ state, message: z.string() }).meta({ id: 'Control' }),
    refusals: { 409: refusal },
  })

export const startSync = control('start', 'Begins to back up, from stopped or paused.', 'It is running, or not set up.')
export const stopSync = control('stop', 'Drops the files in flight, resumably, and starts no more.', 'It is stopped.')
export const pauseSync = control('pause', 'Finishes the files in flight and starts no more.', 'It is not running.')
export const resumeSync = control('resume', 'Goes on after a pause.', 'It is not paused.')
export const syncNow = control('now', 'Looks for changes at once.', 'It is not running.')

const series = z.array(z.number().nullable())

export const getMetrics = route({
  method: 'GET',
  path: '/api/metrics',
  tag: 'Status',
  summary: 'Figures over time, for the charts: sums per step, and what stood at the end of each.',
  needs: 'read',
  query: z.object({ range: z.enum(['hour', 'day', 'month']).default('hour') }),
  answer: z
    .object({
      /** Seconds between two points: 60, 3600 or 86400. */
      step: z.int(),
      /** The beginning of each step; the last one is still going on. */
      times: z.array(time),
      /** Sums; null where nothing was recorded: the daemon was off. */
      files: series,
      bytes: series,
      failures: series,
      quota_units: series,
      /** At the end of each step. */
      files_total: series,
      files_synced: series,
      bytes_stored: series,
    })
    .meta({ id: 'Metrics' }),
})
