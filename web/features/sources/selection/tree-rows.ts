import type { TreeFolder } from './selection.ts'

/** The rows of a tree whose folders are loaded as they are opened, and a folder's own in pages. */

/** What is known of what lies in an opened folder. */
export interface Listing {
  folders: readonly { id: string; name: string }[]
  /** `more`: there is a further page; `all`: this is everything. */
  state: 'loading' | 'more' | 'all' | 'failed'
  /** Of `failed`: what happened. */
  message?: string
}

export type TreeRow = FolderRow | LoadRow

export interface FolderRow extends TreeFolder {
  kind: 'folder'
  level: number
  /** From 1. */
  position: number
  /** How many lie beside it; -1 while that is not known, as ARIA has it. */
  siblings: number
  /** `leaf`: it was opened, and no folder lies in it. */
  shape: 'closed' | 'open' | 'leaf'
}

/** Stands for what is not there yet. */
interface LoadRow {
  kind: 'loading' | 'more' | 'failed'
  /** The folder it belongs to; null: the top. */
  parent: string | null
  level: number
  message: string
}

/** `listings`: by folder, null for the top; what is not in it has not been opened. */
export function treeRows(listings: ReadonlyMap<string | null, Listing>): TreeRow[] {
  const rows: TreeRow[] = []
  addRows(rows, listings, null, [])
  return rows
}

function addRows(
  rows: TreeRow[],
  listings: ReadonlyMap<string | null, Listing>,
  parent: string | null,
  ancestors: readonly string[],
): void {
  const listing = listings.get(parent)
  if (listing === undefined) return
  const level = ancestors.length + 1
  const siblings = listing.state === 'all' ? listing.folders.length : -1
  listing.folders.forEach(({ id, name }, at) => {
    rows.push({
      kind: 'folder',
      id,
      name,
      ancestors,
      level,
      position: at + 1,
      siblings,
      shape: shapeOf(listings.get(id)),
    })
    // A folder can be met inside itself only through a defect; it must not hang the browser.
    if (!ancestors.includes(id)) addRows(rows, listings, id, [...ancestors, id])
  })
  if (listing.state === 'all') return
  rows.push({ kind: listing.state, parent, level, message: listing.message ?? '' })
}

function shapeOf(listing: Listing | undefined): FolderRow['shape'] {
  if (listing === undefined) return 'closed'
  return listing.state === 'all' && listing.folders.length === 0 ? 'leaf' : 'open'
}
