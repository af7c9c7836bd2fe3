import { z } from 'zod'
import { file, folder } from './files.ts'
import { bytes, nextCursor, page, route, time } from './route.ts'

/** The drive as it was. */

const heldRevision = z
  .object({
    revision: z.string(),
    size: bytes,
    sha256: z.string().nullable(),
    modified_at: time,
    captured_at: time,
    /** Where it is stored. */
    destinations: z.array(z.string()),
  })
  .meta({ id: 'HeldRevision' })

const pastFile = file
  .pick({ id: true, drive_id: true, source: true, kind: true, name: true, mime_type: true })
  .extend({
    /** In the trash then, by itself or with a folder above it. */
    trashed: z.boolean(),
    /** What it held then. Null: a folder, or nothing of it had been captured. */
    revision: heldRevision.nullable(),
  })
  .meta({ id: 'PastFile' })

export const listPast = route({
  method: 'GET',
  path: '/api/history',
  tag: 'Files',
  summary: 'What was in a folder at a moment, or what a search by name finds in the drive of that moment.',
  needs: 'read',
  query: z.object({
    ...page,
    /** The moment: ISO 8601, with its offset or in UTC. */
    at: z.iso.datetime({ offset: true }),
    /** A folder's number; without it, and without a search, the top of the source. */
    folder: z.coerce.number().int().optional(),
    source: z.coerce.number().int().optional(),
    /** Part of the name, in any case. */
    search: z.string().max(500).optional(),
  }),
  answer: z.object({
    at: time,
    /** When the source was first seen: before, nothing is known. Null: nothing was seen yet. */
    known_since: time.nullable(),
    files: z.array(pastFile),
    /** From the top down to the folder shown, as they were called then; empty for a search. */
    crumbs: z.array(folder.pick({ id: true, name: true })),
    next: nextCursor,
    /** How much of the catalog has been searched, 0 to 1. */
    searched: z.number(),
  }),
  refusals: {
    404: 'There is no such folder, or it was not there at that moment.',
    422: 'The moment is in the future.',
  },
})

const span = { from: time, to: time.nullable() }

export const getFileHistory = route({
  method: 'GET',
  path: '/api/files/:id/history',
  tag: 'Files',
  summary: 'Where an item was, when it was in the trash or gone, and what it held, newest first.',
  needs: 'read',
  params: z.object({ id: z.coerce.number().int() }),
  answer: z
    .object({
      first_seen: time,
      /** At most the newest hundred. `to` null: where it is now. */
      placements: z.array(z.object({ name: z.string(), folder: z.string(), ...span })),
      /** `to` null: it still is. */
      absences: z.array(z.object({ kind: z.enum(['trashed', 'removed']), ...span })),
      /** At most the newest hundred; each held until the one above it. */
      revisions: z.array(heldRevision.extend({ held_from: time })),
    })
    .meta({ id: 'FileHistory' }),
  refusals: { 404: 'There is no such file.' },
})
