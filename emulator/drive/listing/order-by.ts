import { forbidden, invalid } from '../http/errors.ts'
import type { Item } from '../store/item.ts'
import { FOLDER } from '../store/kinds.ts'
import type { View } from './file-resource.ts'

export type Compare = (a: Item, b: Item) => number

const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

const KEYS: Readonly<Record<string, (view: View) => Compare>> = {
  createdTime: () => (a, b) => a.createdTime - b.createdTime,
  folder: () => (a, b) => Number(b.mimeType === FOLDER) - Number(a.mimeType === FOLDER),
  modifiedByMeTime: () => (a, b) => a.modifiedTime - b.modifiedTime,
  modifiedTime: () => (a, b) => a.modifiedTime - b.modifiedTime,
  name: () => (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  name_natural: () => (a, b) => natural.compare(a.name, b.name),
  quotaBytesUsed: () => (a, b) => (a.content?.size ?? 0) - (b.content?.size ?? 0),
  recency: () => (a, b) => b.modifiedTime - a.modifiedTime,
  sharedWithMeTime:
    ({ store, user }) =>
    (a, b) =>
      (store.sharedWith(a, user.email)?.since ?? 0) - (store.sharedWith(b, user.email)?.since ?? 0),
  starred: () => (a, b) => Number(b.starred) - Number(a.starred),
  viewedByMeTime: () => (a, b) => a.createdTime - b.createdTime,
}

/** Parses `orderBy`; undefined leaves the order to the server. */
export function parseOrder(text: string | undefined, fullText: boolean, view: View): Compare | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const seen = new Set<string>()
  const parts = text.split(',').map((part): Compare => {
    const [key = '', direction, ...rest] = part.trim().split(/\s+/)
    const make = KEYS[key]
    if (!make || rest.length > 0 || (direction !== undefined && direction !== 'desc' && direction !== 'asc')) {
      throw invalid('orderBy')
    }
    if (seen.has(key)) {
      throw forbidden(
        'orderByContainsDuplicateSortKeys',
        'The orderBy parameter contains duplicate sort keys.',
        'orderBy',
      )
    }
    seen.add(key)
    const compare = make(view)
    return direction === 'desc' ? (a, b) => compare(b, a) : compare
  })
  if (fullText) throw forbidden('forbidden', 'Sorting is not supported for queries with fullText terms.', 'orderBy')
  return (a, b) => {
    for (const compare of parts) {
      const order = compare(a, b)
      if (order !== 0) return order
    }
    return a.ordinal - b.ordinal
  }
}
