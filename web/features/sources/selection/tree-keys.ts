import type { TreeRow } from './tree-rows.ts'

/** What a key does in the tree. */
export type KeyAction =
  | { do: 'move'; to: number }
  | { do: 'open' | 'close' | 'toggle'; id: string }
  /** Of the row that stands for children that could not be read. */
  | { do: 'again'; parent: string | null }

/** Rows that Page Up and Page Down go over. */
const PAGE = 10

/** The keys of a tree as the ARIA authoring practices have them; null: the key is not the tree's. */
export function keyAction(key: string, rows: readonly TreeRow[], at: number): KeyAction | null {
  const row = rows[at]
  if (row === undefined) return rows.length > 0 && key.startsWith('Arrow') ? { do: 'move', to: 0 } : null
  const last = rows.length - 1
  switch (key) {
    case 'ArrowDown':
      return { do: 'move', to: Math.min(at + 1, last) }
    case 'ArrowUp':
      return { do: 'move', to: Math.max(at - 1, 0) }
    case 'Home':
      return { do: 'move', to: 0 }
    case 'End':
      return { do: 'move', to: last }
    case 'PageDown':
      return { do: 'move', to: Math.min(at + PAGE, last) }
    case 'PageUp':
      return { do: 'move', to: Math.max(at - PAGE, 0) }
    case 'ArrowRight':
      if (row.kind !== 'folder' || row.shape === 'leaf') return null
      return row.shape === 'closed' ? { do: 'open', id: row.id } : { do: 'move', to: Math.min(at + 1, last) }
    case 'ArrowLeft':
      if (row.kind === 'folder' && row.shape === 'open') return { do: 'close', id: row.id }
      return { do: 'move', to: parentOf(rows, at) }
    case ' ':
    case 'Enter':
      if (row.kind === 'folder') return { do: 'toggle', id: row.id }
      return row.kind === 'failed' ? { do: 'again', parent: row.parent } : null
    default:
      return null
  }
}

/** The next folder, going round, whose name begins with what was typed; `at` if there is none. */
export function typedTo(typed: string, rows: readonly TreeRow[], at: number): number {
  const wanted = typed.toLocaleLowerCase()
  // Going on with a word stays on a row that fits it; a first letter moves on.
  const first = typed.length > 1 ? 0 : 1
  for (let step = first; step < rows.length + first; step++) {
    const index = (at + step) % rows.length
    const row = rows[index]
    if (row?.kind === 'folder' && row.name.toLocaleLowerCase().startsWith(wanted)) return index
  }
  return at
}

function parentOf(rows: readonly TreeRow[], at: number): number {
  const level = rows[at]?.level ?? 1
  for (let index = at - 1; index >= 0; index--) {
    if ((rows[index]?.level ?? 0) < level) return index
  }
  return at
}
