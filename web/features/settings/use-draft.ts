import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { changeSettings } from '../../api/operations.ts'
import type { Setting } from '../../api/types.ts'
import {
  type Edits,
  edited,
  NOT_REFUSED,
  type Refused,
  refusedIn,
  reset,
  sentOf,
  stillRefused,
  undone,
  withoutSaved,
} from './changes.ts'
import { changedHere } from './groups.ts'
import { settingsQuery } from './queries.ts'

/** What has been typed and not saved. */
interface Draft {
  edits: Edits
  /** Why the last attempt to save was refused, as far as nothing has been changed since. */
  refused: Refused
}

const EMPTY: Draft = { edits: new Map(), refused: NOT_REFUSED }
/** Beside what the server says, and forgotten with it when somebody else signs in: a secret may be among them. */
const key = ['settings-draft']

/** It stays while other pages are looked at. */
export function useDraft() {
  const client = useQueryClient()
  const draft = useQuery({
    queryKey: key,
    queryFn: () => EMPTY,
    initialData: EMPTY,
    enabled: false,
    gcTime: Number.POSITIVE_INFINITY,
  }).data
  return {
    ...draft,
    edit: (setting: Setting, value: unknown) => write(client, setting.key, (edits) => edited(edits, setting, value)),
    reset: (name: string) => write(client, name, (edits) => reset(edits, name)),
    undo: (name: string) => write(client, name, (edits) => undone(edits, name)),
    discard: () => client.setQueryData<Draft>(key, EMPTY),
  }
}

/** Saves all of them, or none. What is typed meanwhile stays unsaved. */
export function useSave(settings: readonly Setting[]) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (edits: Edits) => changeSettings({ body: { changes: sentOf(edits) } }),
    onSuccess: (answer, sent) => {
      client.setQueryData(settingsQuery.queryKey, answer)
      client.setQueryData<Draft>(key, ({ edits } = EMPTY) => ({
        edits: withoutSaved(edits, sent),
        refused: NOT_REFUSED,
      }))
      for (const name of TOUCHED) void client.invalidateQueries({ queryKey: [name] })
    },
    onError: (error) =>
      client.setQueryData<Draft>(key, ({ edits } = EMPTY) => ({
        edits,
        refused: refusedIn(error, changedHere(settings)),
      })),
  })
}

/** What else a setting may change on other pages. */
const TOUCHED = ['sources', 'google', 'destinations', 'exclusions-preview']

/** Asks before the tab is closed over something that is not saved. */
export function useWarningBeforeLeaving(unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [unsaved])
}

function write(client: QueryClient, name: string, to: (edits: Edits) => Edits): void {
  client.setQueryData<Draft>(key, ({ edits, refused } = EMPTY) => {
    const now = to(edits)
    return { edits: now, refused: stillRefused(refused, name, now) }
  })
}
