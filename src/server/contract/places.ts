import { z } from 'zod'
import { bytes, check, count, empty, route, time } from './route.ts'
import { trouble } from './status.ts'

/** Sources and destinations: what is watched, and where copies go. */

const origin = z.enum(['file', 'dashboard', 'default']).meta({ id: 'Origin' })

export const listSources = route({
  method: 'GET',
  path: '/api/sources',
  tag: 'Sources',
  summary: 'What is being watched, and how each source is.',
  needs: 'read',
  answer: z.object({
    sources: z.array(
      z
        .object({
          id: z.int(),
          name: z.string(),
          account: z.string(),
          kind: z.enum(['my-drive', 'shared-drive']),
          /** The last cycle that did all that was due. */
          last_success: time.nullable(),
          /** The last look at Drive, whatever came of it. */
          last_look: time.nullable(),
          listing: z.boolean(),
          files_total: count,
          files_synced: count,
          pending: count,
          failed: count,
          skipped: count,
          coverage: z.number().nullable(),
          /** Seconds that the oldest change has been waiting; null: none waits. */
          lag: z.number().nullable(),
          trouble: trouble.nullable(),
        })
        .meta({ id: 'Source' }),
    ),
  }),
})

const google = z
  .object({
    /** How Google is signed in to, or will be once it is connected; null: nothing is known to sign in with yet. */
    method: z.enum(['oauth', 'service-account']).nullable(),
    client: z.object({ client_id: z.string(), origin }).nullable(),
    service_account: z.object({ email: z.string(), impersonate: z.string().nullable(), origin }).nullable(),
    /** Where Google is to send the browser back to; an OAuth client of the type “Web application” must list it. */
    redirect_uri: z.string(),
    connected: z.boolean(),
    /** Who is signed in; null: not connected, or not asked yet. */
    account: z.string().nullable(),
    /** When it was connected in the dashboard; null: it was not, or not there. */
    connected_at: time.nullable(),
    trouble: trouble.nullable(),
  })
  .meta({ id: 'Google' })

export const getGoogle = route({
  method: 'GET',
  path: '/api/google',
  tag: 'Sources',
  summary: 'How Google is signed in to. Secrets are never part of an answer.',
  needs: 'read',
  answer: google,
})

export const setGoogleClient = route({
  method: 'PUT',
  path: '/api/google/client',
  tag: 'Sources',
  summary: 'Sets the OAuth client: the JSON as Google gives it for download, or its two values.',
  needs: 'admin',
  body: z.union([
    z.object({ client_json: z.string().max(20_000) }),
    z.object({ client_id: z.string().min(1).max(500), client_secret: z.string().min(1).max(500) }),
  ]),
  answer: google,
  refusals: { 422: 'It is not the JSON of an OAuth client.' },
})

export const setServiceAccount = route({
  method: 'PUT',
  path: '/api/google/service-account',
  tag: 'Sources',
  summary: 'Signs in with the key of a service account, for a user of its Workspace domain.',
  needs: 'admin',
  body: z.object({ key_json: z.string().max(20_000), impersonate: z.string().max(320).nullable() }),
  answer: google,
  refusals: { 422: 'It is not the key of a service account.' },
})

export const connectGoogle = route({
  method: 'POST',
  path: '/api/google/connect',
  tag: 'Sources',
  summary: 'Begins the sign-in at Google: the address to send the browser to.',
  needs: 'admin',
  body: z.object({
    /** The page of the dashboard to come back to. */
    return_to: z
      .string()
      .max(500)
      .regex(/^\/(?![/\\])[\w/?=&.-]*$/)
      .default('/sources'),
  }),
  answer: z.object({ url: z.string() }),
  refusals: { 409: 'There is no OAuth client yet, or no browser asks.' },
})

export const googleCallback = route({
  method: 'GET',
  path: '/api/google/callback',
  tag: 'Sources',
  summary:
    'Where Google sends the browser back to. Answers with a redirect into the dashboard, with `connected=1` or what there is to say of it, or with `error=` and Google’s own code or a sentence.',
  needs: 'anyone',
  query: z.object({
    code: z.string().max(2000).optional(),
    state: z.string().max(500).optional(),
    error: z.string().max(500).optional(),
    scope: z.string().max(2000).optional(),
  }),
  answer: z.string(),
  media: ['text/html'],
})

export const disconnectGoogle = route({
  method: 'DELETE',
  path: '/api/google/connection',
  tag: 'Sources',
  summary: 'Forgets the sign-in that was made in the dashboard. Copies stay.',
  needs: 'admin',
  answer: google,
  refusals: { 409: 'It stands in config.yaml.' },
})

