import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { getGoogle, getSelection, listDriveFolders, listSources } from '../../api/operations.ts'
import { setupQuery } from '../../server/session.ts'

export const sourcesQuery = queryOptions({ queryKey: ['sources'], queryFn: ({ signal }) => listSources(signal) })

export const googleQuery = queryOptions({ queryKey: ['google'], queryFn: ({ signal }) => getGoogle(signal) })

export const selectionQuery = queryOptions({
  queryKey: ['selection'],
  queryFn: ({ signal }) => getSelection(signal),
  // It is edited on the page: nothing may be exchanged under the hand.
  staleTime: Number.POSITIVE_INFINITY,
})

const FOLDERS = 'drive-folders'

/** A page of the folders in a folder. */
export const foldersQuery = (parent: string, cursor: string | null) =>
  queryOptions({
    queryKey: [FOLDERS, parent, cursor],
    queryFn: ({ signal }) => listDriveFolders({ query: { parent, ...(cursor === null ? {} : { cursor }) } }, signal),
    // Opening and closing a folder asks Google once.
    staleTime: 5 * 60_000,
  })

/** For whoever has changed how Google is signed in to: everything that hangs on it is asked again. */
export function googleChanged(client: QueryClient): void {
  client.removeQueries({ queryKey: [FOLDERS] })
  for (const { queryKey } of [googleQuery, sourcesQuery, setupQuery]) void client.invalidateQueries({ queryKey })
}
