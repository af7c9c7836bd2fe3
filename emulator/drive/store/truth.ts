import { type Algorithm, digest } from './content.ts'
import type { Item } from './item.ts'
import { EXPORT_FORMATS, kindOf } from './kinds.ts'
import type { DriveStore } from './store.ts'

/** An item as an independent checker wants it: what is really there, not what some caller may see. */
export interface TrueItem {
  id: string
  name: string
  /** Names from below the root to the item itself; an orphan's path starts with itself. Names may contain slashes. */
  path: string[]
  parents: string[]
  kind: 'blob' | 'folder' | 'shortcut' | 'native'
  mimeType: string
  owner: string | null
  driveId: string | null
  /** Of a blob, as it is now; no checksums of a served file that cannot be read. */
  size: number | null
  md5: string | null
  sha256: string | null
  headRevisionId: string | null
  /** Which checksums the API admits to. */
  checksums: Item['checksums']
  trashed: boolean
  explicitlyTrashed: boolean
  createdTime: string
  modifiedTime: string
  version: number
  canDownload: boolean
  abusive: boolean
  /** Of a native document: what it can be exported as. */
  exportFormats: readonly string[]
  shortcutTarget: string | null
}

/** Every item but the roots, one after the other; checksums are computed on the way unless `hash` is false. */
export async function* trueItems(store: DriveStore, hash = true): AsyncGenerator<TrueItem> {
  for (const item of store.items()) if (!store.isRoot(item)) yield await trueItem(item, store, hash)
}

async function trueItem(item: Item, store: DriveStore, hash: boolean): Promise<TrueItem> {
  const { content } = item
  const sum = async (algorithm: Algorithm): Promise<string | null> => {
    if (!content || !hash) return null
    const hex = digest(content, algorithm)
    return content.from === 'disk' ? await Promise.resolve(hex).catch(() => null) : await hex
  }
  return {
    id: item.id,
    name: item.name,
    path: pathOf(item, store),
    parents: item.parents,
    kind: kindOf(item.mimeType),
    mimeType: item.mimeType,
    owner: item.owner,
    driveId: item.driveId,
    size: content?.size ?? null,
    md5: await sum('md5'),
    sha256: await sum('sha256'),
    headRevisionId: item.headRevisionId,
    checksums: item.checksums,
    trashed: store.isTrashed(item),
    explicitlyTrashed: item.explicitlyTrashed,
    createdTime: new Date(item.createdTime).toISOString(),
    modifiedTime: new Date(item.modifiedTime).toISOString(),
    version: item.version,
    canDownload: item.canDownload,
    abusive: item.abusive,
    exportFormats: EXPORT_FORMATS[item.mimeType] ?? [],
    shortcutTarget: item.shortcut?.targetId ?? null,
  }
}

/** The names of the folders the item is in, by its first parent, and its own. */
export function pathOf(item: Item, store: DriveStore): string[] {
  const names: string[] = []
  const seen = new Set<string>()
  for (let at: Item | undefined = item; at && !store.isRoot(at) && !seen.has(at.id); ) {
    seen.add(at.id)
    names.unshift(at.name)
    at = at.parents[0] === undefined ? undefined : store.get(at.parents[0])
  }
  return names
}
