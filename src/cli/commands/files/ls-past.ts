import { findAsOf, folderAsOf, knownSince, type PastItem, type PastPosition } from '../../../catalog/history/as-of.ts'
import type { CatalogDatabase } from '../../../catalog/open.ts'
import { topFolders } from '../../../catalog/read/browse.ts'
import { isoTime, type TimeText } from '../../../catalog/times.ts'
import { visible } from '../../../log/visible.ts'
import { bytes, localTime } from '../../terminal/format.ts'
import { Refusal } from '../../terminal/refusal.ts'

/** An item as it was, with its path then. */
export type Past = PastItem & { path: string }

/** Items read at a time: a folder may hold half a million. */
const PAGE = 500

/** What was at a path at a moment: a folder with what it held then. Throws a Refusal where nothing was, or nothing is known. */
export async function* pastItems(
  db: CatalogDatabase,
  path: string,
  at: TimeText,
  below: boolean,
): AsyncGenerator<Past> {
  const since = await knownSince(db, null)
  if (since === null || at < since)
    throw new Refusal(
      `nothing is known of that moment: ${since === null ? 'no source was scanned yet' : `the first scan began ${localTime(since)}`}.`,
    )
  const clean = path.replace(/^\/+|\/+$/g, '')
  if (clean === '') {
    for (const folder of await topFolders(db)) yield* itemsIn(db, folder, '', at, below)
    return
  }
  const top = (await topFolders(db)).filter(({ place }) => place === clean)
  if (clean.startsWith('.') && top.length > 0) {
    for (const folder of top) yield* itemsIn(db, folder, clean, at, below)
    return
  }
  const found = await findAsOf(db, clean, at)
  const [only] = found
  if (only === undefined) throw new Refusal(`nothing had the path ${JSON.stringify(path)} at that moment.`)
  if (found.length === 1 && only.kind === 'folder')
    yield* itemsIn(db, { source_id: only.source_id, place: only.file_id }, clean, at, below)
  else for (const item of found) yield { ...item, path: clean }
}

async function* itemsIn(
  db: CatalogDatabase,
  folder: { source_id: number; place: string },
  path: string,
  at: TimeText,
  below: boolean,
  depth = 0,
): AsyncGenerator<Past> {
  const above = path === '' && folder.place.startsWith('.') ? folder.place : path
  for (let after: PastPosition | null = null; ; ) {
    const items: PastItem[] = await folderAsOf(db, folder, at, PAGE, after)
    for (const item of items) {
      const own = above === '' ? item.name : `${above}/${item.name}`
      yield { ...item, path: own }
      if (below && item.kind === 'folder' && depth < 200)
        yield* itemsIn(db, { source_id: item.source_id, place: item.file_id }, own, at, below, depth + 1)
    }
    after = items.at(-1) ?? null
    if (after === null) return
  }
}

export function pastForJson({ file_id, path, name, kind, trashed, revision }: Past) {
  return {
    ...{ id: file_id, path, name, kind, trashed },
    size: revision?.size ?? null,
    modified: isoTime(revision?.modified_time ?? null),
    revision: revision?.revision ?? null,
    captured: isoTime(revision?.captured_at ?? null),
  }
}

/** `1.4 MiB  2026-11-22 14:03  name` */
export function pastLineOf({ kind, name, path, trashed, revision }: Past, withPath: boolean): string {
  const size = revision === null ? '-' : bytes(revision.size)
  const time = revision === null ? ''.padEnd(16) : localTime(revision.modified_time)
  const shown = visible(withPath ? path : name) + (kind === 'folder' ? '/' : '')
  const marks = [
    trashed ? 'in the trash' : null,
    kind !== 'folder' && revision === null ? 'nothing of it was captured by then' : null,
  ].filter((mark) => mark !== null)
  return `${size.padStart(9)}  ${time}  ${shown}${marks.length === 0 ? '' : `  (${marks.join('; ')})`}`
}
