import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import { getEventsAddress, getStatus } from '../api/operations.ts'
import type { Activity, Gap, Progress, Status } from '../api/types.ts'
import { setServerTime } from '../ui/data/now.ts'
import { ActivityCollector } from './live-activity.ts'
import { pause, SILENCE } from './patience.ts'

/** How things stand. The event stream keeps it fresh. */
export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: async ({ signal }) => {
    const status = await getStatus(signal)
    setServerTime(status.as_of)
    return status
  },
  staleTime: Number.POSITIVE_INFINITY,
})

/** Whether the page is being told what happens. */
export type Live = { state: 'connecting' | 'live' } | { state: 'interrupted'; since: number }

const CONNECTING: Live = { state: 'connecting' }
const liveKey = ['live']

export function useLive(): Live {
  return useQuery({ queryKey: liveKey, queryFn: () => CONNECTING, initialData: CONNECTING, enabled: false }).data
}

/**
 * Follows the event stream, one for the whole page, and writes what it says into the query cache. After a break it goes on
 * by itself, and meanwhile the cache says since when figures may be old.
 */
export class EventFollower {
  readonly #client: QueryClient
  readonly #onReturn: () => void
  readonly #activity: ActivityCollector
  #stream: EventSource | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
  #watchdog: ReturnType<typeof setTimeout> | undefined
  #unseen: ReturnType<typeof setTimeout> | undefined
  #failures = 0
  #heard = Date.now()
  /** The stream goes on behind it after a break. */
  #lastEventId: number | undefined
  #openedBefore = false
  #ended = false

  /** `onReturn`: called when the stream is there again after a break, in which anything may have happened. */
  constructor(client: QueryClient, onReturn: () => void) {
    this.#client = client
    this.#onReturn = onReturn
    this.#activity = new ActivityCollector(client)
    document.addEventListener('visibilitychange', this.#look)
    window.addEventListener('online', this.#ask)
    this.#open()
  }

  end(): void {
    this.#ended = true
    document.removeEventListener('visibilitychange', this.#look)
    window.removeEventListener('online', this.#ask)
    clearTimeout(this.#unseen)
    this.#activity.close()
    this.#close()
    this.#client.setQueryData(liveKey, CONNECTING)
  }

  #open(): void {
    this.#close()
    const stream = new EventSource(getEventsAddress({ query: { last_event_id: this.#lastEventId } }))
    this.#stream = stream
    stream.onerror = this.#fail
    stream.onopen = () => {
      this.#failures = 0
      this.#hear()
      this.#client.setQueryData<Live>(liveKey, { state: 'live' })
      if (this.#openedBefore) this.#onReturn()
      this.#openedBefore = true
    }
    const on = <Data>(name: string, show: (data: Data) => void) =>
      stream.addEventListener(name, (event) => {
        this.#hear()
        if (event.lastEventId !== '') this.#lastEventId = Number(event.lastEventId)
        show(JSON.parse(event.data))
      })
    on<Status>('status', (status) => {
      setServerTime(status.as_of)
      this.#client.setQueryData(statusQuery.queryKey, status)
    })
    on<Progress>('progress', (progress) =>
      this.#client.setQueryData(statusQuery.queryKey, (status) => status && { ...status, progress }),
    )
    on<Activity>('activity', (entry) => this.#activity.add(entry))
    on<Gap>('gap', () => this.#activity.gap())
  }

  #close(): void {
    this.#stream?.close()
    this.#stream = null
    clearTimeout(this.#retry)
    clearTimeout(this.#watchdog)
  }

  #hear(): void {
    this.#heard = Date.now()
    clearTimeout(this.#watchdog)
    this.#watchdog = setTimeout(this.#fail, SILENCE)
  }

  #fail = () => {
    this.#close()
    if (this.#ended) return
    this.#client.setQueryData<Live>(liveKey, (live) =>
      live?.state === 'interrupted' ? live : { state: 'interrupted', since: this.#heard },
    )
    this.#retry = setTimeout(this.#ask, pause(this.#failures++))
  }

  /** The status before the stream: unlike the stream it tells whether the server or only the session has gone. */
  #ask = async () => {
    clearTimeout(this.#retry)
    try {
      await this.#client.fetchQuery({ ...statusQuery, staleTime: 0, retry: false })
      if (!this.#ended) this.#open()
    } catch {
      this.#fail() // the page says that it is interrupted; a session that has ended leads to the sign-in by itself
    }
  }

  /** A page that nobody looks at holds no connection: a browser has six for a server, however many tabs there are. */
  #look = () => {
    clearTimeout(this.#unseen)
    if (document.hidden) this.#unseen = setTimeout(() => this.#close(), SILENCE)
    else if (this.#stream === null) void this.#ask()
  }
}
