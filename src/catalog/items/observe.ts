import { type Item, sameContent } from '../../backup/model/item.ts'
import type { ItemRow } from '../schema.ts'
import { itemOf } from './rows.ts'

/** What is new about an item, compared with what the catalog knew. Pure. */
export type Observation =
  | { news: 'first-seen' }
  /** An older state than the known one (Drive's lists lag behind its writes), or nothing new. */
  | { news: 'none' }
  | {
      news: 'changed'
      /** Other bytes: they are to be copied. */
      content: boolean
      /** Renamed or moved, or back from the trash or from being gone, where it may have lost its name to another. */
      place: boolean
      /** What the log calls it. */
      actions: ('changed' | 'renamed' | 'moved' | 'trashed' | 'restored')[]
    }

export function observe(row: ItemRow | undefined, item: Item): Observation {
  if (row === undefined) return { news: 'first-seen' }
  const known = itemOf(row)
  const wasRemoved = row.removed_at !== null
  // 0: Drive did not say which version it is.
  if (item.version !== 0 && item.version < known.version && !wasRemoved) return { news: 'none' }

  const content = !sameContent(known, item) || known.unreadable !== item.unreadable
  const renamed = known.name !== item.name || extension(known) !== extension(item)
  const moved = known.parentId !== item.parentId
  const trashed = item.trashed && !known.trashed && !wasRemoved
  const restored = (known.trashed || wasRemoved) && !item.trashed
  const actions = [
    ...(content ? (['changed'] as const) : []),
    ...(renamed ? (['renamed'] as const) : []),
    ...(moved ? (['moved'] as const) : []),
    ...(trashed ? (['trashed'] as const) : []),
    ...(restored ? (['restored'] as const) : []),
  ]
  const allowed = known.canDownload === item.canDownload
  const same = actions.length === 0 && item.version === known.version && !wasRemoved && allowed
  return same
    ? { news: 'none' }
    : { news: 'changed', content, place: renamed || moved || restored || wasRemoved, actions }
}

function extension({ content }: Item): string {
  return content.kind === 'native' ? (content.export?.extension ?? '') : content.kind
}
