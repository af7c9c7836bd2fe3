import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Activity } from '../../api/types.ts'
import { useLiveActivity } from '../../server/live-activity.ts'
import { type Filters, passes } from './filters.ts'
import { merged } from './merge.ts'
import { activityQuery } from './queries.ts'

export interface Newest {
  /** What to show. */
  entries: Activity[]
  /** How much has happened since the reader left the top, and is held back; null: more than is known. */
  heldBack: number | null
  /** To be told when the reader comes to the top of the list or leaves it. */
  atTop: (is: boolean) => void
}

/** What had been told when the reader left the top. */
interface Held {
  live: Activity[]
  gaps: number
}

/** What was listed with what happens live. While the reader is further down nothing is put above what is being read. */
export function useNewest(listed: Activity[], filters: Filters): Newest {
  const { entries: told, gaps } = useLiveActivity()
  const live = told.filter((entry) => passes(entry, filters))
  const [held, setHeld] = useState<Held | null>(null)
  const now = useRef<Held>({ live, gaps })
  now.current = { live, gaps }
  const atTop = useCallback((is: boolean) => setHeld((before) => (is ? null : (before ?? now.current))), [])
  useListAnew(filters, held === null ? gaps : held.gaps, held === null)

  if (held === null) return { entries: merged(live, listed), heldBack: 0, atTop }
  const entries = merged(held.live, listed)
  const newestShown = entries[0]?.id ?? 0
  const heldBack = gaps === held.gaps ? live.filter(({ id }) => id > newestShown).length : null
  return { entries, heldBack, atTop }
}

/** While much happens there is a gap with every second; the list is not read more often than this (ms). */
const ANEW_EVERY = 5_000

/**
 * After a gap in what was told the list is read anew, from its first page: those behind it would be of another moment. Whoever
 * leaves the top, and so comes to where the gap is, does not wait for it.
 */
function useListAnew(filters: Filters, gaps: number, atTop: boolean): void {
  const client = useQueryClient()
  const key = useRef(activityQuery(filters).queryKey)
  key.current = activityQuery(filters).queryKey
  const done = useRef({ gaps, at: 0 })
  useEffect(() => {
    if (gaps === done.current.gaps) return
    const wait = atTop ? done.current.at + ANEW_EVERY - Date.now() : 0
    const timer = setTimeout(() => {
      done.current = { gaps, at: Date.now() }
      client.setQueryData(
        key.current,
        (old) => old && { pages: old.pages.slice(0, 1), pageParams: old.pageParams.slice(0, 1) },
      )
      void client.invalidateQueries({ queryKey: key.current })
    }, wait)
    return () => clearTimeout(timer)
  }, [gaps, atTop, client])
}
