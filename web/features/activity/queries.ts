import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { listActivity, listCycles } from '../../api/operations.ts'
import { type Filters, queryOf } from './filters.ts'

const PAGE = 100

/** The log that a filter lets through, page by page. A page may be empty and have a next one: the server searches in slices. */
export function activityQuery(filters: Filters) {
  const query = queryOf(filters)
  return infiniteQueryOptions({
    queryKey: ['activity', 'list', query],
    queryFn: ({ pageParam, signal }) => listActivity({ query: { ...query, cursor: pageParam, limit: PAGE } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    // The event stream keeps it fresh; and whoever comes back begins with the first page, not with all that were read.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
}

/** The newest few, whatever they are. */
export const recentActivityQuery = (count: number) =>
  queryOptions({
    queryKey: ['activity', 'recent', count],
    queryFn: ({ signal }) => listActivity({ query: { limit: count } }, signal),
    staleTime: 0,
    refetchOnWindowFocus: false, // the event stream keeps it fresh
  })

export const cyclesQuery = infiniteQueryOptions({
  queryKey: ['cycles'],
  queryFn: ({ pageParam, signal }) => listCycles({ query: { cursor: pageParam, limit: PAGE } }, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next ?? undefined,
})
