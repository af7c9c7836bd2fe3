import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { getFile, listFiles, listProblems } from '../../api/operations.ts'
import type { Place } from './address.ts'

/** Rows in an answer. */
export const PAGE = 100

/** A folder's content page by page, or a search slice by slice: the cursor carries on with either. */
export const filesQuery = ({ source, folder, search, status, reason }: Place) =>
  infiniteQueryOptions({
    queryKey: ['files', { source, folder, search, status, reason }],
    queryFn: ({ pageParam, signal }) =>
      listFiles(
        {
          query: {
            limit: PAGE,
            ...(pageParam === null ? {} : { cursor: pageParam }),
            ...(source === null ? {} : { source }),
            ...(folder === null ? {} : { folder }),
            ...(search === '' ? {} : { search }),
            ...(status === null ? {} : { status }),
            ...(reason === null ? {} : { reason }),
          },
        },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  })

export const fileQuery = (id: number) =>
  queryOptions({ queryKey: ['file', id], queryFn: ({ signal }) => getFile({ path: { id } }, signal) })

/** For the names of reasons to filter by. */
export const reasonsQuery = queryOptions({
  queryKey: ['problems'],
  queryFn: ({ signal }) => listProblems(signal),
  staleTime: 60_000,
})
