import type { FastifyReply } from 'fastify'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { linesBehind, newestLine } from '../../catalog/read/activity.ts'
import type { Status } from '../contract/status.ts'
import { activitiesOf } from '../figures/activities.ts'
import { Refusal } from '../http/handler.ts'
import { EventStream, frame } from './event-stream.ts'

export interface HubParts {
  db: CatalogDatabase
  now: () => number
  status: () => Promise<Status>
  /** Hears why the streams could not be told anything; they are told with the next beat. */
  failed: (error: unknown) => void
  /** How often there is a beat (ms); null: whoever holds the hub calls `beat`. */
  everyMs: number | null
}

/** Two hundred browsers with some tabs each; more are a mistake, and cost memory. */
const MOST_STREAMS = 500
/** Of the activity log a beat shows the newest: a busy backup writes thousands of lines a second, and nobody reads them. */
const MOST_LINES = 100
/** A status is said so often also when nothing has changed: who hears nothing for longer has lost the connection. */
const HEARTBEAT_MS = 10_000
/** Browsers come back after so long, each after another time, so that a restart is not met by all of them at once (ms). */
const RETRY_MS = { least: 1000, spread: 2000 }

/**
 * Tells all open streams what happens: once a second the catalog is asked, and what is new is written down once for all of
 * them. Costs nothing while nobody listens.
 */
export class EventHub {
  readonly #parts: HubParts
  readonly #streams = new Set<EventStream>()
  #timer: NodeJS.Timeout | undefined
  #beating: Promise<void> | null = null
  /** The last line of the activity log that has been told. */
  #told = 0
  #status = { key: '', at: Number.NEGATIVE_INFINITY }
  #progress = ''
  /** Those that are about to become streams. */
  #joining = 0
  #closed = false

  constructor(parts: HubParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#streams.size
  }

  /**
   * Makes the answer a stream that ends with the signal. `lastTold`: what the caller has heard of already, before a break;
   * null: nothing. Throws a Refusal (503) when too many listen.
   */
  async join(reply: FastifyReply, lastTold: number | null, signal: AbortSignal): Promise<void> {
    if (this.#closed) throw new Refusal(503, 'Drivekeep is just ending. The page finds it again when it is back.')
    if (this.#streams.size + this.#joining >= MOST_STREAMS)
      throw new Refusal(503, `${MOST_STREAMS} pages are listening already. Close some, or load this one again later.`)
    this.#joining += 1
    try {
      const status = await this.#parts.status()
      const newest = await newestLine(this.#parts.db)
      if (!signal.aborted) await this.#open(reply, { status, newest, lastTold }, signal)
    } finally {
      this.#joining -= 1
    }
    this.#start()
  }

  async #open(
    reply: FastifyReply,
    { status, newest, lastTold }: { status: Status; newest: number; lastTold: number | null },
    signal: AbortSignal,
  ): Promise<void> {
    // A number from before the log was begun anew says nothing about this one.
    const unknown = lastTold !== null && lastTold > newest
    const told = lastTold === null || unknown ? newest : lastTold
    if (this.#streams.size === 0) this.#told = newest
    reply.hijack()
    const stream = new EventStream(reply.raw, told)
    this.#streams.add(stream)
    signal.addEventListener('abort', () => this.#leave(stream), { once: true })
    stream.open({ 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' })
    const retry = Math.round(RETRY_MS.least + Math.random() * RETRY_MS.spread)
    // With the number of the newest activity, so that a break can be made good though nothing happened before it.
    stream.send(`retry: ${retry}\n${frame('status', status, told)}${unknown ? frame('gap', { omitted: 0 }) : ''}`)
    await this.#catchUp(stream, false)
  }

  #leave(stream: EventStream): void {
    stream.end()
    this.#streams.delete(stream)
    if (this.#streams.size === 0) this.#stop()
  }

  #start(): void {
    const { everyMs } = this.#parts
    if (everyMs === null || this.#streams.size === 0) return
    this.#timer ??= setInterval(() => void this.beat(), everyMs).unref()
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Tells every stream what is new. Beats do not overlap. */
  beat(): Promise<void> {
    this.#beating ??= this.#beat()
      .catch(this.#parts.failed)
      .finally(() => {
        this.#beating = null
      })
    return this.#beating
  }

  async #beat(): Promise<void> {
    const now = this.#parts.now()
    const from = this.#told
    const activity = await this.#activityBehind(from)
    this.#told = activity.newest
    const frames = Buffer.from(activity.frames + (await this.#news(now)))
    for (const stream of this.#streams) {
      if (!stream.ready(now)) continue
      if (stream.told !== from) await this.#catchUp(stream, true)
      else {
        stream.told = this.#told
        stream.send(frames)
      }
    }
  }

  /** Status and progress, where they have changed. */
  async #news(now: number): Promise<string> {
    const status = await this.#parts.status()
    const { as_of: _asOf, uptime: _uptime, progress: _progress, ...standing } = status
    const key = JSON.stringify(standing)
    const progress = JSON.stringify(status.progress)
    const due = key !== this.#status.key || Math.abs(now - this.#status.at) >= HEARTBEAT_MS
    const moved = progress !== this.#progress
    this.#progress = progress
    if (due) this.#status = { key, at: now }
    // A status holds the progress too.
    return due ? frame('status', status) : moved ? frame('progress', status.progress) : ''
  }

  /** For one that has heard of less than the others: after a break, or since it is slow. */
  async #catchUp(stream: EventStream, news: boolean): Promise<void> {
    const { frames, newest } = await this.#activityBehind(stream.told)
    stream.told = newest
    stream.send(frames + (news ? frame('status', await this.#parts.status()) : ''))
  }

  async #activityBehind(told: number): Promise<{ frames: string; newest: number }> {
    const { db } = this.#parts
    const { lines, omitted } = await linesBehind(db, told, MOST_LINES)
    if (lines.length === 0) {
      // All lines were deleted, and numbers begin anew.
      const newest = await newestLine(db)
      return newest < told ? { frames: frame('gap', { omitted: 0 }), newest } : { frames: '', newest: told }
    }
    const activities = await activitiesOf(db, lines)
    const frames = activities.map((one) => frame('activity', one, one.id)).join('')
    const gap = omitted > 0 ? frame('gap', { omitted: omitted }) : ''
    return { frames: gap + frames, newest: lines.at(-1)?.id ?? told }
  }

  /** Ends all streams; browsers come back when there is somebody to come back to. */
  close(): void {
    this.#closed = true
    this.#stop()
    for (const stream of this.#streams) stream.end()
    this.#streams.clear()
  }
}
