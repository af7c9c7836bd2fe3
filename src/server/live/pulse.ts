import type { BackupEvent } from '../../backup/model/parts.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { addMetrics, forgetOldMetrics, type MetricSums, stepOf } from '../../catalog/read/metrics.ts'
import type { Progress } from '../contract/status.ts'
import { LiveProgress, type Quota } from '../figures/progress.ts'

export interface PulseParts {
  db: CatalogDatabase
  now: () => number
  /** What has been spent since the source and the destinations were made; null while there are none. */
  costs: () => (Quota & { apiCalls: number; storageCalls: number }) | null
  /** Takes what goes on, at most once a second and only when it has changed, to where the dashboard is. */
  post: (progress: Progress) => void
  /** Hears why figures could not be written; they are kept, and written with the next ones. */
  failed: (error: unknown) => void
}

/** How often the sums are written while something happens, and in any case at the end of each minute. */
const WRITE_EVERY_MS = 10_000
const HOUR_MS = 60 * 60_000

/**
 * The daemon's side of the dashboard: tells once a second what goes on, and keeps the figures over time. Nothing of it is
 * felt by the backup: a few additions a file, and a few small rows a minute.
 */
export class Pulse implements AsyncDisposable {
  readonly #parts: PulseParts
  readonly #progress: LiveProgress
  readonly #sums: MetricSums = noSums()
  #before: Costs
  #posted = ''
  #wroteAt = Number.NEGATIVE_INFINITY
  /** The last moment that was looked at: what has been summed up happened until then. */
  #lookedAt: number
  #forgotAt = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #ticking: Promise<void> = Promise.resolve()
  #busy = false

  constructor(parts: PulseParts) {
    this.#parts = parts
    this.#progress = new LiveProgress(parts.now, parts.costs)
    this.#before = this.#costs()
    this.#lookedAt = parts.now()
  }

  /** Hears of everything that happens in the backup. */
  readonly tell = (event: BackupEvent): void => this.#progress.tell(event)

  /** Begins to beat; without it, whoever holds it calls `tick` once a second. */
  start(): this {
    this.#timer = setInterval(() => {
      if (this.#busy) return // the catalog is slow at this moment: there is no use in queueing up
      this.#busy = true
      this.#ticking = this.tick().finally(() => {
        this.#busy = false
      })
    }, 1000)
    this.#timer.unref()
    return this
  }

  async tick(): Promise<void> {
    const now = this.#parts.now()
    this.#post()
    this.#addUp()
    const lookedAt = this.#lookedAt
    this.#lookedAt = now
    try {
      if (stepOf('minute', now) !== stepOf('minute', lookedAt)) {
        await this.#write(lookedAt)
        // The new minute is there from its first second on, so that no chart shows a gap at its end.
        await this.#write(now)
        if (Math.abs(now - this.#forgotAt) >= HOUR_MS) {
          await forgetOldMetrics(this.#parts.db, now)
          this.#forgotAt = now
        }
      } else if (this.#due(now)) await this.#write(now)
    } catch (error) {
      this.#parts.failed(error)
    }
  }

  #post(): void {
    const progress = this.#progress.snapshot()
    const text = JSON.stringify(progress)
    if (text === this.#posted) return
    this.#posted = text
    this.#parts.post(progress)
  }

  #addUp(): void {
    const [now, before] = [this.#costs(), this.#before]
    // Fewer than before: other parts, which began to count anew.
    for (const name of NAMES) this.#sums[name] += now[name] >= before[name] ? now[name] - before[name] : now[name]
    this.#before = now
  }

  #costs(): Costs {
    const { files, bytes, failures } = this.#progress.totals
    const { apiCalls = 0, storageCalls = 0, unitsUsed = 0 } = this.#parts.costs() ?? {}
    return { files, bytes, failures, api_calls: apiCalls, storage_calls: storageCalls, quota_units: unitsUsed }
  }

  /** At once at the start, which ends the gap in the charts. */
  #due(now: number): boolean {
    const first = this.#wroteAt === Number.NEGATIVE_INFINITY
    return first || (Math.abs(now - this.#wroteAt) >= WRITE_EVERY_MS && somethingIn(this.#sums))
  }

  /** What could not be written stays, and is written the next time. */
  async #write(at: number): Promise<void> {
    const sums = { ...this.#sums }
    this.#wroteAt = this.#parts.now()
    await addMetrics(this.#parts.db, sums, at)
    for (const name of NAMES) this.#sums[name] -= sums[name]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#ticking
    this.#addUp()
    await this.#write(this.#parts.now()).catch(this.#parts.failed)
  }
}

type Costs = MetricSums

function noSums(): MetricSums {
  return { files: 0, bytes: 0, failures: 0, api_calls: 0, storage_calls: 0, quota_units: 0 }
}
const NAMES = Object.keys(noSums()) as (keyof MetricSums)[]

function somethingIn(sums: MetricSums): boolean {
  return NAMES.some((name) => sums[name] > 0)
}
