import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'

export interface Told {
  event: string
  id: string | null
  data: Record<string, unknown>
}

/** Reads a stream of server-sent events, as a browser does. */
export class EventReader {
  readonly #request: ClientRequest
  readonly #answer: IncomingMessage
  readonly #told: Told[] = []
  #news = Promise.withResolvers<void>()
  #rest = ''
  #ended = false

  private constructor(asked: ClientRequest, answer: IncomingMessage) {
    this.#request = asked
    this.#answer = answer
  }

  /** Resolves with the answer's head; `lazy`: nothing is read yet. */
  static async open(url: string, headers: OutgoingHttpHeaders, { lazy = false } = {}): Promise<EventReader> {
    const asked = request(url, { headers, agent: false }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    const reader = new EventReader(asked, answer)
    if (!lazy) reader.read()
    return reader
  }

  get status(): number {
    return this.#answer.statusCode ?? 0
  }

  get headers() {
    return this.#answer.headers
  }

  read(): void {
    this.#answer.setEncoding('utf8')
    this.#answer.on('data', (text: string) => this.#take(text))
    this.#answer.on('error', () => {}) // a stream that was broken off; `close` follows
    this.#answer.once('close', () => {
      this.#ended = true
      this.#news.resolve()
    })
  }

  /** The next event that was not given yet, or of this name. Throws when the stream ends first. */
  async next(name?: string): Promise<Told> {
    for (;;) {
      const at = this.#told.findIndex(({ event }) => name === undefined || event === name)
      if (at >= 0) {
        const [found] = this.#told.splice(0, at + 1).slice(-1)
        if (found !== undefined) return found
      }
      if (this.#ended) throw new Error('the stream has ended')
      await this.#news.promise
    }
  }

  /** What has been heard and not been given yet. */
  get waiting(): readonly Told[] {
    return this.#told
  }

  async ended(): Promise<void> {
    while (!this.#ended) await this.#news.promise
  }

  close(): void {
    this.#request.destroy()
  }

  #take(text: string): void {
    const frames = (this.#rest + text).split('\n\n')
    this.#rest = frames.pop() ?? ''
    for (const frame of frames) {
      const fields = Object.fromEntries(frame.split('\n').map((line) => line.split(/: (.*)/s)))
      if (fields.data !== undefined)
        this.#told.push({ event: fields.event ?? 'message', id: fields.id ?? null, data: JSON.parse(fields.data) })
    }
    this.#news.resolve()
    this.#news = Promise.withResolvers()
  }
}
