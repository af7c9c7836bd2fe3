import type { ItemFault, ListFault } from '../faults/faults.ts'
import { staleItem } from '../faults/item-fault.ts'
import { DriveError, forbidden, invalid } from '../http/errors.ts'
import type { Item } from '../store/item.ts'
import type { View } from './file-resource.ts'
import { type Compare, parseOrder } from './order-by.ts'
import { pagePosition } from './page-token.ts'
import { type Expression, parseQuery } from './query.ts'
import { countParents, type Predicate, prepareSearch, type Search } from './query-match.ts'
import type { QueryString } from './query-string.ts'

/** One page of a listing. */
export interface Page {
  readonly items: Item[]
  /** Where the next page starts; undefined on the last one. */
  readonly next: number | undefined
}

/** Items that one request looks at before it gives a short page with a token, as the real one does on big drives. */
const LOOKED_AT = 250_000

/**
 * Runs `files.list` up to the choice of items. Bad parameters are found in Google's order: sizes and flags, `orderBy`, rules of
 * shared drives, `q`, `pageToken`.
 */
export function listPage(
  query: QueryString,
  view: View,
  fault: ListFault | undefined,
  itemFault: ItemFault | undefined,
): Page {
  const size = query.pageSize(100, 1000)
  const text = query.text('q')?.trim()
  const order = parseOrder(query.text('orderBy'), /\bfullText\b/.test(text ?? ''), view)
  const inCorpus = corpus(query, view)
  const expression = text === undefined || text === '' ? undefined : parseQuery(text)
  const search = prepareSearch(expression, view)
  const position = pagePosition(query, view.store.now())
  const most = fault?.kind === 'short-page' ? Math.min(size, fault.items) : size
  const lagging =
    fault?.kind === 'stale-list' ? view.store.beforeWrites(fault.writes) : staleItem(itemFault, view.store)
  const page = lie(fault, expression) ?? choose(search, inCorpus, order, position, most, view, lagging)
  return distort(page, position, fault)
}

/** Whether an item belongs to what `corpora`, `driveId` and `spaces` select, and the caller may see it. */
function corpus(query: QueryString, view: View): Predicate {
  const { store, user } = view
  const supports = query.flag('supportsAllDrives') || query.flag('supportsTeamDrives')
  const includes = query.flag('includeItemsFromAllDrives') || query.flag('includeTeamDriveItems')
  const driveId = query.text('driveId') || query.text('teamDriveId') || undefined
  const corpora = query.text('corpora') || (query.text('teamDriveId') ? 'drive' : 'user')
  if (!['user', 'drive', 'domain', 'allDrives', 'teamDrive'].includes(corpora)) throw invalid('corpora')
  if (includes && !supports) {
    throw forbidden(
      'supportsTeamDrivesRequired',
      'The supportsAllDrives parameter must be set to true when includeItemsFromAllDrives is true.',
      'supportsAllDrives',
    )
  }
  const ofDrive = corpora === 'drive' || corpora === 'teamDrive'
  if (ofDrive !== (driveId !== undefined)) {
    const message = 'The driveId parameter must be specified if and only if corpora is set to drive.'
    throw forbidden('teamDriveIdRequired', message, 'driveId')
  }
  if ((ofDrive || corpora === 'allDrives') && !includes) {
    const message = `The includeItemsFromAllDrives parameter must be set to true when corpora is ${corpora}.`
    throw forbidden('includeTeamDriveItemsRequired', message, 'includeItemsFromAllDrives')
  }
  const spaces = (query.text('spaces') || 'drive').split(',').map((space) => space.trim())
  if (spaces.some((space) => !['drive', 'appDataFolder', 'photos'].includes(space))) throw invalid('spaces')
  if (driveId !== undefined) {
    if (!store.drives.get(driveId)?.members.has(user.email)) throw driveNotFound(driveId)
    return (item) => item.driveId === driveId && !store.isRoot(item)
  }
  return (item) => {
    if (!spaces.includes(item.space)) return false
    if (item.driveId !== null && !includes) return false
    if (item.owner !== user.email && store.roleOf(item, user.email) === undefined) return false
    return !store.isRoot(item)
  }
}

export function driveNotFound(id: string): DriveError {
  return new DriveError(404, { reason: 'notFound', message: `Shared drive not found: ${id}`, location: 'driveId' })
}

function choose(
  search: Search,
  inCorpus: Predicate,
  order: Compare | undefined,
  position: number,
  size: number,
  view: View,
  lagging: ReadonlyMap<string, Item | undefined>,
): Page {
  const seen = (item: Item): Item | undefined => {
    const shown = lagging.has(item.id) ? lagging.get(item.id) : item
    return shown && inCorpus(shown) && search.matches(shown) ? shown : undefined
  }
  if (order) {
    const found = [...candidates(search, view, 0)].flatMap((item) => seen(item) ?? [])
    const all = [...found, ...stillShown(lagging, found, seen)].sort(order)
    const next = position + size
    return { items: all.slice(position, next), next: next < all.length ? next : undefined }
  }
  const items: Item[] = []
  let looked = 0
  for (const item of candidates(search, view, position)) {
    if (items.length === size || ++looked > LOOKED_AT) return { items, next: item.ordinal }
    const shown = seen(item)
    if (shown) items.push(shown)
  }
  return { items: [...items, ...stillShown(lagging, items, seen)], next: undefined }
}

/** What was deleted or moved away, and a lagging listing does not know yet. It comes last. */
function stillShown(
  lagging: ReadonlyMap<string, Item | undefined>,
  found: readonly Item[],
  seen: (item: Item) => Item | undefined,
): Item[] {
  if (lagging.size === 0) return []
  const ids = new Set(found.map(({ id }) => id))
  return [...lagging.values()].flatMap((before) => (before && !ids.has(before.id) ? (seen(before) ?? []) : []))
}

function candidates(search: Search, { store }: View, from: number): Iterable<Item> {
  const { parents } = search
  if (!parents) return store.items(from)
  const [only, ...others] = parents
  if (only !== undefined && others.length === 0) return store.children(only, from)
  // An item in two of the folders comes once.
  const found = new Map<number, Item>()
  for (const parent of parents) for (const item of store.children(parent, from)) found.set(item.ordinal, item)
  return [...found.values()].sort((a, b) => a.ordinal - b.ordinal)
}

function lie(fault: ListFault | undefined, query: Expression | undefined): Page | undefined {
  const grouped = fault?.kind === 'no-grouped-parents' && query !== undefined && countParents(query) > 1
  return grouped ? { items: [], next: undefined } : undefined
}

/** Empty and doubled pages; short ones come out of `choose`. */
function distort(page: Page, position: number, fault: ListFault | undefined): Page {
  switch (fault?.kind) {
    case 'empty-page':
      return { items: [], next: position }
    case 'duplicate-items':
      return { items: [...page.items, ...page.items.slice(0, fault.items ?? 1)], next: page.next }
    default:
      return page
  }
}
