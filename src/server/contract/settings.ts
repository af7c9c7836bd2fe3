import { z } from 'zod'
import { bytes, count, origin, route, time } from './route.ts'

/** Keys of the configuration, and what exclusions would skip. */

const setting = z
  .object({
    /** As in config.yaml: `sync.interval_seconds`. */
    key: z.string(),
    /** Null also where it is secret. */
    value: z.unknown(),
    default: z.unknown(),
    origin,
    description: z.string(),
    secret: z.boolean(),
    /** Whether a secret has been set. */
    set: z.boolean(),
    /** False: only config.yaml can change it, since it is needed before the dashboard runs. */
    editable: z.boolean(),
    /** The JSON Schema of its value. */
    schema: z.record(z.string(), z.unknown()),
    changed_at: time.nullable(),
    changed_by: z.string().nullable(),
  })
  .meta({ id: 'Setting' })

export const listSettings = route({
  method: 'GET',
  path: '/api/settings',
  tag: 'Settings',
  summary: 'Every key of the configuration with its value and where that comes from.',
  needs: 'read',
  answer: z.object({ settings: z.array(setting) }),
})

export const changeSettings = route({
  method: 'PATCH',
  path: '/api/settings',
  tag: 'Settings',
  summary: 'Changes keys, all or none; null goes back to config.yaml. Followed at once, without losing work in flight.',
  needs: 'admin',
  body: z.object({ changes: z.record(z.string().max(200), z.unknown()) }),
  answer: z.object({ settings: z.array(setting) }),
  refusals: { 422: 'Which key cannot have which value, and why.' },
})

export const previewExclusions = route({
  method: 'POST',
  path: '/api/exclusions/preview',
  tag: 'Settings',
  summary: 'What exclusions would skip of what is known of the drive.',
  needs: 'read',
  changes: false,
  query: z.object({
    /** The name of an entry of `sources`; absent: the files of all. */
    source: z.string().max(63).optional(),
  }),
  body: z.object({ patterns: z.array(z.string().max(1000)).max(1000), paths: z.array(z.string().max(4000)).max(1000) }),
  answer: z.object({
    matched: count,
    bytes: bytes,
    examples: z.array(z.string()),
    /** It stops in time: of how many files, and whether those were all. */
    searched: count,
    complete: z.boolean(),
  }),
  refusals: { 404: 'There is no such source.', 422: 'A pattern that cannot be.' },
})
