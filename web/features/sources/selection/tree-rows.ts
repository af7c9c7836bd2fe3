import type { TreeFolder } from './selection.ts'

/** The rows of a tree whose folders are loaded as they are opened, and a folder's own in pages. */

/** What is known of what lies in an opened folder. */
export interface Children {
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

/** `opened`: by folder, null for the top; what is not in it has not been opened. */
export function treeRows(opened: ReadonlyMap<string | null, Children>): TreeRow[] {
  const rows: TreeRow[] = []
  addRows(rows, opened, null, [])
  return rows
}

function addRows(
  rows: TreeRow[],
  opened: ReadonlyMap<string | null, Children>,
  parent: string | null,
  ancestors: readonly string[],
): void {
  const children = opened.get(parent)
  if (children === undefined) return
  const level = ancestors.length + 1
  const siblings = children.state === 'all' ? children.folders.length : -1
  children.folders.forEach(({ id, name }, at) => {
    rows.push({
      kind: 'folder',
      id,
      name,
      ancestors,
      level,
      position: at + 1,
      siblings,
      shape: shapeOf(opened.get(id)),
    })
    // A folder can be met inside itself only through a defect; it must not hang the browser.
    if (!ancestors.includes(id)) addRows(rows, opened, id, [...ancestors, id])
  })
  if (children.state === 'all') return
  rows.push({ kind: children.state, parent, level, message: children.message ?? '' })
}

function shapeOf(children: Children | undefined): FolderRow['shape'] {
  if (children === undefined) return 'closed'
  return children.state === 'all' && children.folders.length === 0 ? 'leaf' : 'open'
}
