import { type QueryClient, useQuery } from '@tanstack/react-query'
import type { Activity } from '../api/types.ts'

/** What has happened since the page was opened, newest first, as the event stream told it. */
export interface LiveActivity {
  entries: Activity[]
  /** Entries up to this one were told and are no longer kept: who shows older ones must ask the server. */
  forgottenUpTo: number
}

/** A screen shows some fifty; more than these are better read page by page. */
const KEPT = 1000

const NONE: LiveActivity = { entries: [], forgottenUpTo: 0 }
const key = ['live-activity']

export function useLiveActivity(): LiveActivity {
  return useQuery({ queryKey: key, queryFn: () => NONE, initialData: NONE, enabled: false }).data
}

/** `known` with what has come since; each entry once, whatever is told again after a break. */
export function withNew(known: LiveActivity, come: readonly Activity[], kept = KEPT): LiveActivity {
  const newest = known.entries[0]?.id ?? known.forgottenUpTo
  const fresh = come.filter((entry) => entry.id > newest).sort((a, b) => b.id - a.id)
  const all = [...fresh, ...known.entries]
  return { entries: all.slice(0, kept), forgottenUpTo: all[kept]?.id ?? known.forgottenUpTo }
}

/** Collects entries and shows them once a second: a busy backup tells hundreds. */
export class ActivityCollector {
  #waiting: Activity[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #client: QueryClient
  /** The newest that was told; after a break the stream goes on behind it. */
  last: number | undefined

  constructor(client: QueryClient) {
    this.#client = client
  }

  add(entry: Activity): void {
    this.last = Math.max(this.last ?? 0, entry.id)
    this.#waiting.push(entry)
    this.#timer ??= setTimeout(() => this.#show(), 1000)
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #show(): void {
    this.#timer = undefined
    const come = this.#waiting
    this.#waiting = []
    this.#client.setQueryData<LiveActivity>(key, (known = NONE) => withNew(known, come))
  }
}
