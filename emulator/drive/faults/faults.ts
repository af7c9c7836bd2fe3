import { type Random, randomFrom } from '../store/random.ts'

/** What goes wrong on one answer. Sizes in bytes, times in ms. */
export type Fault = AnswerFault | WireFault | ListFault | ItemFault

/** Answered instead of the real answer; the operation does not happen. */
export type AnswerFault =
  /** Any error. `body`: Google's JSON (default), an HTML page, or nothing. */
  | {
      kind: 'error'
      status: number
      reason?: string
      message?: string
      body?: 'json' | 'html' | 'empty'
      /** Seconds, or an HTTP date. */
      retryAfter?: number | string
    }
  /** 401: the token is dead. */
  | { kind: 'unauthorized' }
  /** What the token endpoint says of a revoked refresh token. */
  | { kind: 'invalid-grant' }
  /** 400, location `pageToken`. */
  | { kind: 'dead-page-token' }
  /** 403 `pageTokenExpired`. */
  | { kind: 'stale-page-token' }
  /** 200 that is not JSON. */
  | { kind: 'garbage'; text?: string }
  /** The connection is reset before any answer; nothing was done. */
  | { kind: 'reset' }
  /** No answer at all, on an open connection. */
  | { kind: 'hang' }

/** Damage to a real answer; the operation has happened. */
export type WireFault =
  /** The connection is destroyed where the answer should come. */
  | { kind: 'lost-reply' }
  /** Reset after so many bytes of the body (default: half). */
  | { kind: 'reset-mid-body'; after?: number }
  /** The body ends early, but cleanly: a shorter Content-Length, or chunks that end too soon. */
  | { kind: 'truncate'; after?: number; framing?: 'length' | 'chunked' }
  /** One byte is another (default: the middle one). */
  | { kind: 'alter'; at?: number }
  /** After so many bytes (default: half) nothing more comes, on an open connection. */
  | { kind: 'stall'; after?: number }
  | { kind: 'slow'; bytesPerSecond: number }

/** A listing that is formally right and yet lies. */
export type ListFault =
  /** At most so many items on the page, with a token. */
  | { kind: 'short-page'; items: number }
  | { kind: 'empty-page' }
  /** The first items of the page come twice. */
  | { kind: 'duplicate-items'; items?: number }
  | { kind: 'incomplete-search' }
  /** The last writes are not seen yet. */
  | { kind: 'stale-list'; writes: number }
  /** Nothing at all if `q` names more than one parent. */
  | { kind: 'no-grouped-parents' }

/** Metadata of one file that is not as promised, in `files.list`, `changes.list` and `files.get`. The rest of the answer is right. */
export type ItemFault =
  /**
   * The file's entry (`id`; default: the first of the answer) gets the fields in `set` and loses those in `drop`. With `of: 'change'` it
   * is the entry of the feed around the file. `instead` takes the whole entry's place. `every`: all entries of the answer are like that.
   */
  | {
      kind: 'odd-item'
      id?: string
      every?: boolean
      of?: 'file' | 'change'
      set?: Record<string, unknown>
      drop?: readonly string[]
      instead?: unknown
    }
  /** A listing or the feed shows the file as it was before its last writes (default: one); `files.get` knows better. */
  | { kind: 'stale-item'; id: string; writes?: number }

/** What a rule may look at. */
export interface FaultTarget {
  readonly method: string
  /** The route: `files.list`, `files.media`, `oauth.token` … */
  readonly name: string
  readonly path: string
  /** Path and query. */
  readonly url: string
  readonly fileId: string | undefined
}

export interface FaultMatch {
  method?: string
  /** One route or several. */
  name?: string | readonly string[]
  /** Found in path and query. */
  path?: RegExp | string
  fileId?: string
  when?: (target: FaultTarget) => boolean
}

export interface FaultRule {
  /** All given conditions must hold; none at all matches every API call. */
  match?: FaultMatch
  fault: Fault | ((target: FaultTarget) => Fault | undefined)
  /** How often it strikes; default always. */
  times?: number
  /** Matching requests that are let through first. */
  after?: number
  /** Chance for each matching request, drawn from the seed; default 1. */
  probability?: number
}

