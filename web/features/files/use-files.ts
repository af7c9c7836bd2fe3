import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import type { File, Folder } from '../../api/types.ts'
import { statusQuery } from '../../server/live.ts'
import { linkTo, type Place } from './address.ts'
import { filesQuery, PAGE } from './queries.ts'
import { searchedOf, wantsMore } from './search-slices.ts'

interface Files {
  files: File[]
  crumbs: Folder[]
  /** `loading`: more is being asked for now. */
  state: 'loading' | 'enough' | 'done'
  searched: number
  /** Called with the last row that is seen. */
  more: (seen: number) => void
  error: Error | null
  retry: () => void
}

/** Files are fetched ahead of what is seen, and no further: a search that finds little goes on until it fills the screen. */
export function useFiles(place: Place): Files {
  const query = useInfiniteQuery(filesQuery(place))
  const where = linkTo(place)
  const [wanted, setWanted] = useState({ where, rows: PAGE })
  const rows = wanted.where === where ? wanted.rows : PAGE
  const { data, error, isFetching, fetchNextPage, refetch } = query
  const slices = data?.pages ?? NONE
  const goOn = error === null && wantsMore(slices, rows)
  useEffect(() => {
    if (goOn && !isFetching) void fetchNextPage()
  }, [goOn, isFetching, fetchNextPage])
  useFresh(place, slices.length)
  const files = useMemo(() => slices.flatMap((slice) => slice.files), [slices])
  const more = (seen: number) => {
    if (seen + PAGE / 2 > rows) setWanted({ where, rows: seen + PAGE })
  }
  return {
    files,
    crumbs: slices[0]?.crumbs ?? [],
    state: goOn || (isFetching && data === undefined) ? 'loading' : searchedOf(slices) === 1 ? 'done' : 'enough',
    searched: searchedOf(slices),
    more,
    error,
    retry: () => void (data === undefined ? refetch() : fetchNextPage()),
  }
}

const NONE: never[] = []
/** Reading more than that again for each change would cost more than it tells. */
const SHORT = 3
const EVERY = 5_000

/** What has been stored or has failed since shows in the list, as long as that is short. */
function useFresh(place: Place, slices: number): void {
  const client = useQueryClient()
  const status = useQuery(statusQuery).data
  const mark = status && [status.files_total, status.files_synced, status.pending, status.failed].join()
  const where = linkTo(place)
  useEffect(() => {
    if (mark === undefined || slices > SHORT) return
    const { queryKey } = filesQuery(place)
    const age = Date.now() - (client.getQueryState(queryKey)?.dataUpdatedAt ?? Date.now())
    const timer = setTimeout(
      () => {
        const { fetchStatus } = client.getQueryState(queryKey) ?? {}
        if (fetchStatus === 'idle') void client.invalidateQueries({ queryKey })
      },
      Math.max(0, EVERY - age),
    )
    return () => clearTimeout(timer)
  }, [mark, where, slices, client])
}
