import { DriveError } from './errors.ts'

/** The price class of a method, in the model that counts units. */
export type Cost = 'read' | 'list' | 'download' | 'modify' | 'other' | 'free'

/** Google's prices since May 2026. */
const UNITS: Readonly<Record<Cost, number>> = {
  read: 5,
  list: 100,
  download: 200,
  modify: 50,
  other: 5,
  free: 0,
}

export interface QuotaOptions {
  /** `units`: each call costs its price. `queries`: each call costs one. */
  model: 'units' | 'queries'
  /** Default: 325,000 units, or 12,000 queries. */
  perMinutePerUser?: number
  /** Default: 1,000,000 units, or 12,000 queries. */
  perMinutePerProject?: number
  /** What a refusal looks like; default Google's 403. */
  refusal?: 403 | 429
  /** Sends `Retry-After` with a refusal; Google does not promise it, so it is off by default. */
  retryAfter?: boolean
}

const WINDOW = 60_000
const SLOTS = 60

/**
 * Google's limits as a sliding minute in steps of a second, for each user of a project and for the project. A refused call costs
 * nothing. Time comes from `now`, so that a test can let a minute pass.
 */
export class Quota {
  readonly #options: QuotaOptions
  readonly #now: () => number
  readonly #users = new Map<string, Window>()
  readonly #projects = new Map<string, Window>()
  readonly #perUser: number
  readonly #perProject: number

  constructor(options: QuotaOptions, now: () => number) {
    this.#options = options
    this.#now = now
    const units = options.model === 'units'
    this.#perUser = options.perMinutePerUser ?? (units ? 325_000 : 12_000)
    this.#perProject = options.perMinutePerProject ?? (units ? 1_000_000 : 12_000)
  }

  /** Takes the price of a call, or throws what Google answers when the limit is reached. */
  spend(user: string, project: string, cost: Cost): void {
    const price = this.#options.model === 'units' ? UNITS[cost] : cost === 'free' ? 0 : 1
    const now = this.#now()
    const forUser = windowOf(this.#users, `${project} ${user}`)
    const forProject = windowOf(this.#projects, project)
    if (forUser.sum(now) + price > this.#perUser) throw this.#refusal('userRateLimitExceeded', forUser, now)
    if (forProject.sum(now) + price > this.#perProject) throw this.#refusal('rateLimitExceeded', forProject, now)
    forUser.add(now, price)
    forProject.add(now, price)
  }

  /** What a user has spent within the last minute. */
  spent(user: string, project: string): number {
    return windowOf(this.#users, `${project} ${user}`).sum(this.#now())
  }

  #refusal(reason: 'userRateLimitExceeded' | 'rateLimitExceeded', window: Window, now: number): DriveError {
    const headers = this.#options.retryAfter ? { 'Retry-After': String(window.secondsUntilRelief(now)) } : {}
    return rateLimit(reason, this.#options.refusal ?? 403, headers)
  }
}

/** Google's answer to a caller that is too fast. */
export function rateLimit(
  reason: 'userRateLimitExceeded' | 'rateLimitExceeded',
  code: 403 | 429 = 403,
  headers: Record<string, string> = {},
): DriveError {
  const message =
    reason === 'userRateLimitExceeded'
      ? 'User Rate Limit Exceeded. Rate of requests for user exceed configured project quota, you may consider re-evaluating expected per-user traffic to the API and adjust project quota limits accordingly.'
      : 'Rate Limit Exceeded'
  return new DriveError(code, { reason, message, domain: 'usageLimits' }, { headers })
}

function windowOf(windows: Map<string, Window>, key: string): Window {
  const window = windows.get(key) ?? new Window()
  windows.set(key, window)
  return window
}

/** A sum over the last minute, kept in one slot a second. */
class Window {
  readonly #slots = new Float64Array(SLOTS)
  #second = 0
  #sum = 0

  sum(now: number): number {
    const second = Math.floor(now / (WINDOW / SLOTS))
    const passed = Math.min(SLOTS, Math.max(0, second - this.#second))
    for (let step = 1; step <= passed; step++) {
      const slot = (this.#second + step) % SLOTS
      this.#sum -= this.#slots[slot] ?? 0
      this.#slots[slot] = 0
    }
    if (second > this.#second) {
      this.#second = second
      // The loop above zeroes by position; after a long pause the positions must follow the new second.
      if (passed === SLOTS) this.#sum = 0
    }
    return this.#sum
  }

  add(now: number, amount: number): void {
    this.sum(now)
    const slot = this.#second % SLOTS
    this.#slots[slot] = (this.#slots[slot] ?? 0) + amount
    this.#sum += amount
  }

  secondsUntilRelief(now: number): number {
    this.sum(now)
    for (let step = 1; step < SLOTS; step++) if (this.#slots[(this.#second + step) % SLOTS]) return step
    return SLOTS
  }
}
