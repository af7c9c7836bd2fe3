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

/**
 * `known` with what has come since; each entry once, whatever is told again after a break. `hole`: something is missing before
 * what has come. More than is kept is a gap too.
 */
export function withNew(known: LiveActivity, come: readonly Activity[], hole: boolean, kept = KEPT): LiveActivity {
  const before = hole ? [] : known.entries
  const newest = before[0]?.id ?? 0
  const fresh = come.filter((entry) => entry.id > newest).sort((a, b) => b.id - a.id)
  const all = [...fresh, ...before]
  if (all.length > kept) return { entries: [], gaps: known.gaps + 1 }
  return { entries: all, gaps: known.gaps + (hole ? 1 : 0) }
}

/** Collects entries and shows them once a second: a busy backup tells hundreds. */
export class ActivityCollector {
  #waiting: Activity[] = []
  #hole = false
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #client: QueryClient

  constructor(client: QueryClient) {
    this.#client = client
  }

  add(entry: Activity): void {
    this.#waiting.push(entry)
    this.#timer ??= setTimeout(() => this.#show(), 1000)
  }

  /** Something is missing between what came before and what comes now. */
  gap(): void {
    this.#waiting = []
    this.#hole = true
    this.#timer ??= setTimeout(() => this.#show(), 1000)
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #show(): void {
    this.#timer = undefined
    const come = this.#waiting
    const hole = this.#hole
    this.#waiting = []
    this.#hole = false
    this.#client.setQueryData<LiveActivity>(key, (known = NONE) => withNew(known, come, hole))
  }
}
