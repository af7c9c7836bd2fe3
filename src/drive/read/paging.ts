import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { Fault } from '../../backup/model/faults.ts'
import type { DriveClient } from '../api/client.ts'
import { LONGEST_PAUSE_MS } from '../clock.ts'

/** A token may come again, behind an empty page for example; but not for ever. */
const MOST_REPEATS = 10

/** A page of a scan or a feed, and where the next one is. */
export interface Page<T> {
  value: T
  /** Null behind the last page. */
  next: string | null
}

/**
 * Reads pages one after another, always one ahead of the consumer: while it works on a page, the next one is under way.
 * A consumer that stops early ends the call that is under way.
 */
export async function* readAhead<T>(
  start: string,
  readPage: (at: string, signal: AbortSignal) => Promise<Page<T>>,
  signal: AbortSignal,
): AsyncGenerator<T, void> {
  const stop = new AbortController()
  const both = AbortSignal.any([signal, stop.signal])
  const seen = new Set<string>()
  let repeats = 0
  const read = async (at: string, signal: AbortSignal): Promise<Page<T>> => {
    if (seen.has(at) && ++repeats > MOST_REPEATS) {
      throw new Fault('google/bad-answer', 'Google Drive', { detail: 'the pages lead round in a circle' })
    }
    seen.add(at)
    return readPage(at, signal)
  }
  try {
    let coming: Promise<Page<T>> | null = read(start, both)
    while (coming !== null) {
      const { value, next }: Page<T> = await coming
      coming = next === null ? null : read(next, both)
      // Its failure is met when the consumer comes back; until then it is nobody's unhandled rejection.
      coming?.catch(() => {})
      // A connection takes its next request one turn of the event loop behind an answer. Without this turn the request would
      // leave only once the consumer, who writes a thousand rows in one go, is done: Google would be waited for every time.
      await turnOfTheLoop()
      yield value
    }
  } finally {
    stop.abort(new Error('the reader of the pages has stopped'))
  }
}

/** Google's largest page has 1,000 entries; some drives only ever get an internal error for pages of that size. */
const PAGE_SIZES = [1000, 500, 100, 10]

/** Asks for pages that are as large as Google manages: a size that failed is not tried again here. */
export class PageSizes {
  readonly #client: DriveClient
  readonly #left = [...PAGE_SIZES]

  constructor(client: DriveClient) {
    this.#client = client
  }

  async ask<T>(read: (size: number) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      const [size = 1, ...smaller] = this.#left
      try {
        return await read(size)
      } catch (error) {
        if (smaller.length === 0 || !(await this.#mayBeTheSize(error, signal))) throw error
        this.#left.shift()
      }
    }
  }

  /** An outage fails for every size: pages are made smaller only while Google answers other calls and names no time to wait. */
  async #mayBeTheSize(error: unknown, signal: AbortSignal): Promise<boolean> {
    if (!(error instanceof Fault) || error.code !== 'google/unavailable') return false
    return (error.retryAfterMs ?? 0) <= LONGEST_PAUSE_MS && (await this.#client.answers(signal))
  }
}
