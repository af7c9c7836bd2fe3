import { type QueryClient, useQuery } from '@tanstack/react-query'
import type { Activity } from '../api/types.ts'

/** What has happened since the page was opened, as the event stream told it. */
export interface LiveActivity {
  /** Newest first, without a hole. */
  entries: readonly Activity[]
  /** How often there was a hole: with each, what was told before is forgotten, and a list must be read anew. */
  gaps: number
}

/** A screen shows some fifty; of more than these the list is read anew. */
const KEPT = 1000

const NONE: LiveActivity = { entries: [], gaps: 0 }
const key = ['live-activity']

export function useLiveActivity(): LiveActivity {
  return useQuery({ queryKey: key, queryFn: () => NONE, initialData: NONE, enabled: false }).data
}

/** `known` with what has come since; each entry once, whatever is told again after a break. Too many are a gap. */
export function withNew(known: LiveActivity, come: readonly Activity[], kept = KEPT): LiveActivity {
  const newest = known.entries[0]?.id ?? 0
  const fresh = come.filter((entry) => entry.id > newest).sort((a, b) => b.id - a.id)
  const all = [...fresh, ...known.entries]
  return all.length > kept ? withGap(known) : { ...known, entries: all }
}

function withGap(known: LiveActivity): LiveActivity {
  return { entries: [], gaps: known.gaps + 1 }
}

/** Collects entries and shows them once a second: a busy backup tells hundreds. */
export class ActivityCollector {
  #waiting: Activity[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #client: QueryClient

  constructor(client: QueryClient) {
    this.#client = client
  }

  add(entry: Activity): void {
    this.#waiting.push(entry)
    this.#timer ??= setTimeout(() => this.#show(), 1000)
  }

  gap(): void {
    this.#waiting = []
    this.#client.setQueryData<LiveActivity>(key, (known = NONE) => withGap(known))
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
