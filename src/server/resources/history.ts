import {
  folderAsOf,
  foldersAsOf,
  itemAsOf,
  knownSince,
  type PastItem,
  type PastPosition,
} from '../../catalog/history/as-of.ts'
import { pastOf } from '../../catalog/history/file-history.ts'
import { copyName, destinationsOf, type HeldRevision, heldSince } from '../../catalog/history/revisions.ts'
import { searchAsOf } from '../../catalog/history/search-as-of.ts'
import { ORPHANED, SHARED_WITH_ME } from '../../catalog/items/names.ts'
import { fileById, revisionsOf } from '../../catalog/read/file-detail.ts'
import { folderById } from '../../catalog/read/file-lists.ts'
import { knownSources } from '../../catalog/sources.ts'
import { isoTime, type TimeText, timeText } from '../../catalog/times.ts'
import * as routes from '../contract/history.ts'
import type { FigureParts } from '../figures/parts.ts'
import { badCursor, cursorOf, positionOf } from '../http/cursor.ts'
import { answers, type Call, type Handler, Refusal } from '../http/handler.ts'

/** The drive as it was, and the history of one item. */
export function historyHandlers(parts: FigureParts): Handler[] {
  return [
    answers(routes.listPast, (call) => list(parts, call)),
    answers(routes.getFileHistory, (call) => history(parts, call.params.id)),
  ]
}

async function list(parts: FigureParts, { query }: Call<typeof routes.listPast>) {
  const { db, now } = parts
  const moment = Date.parse(query.at)
  if (moment > now()) {
    const message = 'is in the future. Leave it away, and ask for /api/files, to see the drive as it is now.'
    throw new Refusal(422, `The moment ${message}`, { errors: [{ field: 'at', message }] })
  }
  const at = timeText(moment)
  const since = isoTime(await knownSince(db, query.source ?? null))
  const known = { at: isoTime(at), known_since: since }
  const text = query.search?.trim() ?? ''
  if (text !== '') return { ...known, ...(await search(parts, query, text, at)), crumbs: [] }
  const places = await placesOf(parts, query, at)
  const crumbs = query.folder === undefined ? [] : await foldersAsOf(db, places[0] ?? NOWHERE, at)
  const { files, next } = await inPlaces(parts, places, query, at)
  return { ...known, files, next, searched: 1, crumbs: crumbs.map(({ id, name }) => ({ id, name })) }
}

type Query = Call<typeof routes.listPast>['query']
interface Place {
  source_id: number
  place: string
}
const NOWHERE: Place = { source_id: 0, place: '' }

/** The folder that was asked for, or all that is at the top of the sources. */
async function placesOf({ db }: FigureParts, { folder: id, source }: Query, at: TimeText): Promise<Place[]> {
  if (id === undefined) {
    const sources = (await knownSources(db)).filter((one) => source === undefined || one.id === source)
    return sources.flatMap(({ id: source_id, root_id }) =>
      [root_id, ORPHANED, SHARED_WITH_ME].map((place) => ({ source_id, place })),
    )
  }
  const folder = await folderById(db, id)
  if (folder === null || (await itemAsOf(db, folder, at)) === null)
    throw new Refusal(404, `There is no folder ${id}, or it was not there at that moment. Begin at the top.`)
  return [{ source_id: folder.source_id, place: folder.file_id }]
}

/** Goes through the places one after the other. */
async function inPlaces({ db }: FigureParts, places: readonly Place[], { cursor, limit }: Query, at: TimeText) {
  const from = await resumed(db, cursor, at)
  const found: PastItem[] = []
  let after: PastPosition | null = from?.after ?? null
  const begin = from === null ? 0 : places.findIndex((one) => isSame(one, from.place))
  if (begin < 0) throw badCursor()
  for (const place of places.slice(begin)) {
    found.push(...(await folderAsOf(db, place, at, limit + 1 - found.length, after)))
    after = null
    if (found.length > limit) break
  }
  const last = found.length > limit ? found[limit - 1] : undefined
  return {
    files: await filesOf(db, found.slice(0, limit)),
    next: last === undefined ? null : cursorOf({ walk: 'past', after: [last.id] }),
  }
}

/** The cursor holds the item's number alone: a name can be longer than an address. */
async function resumed(db: FigureParts['db'], cursor: string | undefined, at: TimeText) {
  const position = positionOf(cursor)
  if (position === null) return null
  const [id] = position.after
  const row = position.walk === 'past' && typeof id === 'number' ? await fileById(db, id) : null
  const item = row === null ? null : await itemAsOf(db, row, at)
  if (item === null) throw badCursor()
  return { place: { source_id: item.source_id, place: item.parent }, after: item }
}

function isSame(one: Place, other: Place): boolean {
  return one.source_id === other.source_id && one.place === other.place
}

async function search({ db, pace }: FigureParts, query: Query, text: string, at: TimeText) {
  const { cursor, limit } = query
  const source = query.source ?? null
  const position = positionOf(cursor)
  const [after = 0] = position?.after ?? []
  if (typeof after !== 'number' || (position !== null && position.walk !== 'search')) throw badCursor()
  const { items, next, searched } = await searchAsOf(db, { text, source, at, limit }, after, pace)
  return {
    files: await filesOf(db, items),
    next: next === null ? null : cursorOf({ walk: 'search', after: [next] }),
    searched,
  }
}

async function filesOf(db: FigureParts['db'], items: readonly PastItem[]) {
  const held = items.flatMap(({ id, revision }) =>
    revision === null ? [] : [{ file: id, revision: revision.revision }],
  )
  const destinations = await destinationsOf(db, held)
  return items.map(({ id, file_id, source_id, kind, name, mime_type, trashed, revision }) => ({
    ...{ id, drive_id: file_id, source: source_id, kind, name, mime_type, trashed },
    revision: revision === null ? null : heldAnswer(revision, destinations.get(copyName(id, revision.revision)) ?? []),
  }))
}

function heldAnswer({ revision, size, sha256, modified_time, captured_at }: HeldRevision, destinations: string[]) {
  const times = { modified_at: isoTime(modified_time), captured_at: isoTime(captured_at) }
  return { revision, size, sha256, ...times, destinations }
}

async function history({ db }: FigureParts, id: number) {
  const file = await fileById(db, id)
  if (file === null)
    throw new Refusal(404, `There is no file ${id}. It may have been another catalog’s: search for it.`)
  const { placements, absences } = await pastOf(db, file)
  const { revisions } = await revisionsOf(db, id)
  return {
    first_seen: isoTime(file.first_seen),
    placements: placements.map(({ name, folder, from, to }) => ({
      name,
      folder,
      from: isoTime(from),
      to: isoTime(to),
    })),
    absences: absences.map(({ kind, from, to }) => ({ kind, from: isoTime(from), to: isoTime(to) })),
    revisions: revisions.map((revision, i) => {
      const before = revisions[i + 1]?.captured_at ?? null
      const destinations = [...new Set(revision.copies.map((copy) => copy.destination))]
      return {
        ...heldAnswer(revision, destinations),
        held_from: isoTime(heldSince(revision, before, file.first_seen)),
      }
    }),
  }
}
