import type { ListActivityQuery } from '../../api/operations.ts'
import type { Activity } from '../../api/types.ts'

/** What the reader wants to see; it stands in the address. */
export interface Filters {
  actions: string[]
  /** Part of the path, the message or the destination. */
  search: string
  /** Days as a date field has them, `2026-03-12`, in the reader's zone; empty: no bound. */
  from: string
  to: string
}

export function filtersOf(address: URLSearchParams): Filters {
  return {
    actions: (address.get('action') ?? '').split(',').filter((action) => action !== ''),
    search: address.get('search') ?? '',
    from: dayOf(address.get('from')),
    to: dayOf(address.get('to')),
  }
}

/** The address that says the same, without what is not set. */
export function addressOf({ actions, search, from, to }: Filters): URLSearchParams {
  const all = { action: actions.join(','), search, from, to }
  return new URLSearchParams(Object.entries(all).filter(([, value]) => value !== ''))
}

/** What to ask the server: both days are meant whole. */
export function queryOf({ actions, search, from, to }: Filters): Omit<ListActivityQuery, 'cursor' | 'limit'> {
  return {
    ...(actions.length > 0 ? { action: actions.join(',') } : {}),
    ...(search.trim() === '' ? {} : { search: search.trim() }),
    ...(from === '' ? {} : { from: new Date(`${from}T00:00:00`).toISOString() }),
    ...(to === '' ? {} : { to: new Date(`${to}T23:59:59.999`).toISOString() }),
  }
}

/** Whether an entry that the event stream tells belongs to what the server would list. */
export function passes(entry: Activity, filters: Filters): boolean {
  const { action, search, from, to } = queryOf(filters)
  if (action !== undefined && !filters.actions.includes(entry.action)) return false
  if (from !== undefined && entry.at < from) return false
  if (to !== undefined && entry.at > to) return false
  if (search === undefined) return true
  const wanted = search.toLowerCase()
  return [entry.path, entry.message, entry.destination].some((text) => text?.toLowerCase().includes(wanted))
}

export function isFiltered(filters: Filters): boolean {
  return addressOf(filters).size > 0
}

function dayOf(text: string | null): string {
  return text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : ''
}
