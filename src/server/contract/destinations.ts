import { z } from 'zod'
import { LAYOUTS } from '../../backup/model/destination.ts'
import { DESTINATION_HEALTHS } from '../../backup/model/health.ts'
import { bytes, check, count, empty, origin, route, time } from './route.ts'
import { outage } from './status.ts'

/** Where copies go. */

export const destination = z
  .object({
    name: z.string(),
    type: z.string(),
    enabled: z.boolean(),
    /** Null: it was taken out of the configuration, and its copies are still there. */
    settings: z
      .object({
        /** Of a bucket; empty for a folder. */
        bucket: z.string(),
        region: z.string(),
        /** Of a folder of this machine; null for a bucket. */
        path: z.string().nullable(),
        prefix: z.string(),
        layout: z.enum(LAYOUTS),
        endpoint: z.string().nullable(),
        force_path_style: z.boolean(),
        storage_class: z.string().nullable(),
        /** The public half of the key; null: the standard AWS credential chain. */
        access_key_id: z.string().nullable(),
      })
      .nullable(),
    origin,
    address: z.string().nullable(),
    /** Under the paths of the drive; what was deleted in Drive and is kept among them. */
    files: count,
    bytes: bytes,
    /** Older revisions. */
    history_files: count,
    history_bytes: bytes,
    last_write: time.nullable(),
    last_test: z.object({ at: time, ok: z.boolean() }).nullable(),
    /**
     * The first that applies. `off`: nothing is copied there. `out`: it does not work at present. `test-failed`: its last
     * self-test failed, and nothing was written since. `incomplete`: some files failed there. `behind`: copies are still being made, or it is being worked out which. `unproven`: it was never written
     * to, nor passed a self-test. `ok`: everything is there.
     */
    health: z.enum(DESTINATION_HEALTHS),
    outage: outage.nullable(),
    /** What has no present copy there; `bytes` without those whose size nobody knows before an export. */
    lacking: z.object({ files: count, bytes: bytes, failed: count }),
    /** Since when the longest-waiting change is not stored there. */
    oldest_unprotected: time.nullable(),
    /** As of the status, for this destination; null: nothing to protect, or not in use. */
    coverage: z.number().nullable(),
    /** What it lacks is still being worked out: coverage may fall. */
    filling: z.boolean(),
    /** When all that is there was last compared with the catalog. */
    inventory_at: time.nullable(),
    /** When it last worked again after an outage. */
    last_ok_at: time.nullable(),
    /** The newest first, at most five. */
    last_errors: z.array(
      z.object({
        at: time,
        path: z.string().nullable(),
        fault: z.string().nullable(),
        /** A short name of what happened. */
        title: z.string(),
        /** What the other side said. */
        detail: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Destination' })

export const listDestinations = route({
  method: 'GET',
  path: '/api/destinations',
  tag: 'Destinations',
  summary: 'Where copies go, how much is there, and how each destination is.',
  needs: 'read',
  answer: z.object({
    destinations: z.array(destination),
    /** Providers to choose from, with what a form needs to know. */
    types: z.array(
      z
        .object({
          type: z.string(),
          title: z.string(),
          /** What its fields are: those of a bucket, or `path`. */
          kind: z.enum(['s3', 'folder']),
          default_region: z.string().nullable(),
          needs_endpoint: z.boolean(),
          /** To be shown in an empty field; null: it needs none. */
          region_example: z.string().nullable(),
          endpoint_example: z.string().nullable(),
          /** How to get an access key, and where. */
          key: z.string(),
          key_page: z.object({ title: z.string(), url: z.string() }).nullable(),
          storage_classes: z.array(z.string()),
        })
        .meta({ id: 'DestinationType' }),
    ),
  }),
})

export const destinationDraft = z
  .object({
    type: z.string().max(50),
    enabled: z.boolean().default(true),
    /** Of a bucket. */
    bucket: z.string().max(255).default(''),
    /** Of a folder of this machine. */
    path: z.string().max(4096).nullable().default(null),
    region: z.string().max(100).nullable().default(null),
    prefix: z.string().max(512).default(''),
    endpoint: z.string().max(500).nullable().default(null),
    force_path_style: z.boolean().default(false),
    storage_class: z.string().max(100).nullable().default(null),
    /** Absent: it stays as it is. What is stored already is converted by `drivekeep destination convert`. */
    layout: z.enum(LAYOUTS).optional(),
    access_key_id: z.string().max(500).nullable().default(null),
    /** Absent: the one that is kept for this destination stays. */
    secret_access_key: z.string().max(500).optional(),
  })
  .meta({ id: 'DestinationDraft' })

const named = z.object({ name: z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/i) })

export const setDestination = route({
  method: 'PUT',
  path: '/api/destinations/:name',
  tag: 'Destinations',
  summary: 'Adds or changes a destination.',
  needs: 'admin',
  params: named,
  body: destinationDraft,
  answer: destination,
  refusals: { 409: 'Copies are there already, and a name stands for one place.', 422: 'Something in it cannot be.' },
})

export const deleteDestination = route({
  method: 'DELETE',
  path: '/api/destinations/:name',
  tag: 'Destinations',
  summary: 'Copies no more to a destination that was added in the dashboard. What is stored there stays.',
  needs: 'admin',
  params: named,
  answer: empty,
  refusals: { 404: 'There is no such destination.', 409: 'It is set in config.yaml.' },
})

export const testDestination = route({
  method: 'POST',
  path: '/api/destinations/test',
  tag: 'Destinations',
  summary: 'Self-test: writes, reads, compares and deletes a probe object, and says in plain words what is missing.',
  needs: 'control',
  body: z.object({
    name: z.string().max(63),
    /** What is to be tried before it is saved (admins only); absent: as it is saved. */
    draft: destinationDraft.optional(),
  }),
  answer: z.object({ ok: z.boolean(), checks: z.array(check) }).meta({ id: 'TestResult' }),
  refusals: {
    404: 'There is no such destination.',
    422: 'Something in it cannot be.',
    429: 'Too many tests are under way.',
  },
})
