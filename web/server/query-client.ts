import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { CallError } from './call.ts'
import { sessionQuery } from './session.ts'

/** Where all that the server has said is kept. A refusal for want of a session, from wherever it comes, leads to the sign-in. */
export function newQueryClient(): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof CallError && error.status === 401) client.setQueryData(sessionQuery.queryKey, null)
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({
      // A wrong password is a 401 as well, and says nothing about a session.
      onError: (error, _variables, _result, mutation) => mutation.meta?.signsIn !== true && onError(error),
    }),
    defaultOptions: {
      // The daemon may run on this very machine: that there is no network says nothing.
      queries: { networkMode: 'always', staleTime: 5_000, retry: worthRetrying, retryDelay: 1_000 },
      mutations: { networkMode: 'always' },
    },
  })
  return client
}

/** Once, and only where the server was not reached or not itself: what it refused it will refuse again. */
function worthRetrying(failures: number, error: Error): boolean {
  return failures < 1 && error instanceof CallError && (error.status === 0 || error.status >= 500)
}
