import type { ServerResponse } from 'node:http'

/** One frame of a stream of server-sent events. JSON has no line breaks of its own. */
export function frame(event: string, data: unknown, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

/** How long a reader may leave what was sent untaken (ms). */
const PATIENCE_MS = 60_000

/**
 * One reader of the events. What it is too slow to take is not kept for it: it is passed over until it has taken what was
 * sent, and then told the latest. So its memory is bounded by one message.
 */
export class EventStream {
  readonly #out: ServerResponse
  #blockedSince: number | null = null
  /** The last line of the activity log that it was told. */
  told: number

  constructor(out: ServerResponse, told: number) {
    this.#out = out
    this.told = told
  }

  open(headers: Record<string, string>): void {
    this.#out.writeHead(200, headers)
    // Each frame is to go out as it is written: there is nothing to wait for behind it.
    this.#out.socket?.setNoDelay(true)
  }

  /** Whether it has taken all that it was sent; one that takes nothing for a minute is ended. */
  ready(now: number): boolean {
    if (!this.#out.writableNeedDrain) {
      this.#blockedSince = null
      return true
    }
    this.#blockedSince ??= now
    if (now - this.#blockedSince >= PATIENCE_MS) this.#out.destroy()
    return false
  }

  send(frames: string | Buffer): void {
    if (frames.length > 0) this.#out.write(frames)
  }

  end(): void {
    this.#out.end()
  }
}
