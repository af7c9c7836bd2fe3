import { useQueries, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import type { ListDriveFoldersAnswer } from '../../../api/operations.ts'
import { foldersQuery } from '../queries.ts'
import { MY_DRIVE, SHARED } from './selection.ts'
import type { Children } from './tree-rows.ts'

/** What everything lies in; it need not be asked for. */
const TOP: Children = { folders: [MY_DRIVE, SHARED], state: 'all' }

interface Folders {
  opened: ReadonlyMap<string | null, Children>
  open: (id: string) => void
  close: (id: string) => void
  /** Asks for the next page of what lies in a folder. */
  more: (parent: string | null) => void
  /** Asks again after a failure. */
  again: (parent: string | null) => void
}

/**
 * What lies in the folders that are open. Only which are open, and how many pages of each are wanted, is kept here; the pages
 * are in the query cache, each with its cursor, which only the page before it tells.
 */
export function useFolders(source: string): Folders {
  const client = useQueryClient()
  const [wanted, setWanted] = useState<ReadonlyMap<string, number>>(() => new Map([[MY_DRIVE.id, 1]]))
  const pages = [...wanted].flatMap(([parent, count]) => {
    const cursors: (string | null)[] = [null]
    while (cursors.length < count) {
      const { queryKey } = foldersQuery(source, parent, cursors.at(-1) ?? null)
      const next = client.getQueryData<ListDriveFoldersAnswer>(queryKey)?.next
      if (next === undefined || next === null) break
      cursors.push(next)
    }
    return cursors.map((cursor) => ({ parent, cursor }))
  })
  const answers = useQueries({
    queries: pages.map(({ parent, cursor }) => foldersQuery(source, parent, cursor)),
    combine: (results) => results.map(({ data, error, isFetching }) => ({ data, error, isFetching })),
  })
  const asked = pages.map(({ parent, cursor }) => `${parent} ${cursor}`).join('\n')
  // `asked` stands for the pages, which are a new list each time
  const opened = useMemo(() => {
    const found = new Map<string | null, Children>([[null, TOP]])
    answers.forEach((answer, at) => {
      const parent = pages[at]?.parent
      if (parent !== undefined) found.set(parent, extended(found.get(parent), answer))
    })
    return found
  }, [answers, asked])

  const want = useCallback((parent: string, by: number) => {
    setWanted((before) => new Map(before).set(parent, (before.get(parent) ?? 0) + by))
  }, [])
  return {
    opened,
    open: useCallback((id: string) => want(id, 1), [want]),
    close: useCallback(
      (id: string) =>
        setWanted((before) => {
          const rest = new Map(before)
          rest.delete(id)
          return rest
        }),
      [],
    ),
    more: useCallback((parent: string | null) => parent !== null && want(parent, 1), [want]),
    again: (parent) => {
      for (const page of pages) {
        const { queryKey } = foldersQuery(source, page.parent, page.cursor)
        if (page.parent === parent && client.getQueryState(queryKey)?.status === 'error') {
          void client.refetchQueries({ queryKey, exact: true })
        }
      }
    },
  }
}

interface Answer {
  data: ListDriveFoldersAnswer | undefined
  error: Error | null
  isFetching: boolean
}

/** Children with one more page, which is there, failed or under way. */
function extended(before: Children | undefined, { data, error, isFetching }: Answer): Children {
  const folders = before?.folders ?? []
  if (data !== undefined) {
    return { folders: [...folders, ...data.folders], state: data.next === null ? 'all' : 'more' }
  }
  if (error !== null && !isFetching) return { folders, state: 'failed', message: error.message }
  return { folders, state: 'loading' }
}
