import type { File } from '../../api/types.ts'

/** What the list of files shows. It stands in the address, so that it can be bookmarked, shared and gone back to. */
export interface Place {
  source: number | null
  folder: number | null
  search: string
  status: File['status'] | null
  /** A skip reason or a fault. */
  reason: string | null
}

export const TOP: Place = { source: null, folder: null, search: '', status: null, reason: null }

export const STATUSES = ['synced', 'pending', 'failed', 'skipped'] as const satisfies readonly File['status'][]

/** What an address has that no place has is not counted. */
export function placeIn(query: string): Place {
  const given = new URLSearchParams(query)
  return {
    source: positive(given.get('source')),
    folder: positive(given.get('folder')),
    search: given.get('search')?.trim() ?? '',
    status: STATUSES.find((status) => status === given.get('status')) ?? null,
    reason: given.get('reason')?.trim() || null,
  }
}

/** A real link to a place. */
export function linkTo(place: Partial<Place>): string {
  const { source, folder, search, status, reason } = { ...TOP, ...place }
  const query = new URLSearchParams()
  if (source !== null) query.set('source', String(source))
  if (folder !== null) query.set('folder', String(folder))
  if (search !== '') query.set('search', search)
  if (status !== null) query.set('status', status)
  if (reason !== null) query.set('reason', reason)
  const text = query.toString()
  return text === '' ? '/files' : `/files?${text}`
}

/** Whether files are sought in the whole drive (or source), and not shown as a folder has them. */
export function isSearch({ search, status, reason }: Place): boolean {
  return search !== '' || status !== null || reason !== null
}

/** A search for words looks everywhere, a folder shows what is in it; either is left for the other. */
export function withSearch(place: Place, search: string): Place {
  return { ...place, search: search.trim(), folder: search.trim() === '' ? place.folder : null }
}

function positive(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) && Number(text) > 0 ? Number(text) : null
}