export const testGoogle = route({
  method: 'POST',
  path: '/api/google/test',
  tag: 'Sources',
  summary: 'Test Connection: proves step by step that the drive can be read.',
  needs: 'control',
  answer: z.object({ ok: z.boolean(), checks: z.array(check) }).meta({ id: 'TestResult' }),
  refusals: { 409: 'Google is not connected yet.', 429: 'Too many tests are under way.' },
})

const driveFolder = z.object({ id: z.string(), name: z.string() }).meta({ id: 'DriveFolder' })

export const listDriveFolders = route({
  method: 'GET',
  path: '/api/google/folders',
  tag: 'Sources',
  summary: 'The folders in a folder of Drive, by name, as Drive has them now; for choosing.',
  needs: 'read',
  query: z.object({
    /** Drive's id; absent or `root`: the top of My Drive; `shared-with-me`: what others share. */
    parent: z.string().max(200).optional(),
    cursor: z.string().max(2000).optional(),
  }),
  answer: z.object({ folders: z.array(driveFolder), next: z.string().nullable() }),
  refusals: {
    404: 'Drive has no such folder.',
    409: 'Google is not connected yet.',
    502: 'Google cannot be asked now.',
  },
})

/** Each folder stands for all below it, up to the next folder that is named too: the innermost one decides. */
export const selection = z
  .object({
    /** What becomes of all that lies in no folder below. */
    rest: z.enum(['include', 'exclude']),
    folders: z
      .array(
        z.object({
          /** Drive's id, or `root` for My Drive, or `shared-with-me`. */
          id: z.string().min(1).max(200),
          name: z.string().max(1000),
          mode: z.enum(['include', 'exclude']),
          /**
           * The ids of the folders it lies in, from the top down, as they were when it was chosen; kept as it is sent. It
           * lets the tree show a partly chosen folder before that is opened, and never decides what is backed up.
           */
          ancestors: z.array(z.string().min(1).max(200)).max(200).default([]),
          /** Of an answer: Drive has it no more. What lay in it is decided as what lies in no folder. */
          gone: z.boolean().default(false),
        }),
      )
      .max(10_000),
    /** Only files modified in the last so many days, at the first pass; 0: all. */
    recent_days: z.int().min(0).max(36_500),
  })
  .meta({ id: 'Selection' })

export const getSelection = route({
  method: 'GET',
  path: '/api/google/selection',
  tag: 'Sources',
  summary: 'What is chosen to be backed up.',
  needs: 'read',
  answer: selection,
})

export const setSelection = route({
  method: 'PUT',
  path: '/api/google/selection',
  tag: 'Sources',
  summary: 'Chooses what is backed up. Copies of what is left out from now on are kept.',
  needs: 'admin',
  body: selection,
  answer: selection,
  refusals: { 422: 'It chooses nothing, or contradicts itself.' },
})

export const destination = z
  .object({
    name: z.string(),
    type: z.string(),
    enabled: z.boolean(),
    /** Null: it was taken out of the configuration, and its copies are still there. */
    settings: z
      .object({
        bucket: z.string(),
        region: z.string(),
        prefix: z.string(),
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
    /** The newest first, at most five. */
    last_errors: z.array(z.object({ at: time, path: z.string().nullable(), message: z.string() })),
    trouble: trouble.nullable(),
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
          default_region: z.string().nullable(),
          needs_endpoint: z.boolean(),
        })
        .meta({ id: 'DestinationType' }),
    ),
  }),
})

export const destinationDraft = z
  .object({
    type: z.string().max(50),
    enabled: z.boolean().default(true),
    bucket: z.string().max(255),
    region: z.string().max(100).nullable().default(null),
    prefix: z.string().max(512).default(''),
    endpoint: z.string().max(500).nullable().default(null),
    force_path_style: z.boolean().default(false),
    storage_class: z.string().max(100).nullable().default(null),
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
  refusals: { 404: 'There is no such destination.', 409: 'It stands in config.yaml.' },
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
  summary: 'What exclusions would leave out of what is known of the drive.',
  needs: 'read',
  changes: false,
  body: z.object({ patterns: z.array(z.string().max(1000)).max(1000), paths: z.array(z.string().max(4000)).max(1000) }),
  answer: z.object({
    matched: count,
    bytes: bytes,
    examples: z.array(z.string()),
    /** It stops in time: of how many files, and whether those were all. */
    searched: count,
    complete: z.boolean(),
  }),
  refusals: { 422: 'A pattern that cannot be.' },
})