const LIST_KINDS: ReadonlySet<Fault['kind']> = new Set([
  'short-page',
  'empty-page',
  'duplicate-items',
  'incomplete-search',
  'stale-list',
  'no-grouped-parents',
])
const ITEM_KINDS: ReadonlySet<Fault['kind']> = new Set(['odd-item', 'stale-item'])
const WIRE_KINDS: ReadonlySet<Fault['kind']> = new Set([
  'lost-reply',
  'reset-mid-body',
  'truncate',
  'alter',
  'stall',
  'slow',
])

export function isListFault(fault: Fault): fault is ListFault {
  return LIST_KINDS.has(fault.kind)
}

export function isItemFault(fault: Fault): fault is ItemFault {
  return ITEM_KINDS.has(fault.kind)
}

/** Whether the operation happens and is answered, with damage that its handler does. */
export function isForHandler(fault: Fault): fault is ListFault | ItemFault {
  return isListFault(fault) || isItemFault(fault)
}

export function isWireFault(fault: Fault): fault is WireFault {
  return WIRE_KINDS.has(fault.kind)
}

interface ActiveRule extends FaultRule {
  readonly id: number
  seen: number
  struck: number
}

/** The rules by which requests fail. The first rule that strikes wins; each request meets at most one fault. */
export class Faults {
  readonly #rules: ActiveRule[] = []
  #random: Random
  #ids = 0
  #struck = 0

  constructor(seed = 1) {
    this.#random = randomFrom(seed)
  }

  /** Adds a rule; the returned function takes it out again. */
  add(rule: FaultRule): () => void {
    const active: ActiveRule = { ...rule, id: ++this.#ids, seen: 0, struck: 0 }
    this.#rules.push(active)
    return () => {
      const index = this.#rules.indexOf(active)
      if (index >= 0) this.#rules.splice(index, 1)
    }
  }

  /** The next matching request fails so, once. */
  once(fault: Fault, match: FaultMatch = {}): () => void {
    return this.add({ fault, match, times: 1 })
  }

  clear(): void {
    this.#rules.length = 0
  }

  /** Starts the sequence of chances anew. */
  reseed(seed: number): void {
    this.#random = randomFrom(seed)
  }

  get active(): boolean {
    return this.#rules.length > 0
  }

  /** How many faults were injected so far. */
  get struck(): number {
    return this.#struck
  }

  list(): { id: number; struck: number; times: number | null }[] {
    return this.#rules.map(({ id, struck, times }) => ({ id, struck, times: times ?? null }))
  }

  /** The fault this request is to meet. */
  take(target: FaultTarget): Fault | undefined {
    for (const rule of this.#rules) {
      if (rule.struck >= (rule.times ?? Number.POSITIVE_INFINITY)) continue
      if (!matches(rule.match ?? {}, target)) continue
      rule.seen++
      if (rule.seen <= (rule.after ?? 0)) continue
      if (rule.probability !== undefined && this.#random.next() >= rule.probability) continue
      const fault = typeof rule.fault === 'function' ? rule.fault(target) : rule.fault
      if (!fault) continue
      rule.struck++
      this.#struck++
      return fault
    }
    return undefined
  }
}

function matches(match: FaultMatch, target: FaultTarget): boolean {
  if (match.method !== undefined && match.method !== target.method) return false
  if (match.name !== undefined) {
    if (typeof match.name === 'string' ? match.name !== target.name : !match.name.includes(target.name)) return false
  } else if (target.name.startsWith('oauth.') && match.path === undefined && match.when === undefined) return false
  if (match.path !== undefined) {
    if (typeof match.path === 'string' ? !target.url.includes(match.path) : !match.path.test(target.url)) return false
  }
  if (match.fileId !== undefined && match.fileId !== target.fileId) return false
  return match.when?.(target) ?? true
}
