/** One answered request. */
export interface Logged {
  readonly time: number
  readonly name: string
  readonly method: string
  readonly url: string
  /** 0: the connection was broken instead. */
  readonly status: number
  /** The fault that was injected, if any. */
  readonly fault?: string
}

const KEPT = 2000

/** Counts requests by route and status, and keeps the last 2,000; its memory is bounded. */
export class RequestLog {
  #total = 0
  readonly #counts = new Map<string, Map<number, number>>()
  readonly #recent: Logged[] = []
  #next = 0

  record(entry: Logged, api: boolean): void {
    if (api) this.#total++
    let byStatus = this.#counts.get(entry.name)
    if (!byStatus) {
      byStatus = new Map()
      this.#counts.set(entry.name, byStatus)
    }
    byStatus.set(entry.status, (byStatus.get(entry.status) ?? 0) + 1)
    this.#recent[this.#next] = entry
    this.#next = (this.#next + 1) % KEPT
  }

  /** Calls of the API since the last reset; sign-in and control requests are not among them. */
  get total(): number {
    return this.#total
  }

  /** Requests to a route (`files.list`, `files.media`, `oauth.token`), with one status or any. */
  count(name: string, status?: number): number {
    const byStatus = this.#counts.get(name)
    if (!byStatus) return 0
    if (status !== undefined) return byStatus.get(status) ?? 0
    return [...byStatus.values()].reduce((sum, count) => sum + count, 0)
  }

  /** All counters: route → status → count. */
  counts(): Record<string, Record<string, number>> {
    return Object.fromEntries([...this.#counts].map(([name, byStatus]) => [name, Object.fromEntries(byStatus)]))
  }

  /** The last requests, oldest first, optionally of one route. */
  recent(name?: string): Logged[] {
    const ordered = [...this.#recent.slice(this.#next), ...this.#recent.slice(0, this.#next)]
    return name === undefined ? ordered : ordered.filter((entry) => entry.name === name)
  }

  reset(): void {
    this.#total = 0
    this.#counts.clear()
    this.#recent.length = 0
    this.#next = 0
  }
}
