import { z } from 'zod'
import { SOURCE_HEALTHS } from '../../backup/model/health.ts'
import { check, count, empty, origin, route, time } from './route.ts'
import { faultText, massChange, outage } from './status.ts'

/** What is watched, how Google is signed in to, and what of each drive is chosen. */

const sourceName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/i)

/** Which entry of `sources` a call is about. */
const ofSource = { source: sourceName.default('google_drive') }
const NO_SOURCE = { 404: 'There is no such source.' }

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
          /** The last cycle, whatever came of it. */
          last_cycle: time.nullable(),
          /**
           * The first that applies. `off`: it is not watched. `out`: it does not work at present. `mass-change`: its changes
           * wait to be confirmed. `unread`: no cycle has ended yet. `incomplete`: some files failed. `scanning`: it is being
           * scanned. `behind`: files are still to be stored. `empty`: nothing in it is to be protected. `ok`: all is stored.
           */
          health: z.enum(SOURCE_HEALTHS),
          scanning: z.boolean(),
          files_total: count,
          files_synced: count,
          pending: count,
          failed: count,
          skipped: count,
          coverage: z.number().nullable(),
          /** Seconds that the oldest change has been waiting; null: none waits. */
          lag: z.number().nullable(),
          outage: outage.nullable(),
          mass_change: massChange.nullable(),
          /** When the whole drive is compared with the catalog next; null: not planned. */
          reconcile_at: time.nullable(),
          /** Items that nobody can back up, since Drive describes them without a usable id. */
          odd_items: count,
          /** False: no entry of `sources` signs in to it any more; its files and copies stay. */
          watched: z.boolean(),
          /** When it was watched last; null: it still is. */
          watched_until: time.nullable(),
        })
        .meta({ id: 'Source' }),
    ),
  }),
})

const numbered = z.object({ id: z.coerce.number().int() })

export const confirmMassChange = route({
  method: 'POST',
  path: '/api/sources/:id/confirm-mass-change',
  tag: 'Sources',
  summary:
    'Says that the many changes in this source are as they should be: copies are moved again, and the alarm ends.',
  needs: 'control',
  params: numbered,
  answer: empty,
  refusals: { 404: 'There is no such source.', 409: 'There is no alarm.' },
})

export const reconcileSource = route({
  method: 'POST',
  path: '/api/sources/:id/reconcile',
  tag: 'Sources',
  summary: 'Lists the whole drive and compares it with the catalog, as soon as the daemon runs.',
  needs: 'control',
  params: numbered,
  answer: empty,
  refusals: { 404: 'There is no such source.', 409: 'It is not watched.' },
})

const google = z
  .object({
    /** The name of the entry under `sources`. */
    source: z.string(),
    enabled: z.boolean(),
    /** Where the entry stands: `default` for google_drive where nothing is written. */
    origin,
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
    outage: faultText.nullable(),
  })
  .meta({ id: 'Google' })

export const getGoogle = route({
  method: 'GET',
  path: '/api/google',
  tag: 'Sources',
  summary: 'How Google is signed in to. Secrets are never part of an answer.',
  needs: 'read',
  query: z.object(ofSource),
  answer: google,
  refusals: NO_SOURCE,
})

export const listGoogle = route({
  method: 'GET',
  path: '/api/google/sources',
  tag: 'Sources',
  summary: 'How Google is signed in to for each entry of `sources`, google_drive first.',
  needs: 'read',
  answer: z.object({ sources: z.array(google) }),
})

export const addSource = route({
  method: 'POST',
  path: '/api/sources',
  tag: 'Sources',
  summary: 'Adds a source, to be connected next. It uses the OAuth client of google_drive unless it is given its own.',
  needs: 'admin',
  body: z.object({
    /** Absent: one is made up. */
    name: sourceName.optional(),
  }),
  answer: google,
  refusals: { 409: 'There is a source of this name already.' },
})

export const deleteSource = route({
  method: 'DELETE',
  path: '/api/sources/:name',
  tag: 'Sources',
  summary:
    'Removes a source that was added in the dashboard. What is known of its files stays, and so do their copies.',
  needs: 'admin',
  params: z.object({ name: sourceName }),
  answer: empty,
  refusals: { ...NO_SOURCE, 409: 'It is defined in config.yaml, or it is google_drive.' },
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
  query: z.object(ofSource),
  answer: google,
  refusals: { ...NO_SOURCE, 422: 'It is not the JSON of an OAuth client.' },
})

export const setServiceAccount = route({
  method: 'PUT',
  path: '/api/google/service-account',
  tag: 'Sources',
  summary: 'Signs in with the key of a service account, for a user of its Workspace domain.',
  needs: 'admin',
  query: z.object(ofSource),
  body: z.object({ key_json: z.string().max(20_000), impersonate: z.string().max(320).nullable() }),
  answer: google,
  refusals: { ...NO_SOURCE, 422: 'It is not the key of a service account.' },
})

