import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { listProblemFiles, listProblems } from '../../api/operations.ts'

/** What is wrong by cause, and what is skipped on purpose. Looked at again while it is on the screen: it mends itself. */
export const problemsQuery = queryOptions({
  queryKey: ['problems'],
  queryFn: ({ signal }) => listProblems(signal),
  refetchInterval: 5_000,
})

/** The files with one fault at one destination (empty: of reading from Drive), page by page. */
export const problemFilesQuery = (fault: string, destination: string) =>
  infiniteQueryOptions({
    queryKey: ['problem-files', fault, destination],
    queryFn: ({ pageParam, signal }) =>
      listProblemFiles({ query: { fault, destination, cursor: pageParam, limit: 50 } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
