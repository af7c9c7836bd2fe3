import { type Query, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { EventFollower } from '../server/live.ts'
import { isOutdated } from '../server/new-build.ts'

/** Keeps the page told of what happens while somebody is signed in. Gives whether the server has a newer dashboard. */
export function useEvents(): { outdated: boolean } {
  const client = useQueryClient()
  const [outdated, setOutdated] = useState(false)
  useEffect(() => {
    const follower = new EventFollower(client, async () => {
      // The status has just been read; all else that is on the page may have changed in the break.
      const old = ({ queryKey, state }: Query) => state.status === 'error' || !TOLD.has(String(queryKey[0]))
      void client.invalidateQueries({ predicate: old })
      if (await isOutdated()) setOutdated(true)
    })
    return () => follower.end()
  }, [client])
  useEffect(() => {
    if (!outdated) return
    const reload = () => document.hidden && location.reload()
    reload()
    document.addEventListener('visibilitychange', reload)
    return () => document.removeEventListener('visibilitychange', reload)
  }, [outdated])
  return { outdated }
}

/** What the stream itself keeps fresh, once it was read; of activity it makes good what was missed. */
const TOLD = new Set(['status', 'live', 'live-activity', 'activity', 'session'])