export const connectGoogle = route({
  method: 'POST',
  path: '/api/google/connect',
  tag: 'Sources',
  summary: 'Begins the sign-in at Google: the address to send the browser to.',
  needs: 'admin',
  query: z.object(ofSource),
  body: z.object({
    /** The page of the dashboard to come back to. */
    return_to: z
      .string()
      .max(500)
      .regex(/^\/(?![/\\])[\w/?=&.-]*$/)
      .default('/sources'),
  }),
  answer: z.object({ url: z.string() }),
  refusals: { ...NO_SOURCE, 409: 'There is no OAuth client yet, or no browser asks.' },
})

export const googleCallback = route({
  method: 'GET',
  path: '/api/google/callback',
  tag: 'Sources',
  summary:
    'Where Google sends the browser back to. Answers with a redirect into the dashboard: with `connected=1`; with `error=` and Google’s own code or a sentence; or with neither, where another account has signed in and `/api/google/pending` asks what to do.',
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

export const getPendingAccount = route({
  method: 'GET',
  path: '/api/google/pending',
  tag: 'Sources',
  summary:
    'The account that has signed in from this session in place of another one, until it is added, takes the place of the other, or is cancelled.',
  needs: 'read',
  answer: z.object({
    pending: z
      .object({
        id: z.string(),
        source: z.string(),
        /** Who has signed in. */
        account: z.string(),
        /** Who has been backed up until now. */
        account_before: z.string(),
        /** Files of that account that are stored. */
        copies: count,
        expires_at: time,
      })
      .meta({ id: 'PendingAccount' })
      .nullable(),
  }),
})

const pendingId = z.object({ id: z.string().max(100) })
const NOT_PENDING = { 404: 'It has been answered, or has expired.', 409: 'The settings were changed meanwhile.' }

export const addPendingAccount = route({
  method: 'POST',
  path: '/api/google/pending/:id/add',
  tag: 'Sources',
  summary: 'Backs up the account that has signed in as well, as a source of its own.',
  needs: 'admin',
  params: pendingId,
  answer: google,
  refusals: NOT_PENDING,
})

export const replacePendingAccount = route({
  method: 'POST',
  path: '/api/google/pending/:id/replace',
  tag: 'Sources',
  summary: 'Backs up the account that has signed in instead of the one before, whose copies stay.',
  needs: 'admin',
  params: pendingId,
  answer: google,
  refusals: NOT_PENDING,
})

export const cancelPendingAccount = route({
  method: 'DELETE',
  path: '/api/google/pending/:id',
  tag: 'Sources',
  summary: 'Forgets the sign-in of the other account. Nothing changes.',
  needs: 'admin',
  params: pendingId,
  answer: empty,
  refusals: { 404: 'It has been answered, or has expired.' },
})

export const disconnectGoogle = route({
  method: 'DELETE',
  path: '/api/google/connection',
  tag: 'Sources',
  summary: 'Forgets the sign-in that was made in the dashboard. Copies stay.',
  needs: 'admin',
  query: z.object(ofSource),
  answer: google,
  refusals: { ...NO_SOURCE, 409: 'It is defined in config.yaml.' },
})

export const testGoogle = route({
  method: 'POST',
  path: '/api/google/test',
  tag: 'Sources',
  summary: 'Test Connection: proves step by step that the drive can be read.',
  needs: 'control',
  query: z.object(ofSource),
  answer: z.object({ ok: z.boolean(), checks: z.array(check) }).meta({ id: 'TestResult' }),
  refusals: { ...NO_SOURCE, 409: 'Google is not connected yet.', 429: 'Too many tests are under way.' },
})

const driveFolder = z.object({ id: z.string(), name: z.string() }).meta({ id: 'DriveFolder' })

export const listDriveFolders = route({
  method: 'GET',
  path: '/api/google/folders',
  tag: 'Sources',
  summary: 'The folders in a folder of Drive, by name, as Drive has them now; for choosing.',
  needs: 'read',
  query: z.object({
    ...ofSource,
    /** Drive's id; absent or `root`: the top of My Drive; `shared-with-me`: what others share. */
    parent: z.string().max(200).optional(),
    cursor: z.string().max(2000).optional(),
  }),
  answer: z.object({ folders: z.array(driveFolder), next: z.string().nullable() }),
  refusals: {
    404: 'There is no such source, or Drive has no such folder.',
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
    /** Only files modified in the last so many days, at the first scan; 0: all. */
    recent_days: z.int().min(0).max(36_500),
  })
  .meta({ id: 'Selection' })

export const getSelection = route({
  method: 'GET',
  path: '/api/google/selection',
  tag: 'Sources',
  summary: 'What is chosen to be backed up.',
  needs: 'read',
  query: z.object(ofSource),
  answer: selection,
  refusals: NO_SOURCE,
})

export const setSelection = route({
  method: 'PUT',
  path: '/api/google/selection',
  tag: 'Sources',
  summary: 'Chooses what is backed up. Copies of what is skipped from now on are kept.',
  needs: 'admin',
  query: z.object(ofSource),
  body: selection,
  answer: selection,
  refusals: { ...NO_SOURCE, 422: 'It chooses nothing, or contradicts itself.' },
})
