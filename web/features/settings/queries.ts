import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { listAudit, listSettings, listTokens, listUsers } from '../../api/operations.ts'

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => listSettings(signal),
})

export const usersQuery = queryOptions({ queryKey: ['users'], queryFn: ({ signal }) => listUsers(signal) })

export const tokensQuery = queryOptions({ queryKey: ['tokens'], queryFn: ({ signal }) => listTokens(signal) })

/** A screen and a half; older entries on request. */
const PAGE = 50

export const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ pageParam, signal }) =>
    listAudit({ query: { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) } }, signal),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
})
