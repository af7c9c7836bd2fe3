import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { getSetup } from '../api/operations.ts'
import type { Me } from '../api/types.ts'

/** Which steps of the set-up are done, and who asks. Answers anybody. */
export const setupQuery = queryOptions({ queryKey: ['setup'], queryFn: ({ signal }) => getSetup(signal) })

/** Who is signed in; null: nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal, client }) => {
    const setup = await getSetup(signal)
    client.setQueryData(setupQuery.queryKey, setup)
    return setup.me
  },
  staleTime: Number.POSITIVE_INFINITY,
})

/** Who is signed in. Only for what the shell shows to somebody signed in. */
export function useMe(): Me | null {
  return useQuery(sessionQuery).data ?? null
}

export type Right = Me['scopes'][number]

/** Null when the person signed in may do it, or else why not, for people to read. */
export function useForbidden(right: Right): string | null {
  const me = useMe()
  if (me === null || me.scopes.includes(right)) return null
  const needed = right === 'admin' ? 'an admin' : 'an operator or an admin'
  return `You are signed in as a ${me.role}; this needs ${needed}.`
}

/** For whoever has just signed in a person: the answers that were kept for somebody else are forgotten. */
export function useSignedIn(): (me: Me | null) => void {
  const client = useQueryClient()
  return (me) => {
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] })
    client.setQueryData(sessionQuery.queryKey, me)
  }
}
