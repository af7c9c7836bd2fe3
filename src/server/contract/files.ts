import { z } from 'zod'
import { bytes, count, nextCursor, page, route, time } from './route.ts'

export const syncStatus = z.enum(['pending', 'synced', 'failed', 'skipped'])

export const file = z
  .object({
    /** Its number in the catalog. */
    id: z.int(),
    /** Its id in Drive. */
    drive_id: z.string(),
    source: z.int(),
    kind: z.enum(['blob', 'native', 'folder', 'shortcut']),
    name: z.string(),
    path: z.string(),
    mime_type: z.string(),
    size: bytes.nullable(),
    modified_at: time,
    status: syncStatus,
    skip_reason: z.string().nullable(),
    fault: z.string().nullable(),
    trashed: z.boolean(),
    removed_at: time.nullable(),
  })
  .meta({ id: 'File' })

export const folder = z.object({ id: z.int(), name: z.string(), path: z.string() }).meta({ id: 'Folder' })

export const listFiles = route({
  method: 'GET',
  path: '/api/files',
  tag: 'Files',
  summary: 'What is in a folder, or what a search finds.',
  needs: 'read',
  query: z.object({
    ...page,
    /** A folder's number; without it, and without a search, the top of the source. */
    folder: z.coerce.number().int().optional(),
    source: z.coerce.number().int().optional(),
    /** Part of the path, in any case; or a file's id in Drive. */
    search: z.string().max(500).optional(),
    status: syncStatus.optional(),
    /** A skip reason or a fault. */
    reason: z.string().max(100).optional(),
  }),
  answer: z.object({
    files: z.array(file),
    /** From the top down to the folder shown; empty for a search. */
    crumbs: z.array(folder),
    next: nextCursor,
    /** A search works in slices, so that each answer comes at once: how much of the catalog has been searched, 0 to 1. */
    searched: z.number(),
  }),
  refusals: { 404: 'There is no such folder.' },
})

export const copy = z
  .object({
    destination: z.string(),
    key: z.string(),
    version_id: z.string().nullable(),
    size: bytes,
    sha256: z.string().nullable(),
    place: z.enum(['mirror', 'history']),
    stored_at: time,
  })
  .meta({ id: 'Copy' })

export const revision = z
  .object({
    revision: z.string(),
    current: z.boolean(),
    size: bytes,
    modified_at: time,
    captured_at: time,
    copies: z.array(copy),
  })
  .meta({ id: 'Revision' })

export const getFile = route({
  method: 'GET',
  path: '/api/files/:id',
  tag: 'Files',
  summary: 'A file with its revisions and their copies, newest first.',
  needs: 'read',
  params: z.object({ id: z.coerce.number().int() }),
  answer: file
    .extend({
      /** What to open it with in Drive. */
      web_link: z.string(),
      first_seen: time,
      pending_since: time.nullable(),
      attempts: count,
      next_attempt: time.nullable(),
      /** What the other side said. */
      last_error: z.string().nullable(),
      /** A short name of the fault. */
      title: z.string().nullable(),
      /** The name of the destination where the fault is; null: it is about reading from Drive. */
      fault_at_destination: z.string().nullable(),
      /** What to do about the fault as things are now. */
      hint: z.string().nullable(),
      /** In words; null when it is not skipped. */
      skip_explanation: z.string().nullable(),
      crumbs: z.array(folder),
      /** At most the newest hundred. */
      revisions: z.array(revision),
      revisions_total: count,
    })
    .meta({ id: 'FileDetail' }),
  refusals: { 404: 'There is no such file.' },
})

const retried = z.object({ retried: count })

export const retryFile = route({
  method: 'POST',
  path: '/api/files/:id/retry',
  tag: 'Files',
  summary: 'Tries a file again now.',
  needs: 'control',
  params: z.object({ id: z.coerce.number().int() }),
  answer: retried,
  refusals: { 404: 'There is no such file.', 409: 'It waits for nothing.' },
})

export const listProblems = route({
  method: 'GET',
  path: '/api/problems',
  tag: 'Problems',
  summary:
    'What does not work, what keeps files from being protected, by cause, those that need a person first; and what is skipped, by reason.',
  needs: 'read',
  answer: z.object({
    problems: z.array(
      z
        .object({
          /**
           * `files`: some files cannot be read or stored. `unremoved`: a destination keeps objects that belong nowhere any
           * more. Else what does not work at present, and keeps all of its files.
           */
          kind: z.enum(['daemon', 'source', 'destination', 'files', 'unremoved']),
          /** Of the source or destination; of `files`: the destination where it happens, null for reading from Drive. */
          name: z.string().nullable(),
          fault: z.string(),
          /** A short name for people. */
          title: z.string(),
          /** What to do as things are now. */
          hint: z.string().nullable(),
          /** What the other side said, in its own words. */
          detail: z.string().nullable(),
          needs_operator: z.boolean(),
          since: time.nullable(),
          /** Of an outage, or the most of the examples. */
          attempts: count,
          /** Attempts are used up: tried daily, on change, or by hand. */
          failed: count,
          /** Tried again by themselves; of an outage: files that wait for its end. */
          waiting: count,
          /** The next automatic attempt of any of them. */
          next_attempt: time.nullable(),
          /** `detail` where it is other than that of the group. */
          examples: z.array(z.object({ id: z.int(), path: z.string(), detail: z.string().nullable() })),
        })
        .meta({ id: 'ProblemGroup' }),
    ),
    skipped: z.array(z.object({ reason: z.string(), explanation: z.string(), files: count }).meta({ id: 'SkipGroup' })),
  }),
})

/** A destination's name; empty: only what cannot be read from Drive. Absent: both. */
const atDestination = { destination: z.string().max(63).optional() }

export const listProblemFiles = route({
  method: 'GET',
  path: '/api/problems/files',
  tag: 'Problems',
  summary: 'The files with one fault.',
  needs: 'read',
  query: z.object({ ...page, fault: z.string().max(100), ...atDestination }),
  answer: z.object({
    files: z.array(
      file
        .extend({ detail: z.string().nullable(), attempts: count, next_attempt: time.nullable() })
        .meta({ id: 'ProblemFile' }),
    ),
    next: nextCursor,
  }),
})

export const retryProblems = route({
  method: 'POST',
  path: '/api/problems/retry',
  tag: 'Problems',
  summary: 'Tries all files with one fault, or with any, again now.',
  needs: 'control',
  body: z.object({ fault: z.string().max(100).nullable().default(null), ...atDestination }),
  answer: retried,
})
