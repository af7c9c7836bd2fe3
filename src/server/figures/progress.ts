import type { BackupEvent } from '../../backup/model/parts.ts'
import type { Progress } from '../contract/status.ts'
import { Recent } from '../live/recent.ts'

/** What is shown of what is under way. */
const SHOWN = 20
/** Rates are of so many seconds. */
const RATE_OVER_S = 10
const QUOTA_OVER_S = 60

/** What has happened since this process began; only ever grows. */
export interface Totals {
  files: number
  bytes: number
  failures: number
}

export interface Quota {
  /** Since the source was made: it begins anew with another one. */
  unitsUsed: number
  /** A minute, as believed to be allowed; `Infinity`: no limit is known. */
  unitsPerMinute: number
}

/**
 * Follows what the backup tells and can say at any moment what goes on. It costs a few operations a file, and memory only
 * for the files in flight.
 */
export class LiveProgress {
  readonly #now: () => number
  readonly #quota: () => Quota | null
  readonly #inFlight = new Map<number, Moving>()
  readonly #bytes = new Recent(RATE_OVER_S)
  readonly #files = new Recent(RATE_OVER_S)
  readonly #units = new Recent(QUOTA_OVER_S)
  #unitsBefore: number | null = null
  /** By source, in the order in which they began. */
  readonly #cycles = new Map<number, Cycle>()
  readonly #totals: Totals = { files: 0, bytes: 0, failures: 0 }

  /** `quota`: null while there is no source. */
  constructor(now: () => number, quota: () => Quota | null) {
    this.#now = now
    this.#quota = quota
  }

  get totals(): Totals {
    return { ...this.#totals }
  }

  tell(event: BackupEvent): void {
    switch (event.type) {
      case 'cycle-started':
        this.#cycles.delete(event.source.id)
        this.#cycles.set(event.source.id, newCycle(event.source.name, event.at))
        return
      case 'seen': {
        const cycle = this.#cycles.get(event.source)
        if (cycle !== undefined) cycle.seen += event.items
        return
      }
      case 'transfer-started':
        this.#inFlight.set(event.row, { ...event, bytes: 0, counted: 0, at: this.#now() })
        return
      case 'transfer-progress':
        this.#passed(event.row, event.bytes)
        return
      case 'file-done':
        this.#done(event.outcome)
        return
      case 'fault':
      case 'reconciled':
        return
      case 'cycle-ended':
        this.#cycles.delete(event.source.id)
        // It was told to stop: what is broken off tells nothing more.
        if (event.result.end === 'drained') this.#inFlight.clear()
    }
  }

  #passed(row: number, bytes: number): void {
    const moving = this.#inFlight.get(row)
    if (moving === undefined) return
    // A second destination, or another attempt, reads the file again from somewhere before.
    const passed = Math.max(0, bytes - moving.bytes)
    moving.bytes = bytes
    moving.counted += passed
    this.#bytes.add(passed, this.#now())
  }

  #done({ file, copies, moves, faults, end }: Extract<BackupEvent, { type: 'file-done' }>['outcome']): void {
    const now = this.#now()
    let stored = 0
    for (const copy of copies) if (!copy.found) stored += copy.stored.size
    const counted = this.#inFlight.get(file.row)?.counted ?? 0
    this.#inFlight.delete(file.row)
    if (stored > counted) this.#bytes.add(stored - counted, now)
    this.#totals.bytes += stored
    if (copies.length > 0) {
      this.#files.add(1, now)
      this.#totals.files += 1
    }
    if (end.status !== 'synced' && end.status !== 'skipped' && faults.length > 0) this.#totals.failures += 1
    const cycle = this.#cycles.get(file.source)
    if (cycle === undefined) return
    cycle.bytes += stored
    cycle.moved += moves
    if (end.status === 'synced' && copies.length > 0) cycle.synced += 1
    else if (end.status === 'skipped') cycle.skipped += 1
    else if (end.status === 'failed') cycle.failed += 1
  }

  /** To be asked about once a second: so often Google's quota is looked at. */
  snapshot(): Progress {
    const now = this.#now()
    const quota = this.#quota()
    if (quota !== null) {
      const before = this.#unitsBefore ?? quota.unitsUsed
      this.#units.add(quota.unitsUsed < before ? quota.unitsUsed : quota.unitsUsed - before, now)
      this.#unitsBefore = quota.unitsUsed
    } else {
      // Nothing can be under way without a source.
      this.#inFlight.clear()
      this.#cycles.clear()
    }
    const limit = quota?.unitsPerMinute ?? Number.POSITIVE_INFINITY
    const [longest = null] = this.#cycles.values()
    return {
      cycle: longest === null ? null : { ...longest },
      transfers: this.#longest(),
      in_flight: this.#inFlight.size,
      bytes_per_second: this.#bytes.perSecond(now),
      files_per_second: this.#files.perSecond(now),
      quota: {
        units_per_minute: this.#units.sum(now),
        limit_per_minute: Number.isFinite(limit) ? limit : null,
      },
    }
  }

  /** A map keeps the order in which its entries came. */
  #longest(): Progress['transfers'] {
    const shown: Progress['transfers'] = []
    for (const { row, path, size, bytes, at } of this.#inFlight.values()) {
      if (shown.length >= SHOWN) break
      shown.push({ file: row, path, size, bytes, started_at: new Date(at).toISOString() })
    }
    return shown
  }
}

interface Moving {
  row: number
  path: string
  size: number | null
  /** Of the present reading. */
  bytes: number
  /** Of all readings: what the rate has heard of already. */
  counted: number
  at: number
}

type Cycle = NonNullable<Progress['cycle']>

function newCycle(source: string, at: number): Cycle {
  const counts = { seen: 0, synced: 0, moved: 0, skipped: 0, failed: 0, bytes: 0 }
  return { source, started_at: new Date(at).toISOString(), ...counts }
}

/** What is said before anything has been told. */
export const NOTHING_MOVES: Progress = {
  cycle: null,
  transfers: [],
  in_flight: 0,
  bytes_per_second: 0,
  files_per_second: 0,
  quota: { units_per_minute: 0, limit_per_minute: null },
}
