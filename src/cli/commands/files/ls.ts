import { ORPHANED, SHARED_WITH_ME } from '../../../catalog/items/names.ts'
import type { CatalogDatabase } from '../../../catalog/open.ts'
import { findItems, itemsIn, type Listed, topFolders } from '../../../catalog/read/browse.ts'
import { isoTime } from '../../../catalog/times.ts'
import { visible } from '../../../log/visible.ts'
import { type Context, openDatabase, readConfig } from '../../context.ts'
import { bytes, localTime } from '../../terminal/format.ts'
import { momentOf } from '../../terminal/moment.ts'
import { print, printArray } from '../../terminal/print.ts'
import { EXIT, Refusal } from '../../terminal/refusal.ts'
import { pastForJson, pastItems, pastLineOf } from './ls-past.ts'

interface LsOptions {
  recursive?: boolean
  at?: string
  json?: boolean
}

/** Lists a folder, a file, or the top of the drive, from the catalog alone. */
export async function ls(
  context: Context,
  path: string | undefined,
  { recursive = false, at: moment, json = false }: LsOptions,
): Promise<number> {
  const config = await readConfig(context)
  await using db = await openDatabase(config.catalogFile)
  if (moment !== undefined) {
    const then = momentOf(moment, Date.now())
    const past = pastItems(db, path ?? '', then, recursive)
    if (json) await printArray(mapped(past, pastForJson))
    else for await (const item of past) await print(pastLineOf(item, recursive))
    return EXIT.ok
  }
  const items = path === undefined || /^\/*$/.test(path) ? top(db, recursive) : at(db, path, recursive)
  if (json) await printArray(mapped(items, forJson))
  else for await (const item of items) await print(lineOf(item, recursive))
  return EXIT.ok
}

async function* top(db: CatalogDatabase, below: boolean): AsyncGenerator<Listed> {
  for (const folder of await topFolders(db)) yield* itemsIn(db, folder, below)
}

/** What has this path or id: folders with what they hold. Names in Drive are not unique, so there may be several. */
async function* at(db: CatalogDatabase, path: string, below: boolean): AsyncGenerator<Listed> {
  const places = (await topFolders(db)).filter(({ place }) => place === path.replace(/\/+$/, ''))
  if ([ORPHANED, SHARED_WITH_ME].includes(places[0]?.place ?? '')) {
    for (const place of places) yield* itemsIn(db, place, below)
    return
  }
  const found = await findItems(db, path)
  if (found.length === 0) {
    throw new Refusal(
      `nothing in the catalog has the path or id ${JSON.stringify(path)}. \`drivekeep ls\` shows the top of the drive.`,
    )
  }
  const [only] = found
  // Of several items with one path each is shown itself: their ids tell them apart, and are what to ask for.
  const folder = found.length === 1 && only?.kind === 'folder' ? only : null
  if (folder === null) yield* found
  else yield* itemsIn(db, { source_id: folder.source_id, place: folder.file_id }, below)
}

async function* mapped<In, Out>(items: AsyncIterable<In>, map: (item: In) => Out): AsyncGenerator<Out> {
  for await (const item of items) yield map(item)
}

function forJson(item: Listed) {
  return {
    id: item.file_id,
    path: item.path,
    name: item.name,
    stored_name: item.stored_name,
    kind: item.kind,
    size: item.size,
    modified: isoTime(item.modified_time),
    status: item.sync_status,
    reason: item.skip_reason,
    trashed: item.trashed === 1,
    removed: isoTime(item.removed_at),
  }
}

/** `synced    1.4 MiB  2026-11-22 14:03  name` */
function lineOf(item: Listed, withPath: boolean): string {
  const status = item.kind === 'folder' ? 'folder' : item.sync_status
  const size = item.size === null ? '-' : bytes(item.size)
  const name = visible(withPath ? item.path : item.name) + (item.kind === 'folder' ? '/' : '')
  const marks = [
    item.skip_reason,
    item.trashed === 1 ? 'in the trash' : null,
    item.removed_at === null ? null : 'deleted in Drive, copies kept',
    // It shares its name, or has one that cannot be stored as it is.
    item.stored_name.includes(`(${item.file_id})`) ? `id ${item.file_id}` : null,
  ].filter((mark) => mark !== null)
  const end = marks.length === 0 ? '' : `  (${marks.join('; ')})`
  return `${status.padEnd(8)}${size.padStart(9)}  ${localTime(item.modified_time)}  ${name}${end}`
}
