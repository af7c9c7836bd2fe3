import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { getPendingAccount, getSelection, listDriveFolders, listGoogle, listSources } from '../../api/operations.ts'
import type { Google } from '../../api/types.ts'
import { setupQuery } from '../../server/session.ts'

export const sourcesQuery = queryOptions({ queryKey: ['sources'], queryFn: ({ signal }) => listSources(signal) })

/** How Google is signed in to for each source, google_drive first. */
export const googleQuery = queryOptions({ queryKey: ['google'], queryFn: ({ signal }) => listGoogle(signal) })

/** The source that is always there, and that the set-up is about. */
export const firstGoogleQuery = queryOptions({
  ...googleQuery,
  select: ({ sources: [first] }): Google => {
    if (first === undefined) throw new Error('there is always a source')
    return first
  },
})

/** An account that has signed in, and that waits for somebody to say what becomes of the one before. */
export const pendingAccountQuery = queryOptions({
  queryKey: ['google-pending'],
  queryFn: ({ signal }) => getPendingAccount(signal),
})

const SELECTION = 'selection'

export const selectionQuery = (source: string) =>
  queryOptions({
    queryKey: [SELECTION, source],
    queryFn: ({ signal }) => getSelection({ query: { source } }, signal),
    // It is edited on the page: nothing may be exchanged under the hand.
    staleTime: Number.POSITIVE_INFINITY,
  })

const FOLDERS = 'drive-folders'

/** A page of the folders in a folder. */
export const foldersQuery = (source: string, parent: string, cursor: string | null) =>
  queryOptions({
    queryKey: [FOLDERS, source, parent, cursor],
    queryFn: ({ signal }) =>
      listDriveFolders({ query: { source, parent, ...(cursor === null ? {} : { cursor }) } }, signal),
    // Opening and closing a folder asks Google once.
    staleTime: 5 * 60_000,
  })

/** For whoever has changed how Google is signed in to: everything that depends on it is asked again. */
export function googleChanged(client: QueryClient, changed: Google | null = null): void {
  if (changed !== null)
    client.setQueryData(googleQuery.queryKey, (before) => before && { sources: withChanged(before.sources, changed) })
  client.removeQueries({ queryKey: [FOLDERS] })
  for (const { queryKey } of [googleQuery, sourcesQuery, setupQuery, pendingAccountQuery])
    void client.invalidateQueries({ queryKey })
}

function withChanged(sources: readonly Google[], changed: Google): Google[] {
  const others = sources.filter(({ source }) => source !== changed.source)
  if (others.length === sources.length) return [...others, changed]
  return sources.map((one) => (one.source === changed.source ? changed : one))
}

/** How far back a first scan goes is the same for all sources. */
export function selectionSaved(client: QueryClient, source: string): void {
  const isAnother = ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[1] !== source
  void client.invalidateQueries({ queryKey: [SELECTION], predicate: isAnother })
  void client.invalidateQueries({ queryKey: setupQuery.queryKey })
}
