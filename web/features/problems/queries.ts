import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { listProblemFiles, listProblems } from '../../api/operations.ts'

/** What is wrong by cause, and what is left out on purpose. Looked at again while it is on the screen: it mends itself. */
export const problemsQuery = queryOptions({
  queryKey: ['problems'],
  queryFn: ({ signal }) => listProblems(signal),
  refetchInterval: 5_000,
})

/** The files with one fault, page by page. */
export const problemFilesQuery = (fault: string) =>
  infiniteQueryOptions({
    queryKey: ['problem-files', fault],
    queryFn: ({ pageParam, signal }) => listProblemFiles({ query: { fault, cursor: pageParam, limit: 50 } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
