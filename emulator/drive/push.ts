import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Call } from './http/call.ts'
import { badRequest, DriveError, invalid } from './http/errors.ts'
import type { ChangeLog } from './store/change-log.ts'
import { idFrom } from './store/random.ts'

interface Channel {
  readonly id: string
  readonly resourceId: string
  readonly resourceUri: string
  readonly address: string
  readonly token: string | undefined
  readonly expiration: number
  readonly owner: string
  readonly project: string
  messages: number
  /** At most one message waits: hints that come while one is under way are one hint. */
  busy: boolean
  again: boolean
  stop: () => void
}

const HOUR = 3600_000
const LONGEST_LIFE = 7 * 24 * HOUR
const RETRIES = 4
const RETRY_STATUS: ReadonlySet<number> = new Set([500, 502, 503, 504])

/**
 * Push channels: each watched change becomes a POST to the channel's address, with Google's headers and no body.
 *
 * Messages are hints: while one is under way, more changes make at most one more. 5xx answers are tried again with growing pauses;
 * other failures drop the message. Plain http addresses are accepted, unlike at Google.
 */
export class PushChannels {
  readonly #channels = new Map<string, Channel>()
  readonly #now: () => number
  readonly #retryMs: number

  constructor(now: () => number, retryMs = 1000) {
    this.#now = now
    this.#retryMs = retryMs
  }

  /** Opens a channel and sends its `sync` message. `resource` names what is watched. */
  open(body: Record<string, unknown>, uri: string, resource: string, call: Call): Channel {
    const { id, type, address, token, expiration } = body
    if (typeof id !== 'string' || !/^[A-Za-z0-9\-_+/=]{1,64}$/.test(id))
      throw badRequest('Channel id is missing or invalid.', 'id')
    if (type !== 'web_hook' && type !== 'webhook') throw badRequest(`Unknown channel type: ${String(type)}`)
    if (typeof address !== 'string' || !URL.canParse(address))
      throw invalid('address', 'WebHook callback must be HTTPS')
    if (typeof token === 'string' && token.length > 256) throw badRequest('Channel token is too long.', 'token')
    if (this.#channels.has(id)) {
      throw new DriveError(400, { reason: 'channelIdNotUnique', message: `Channel id ${id} not unique` })
    }
    const now = this.#now()
    const asked = expiration === undefined ? now + HOUR : Number(expiration)
    const channel: Channel = {
      id,
      resourceId: idFrom(`resource:${resource}:${call.user.email}`, '', 27),
      resourceUri: uri,
      address,
      token: typeof token === 'string' ? token : undefined,
      expiration: Math.min(asked, now + LONGEST_LIFE),
      owner: call.user.email,
      project: call.project,
      messages: 0,
      busy: false,
      again: false,
      stop: () => {},
    }
    this.#channels.set(id, channel)
    void this.#deliver(channel, 'sync')
    return channel
  }

  /** Sends messages for what is appended to a log, of one file if `fileId` is given. */
  follow(channel: Channel, log: ChangeLog, state = 'change', fileId?: string): void {
    channel.stop = log.onAppend((id) => {
      if (fileId === undefined || id === fileId) void this.#deliver(channel, state)
    })
  }

  resource({ id, resourceId, resourceUri, token, expiration }: Channel): object {
    return {
      kind: 'api#channel',
      id,
      resourceId,
      resourceUri,
      ...(token !== undefined && { token }),
      expiration: String(expiration),
    }
  }

  stop(body: Record<string, unknown>, call: Call): void {
    const channel = typeof body.id === 'string' ? this.#channels.get(body.id) : undefined
    if (!channel || channel.resourceId !== body.resourceId || channel.project !== call.project) {
      const message = `Channel '${String(body.id)}' not found for project '${call.project}'`
      throw new DriveError(404, { reason: 'notFound', message })
    }
    this.#end(channel)
  }

  close(): void {
    for (const channel of this.#channels.values()) this.#end(channel)
  }

  #end(channel: Channel): void {
    channel.stop()
    this.#channels.delete(channel.id)
  }

  async #deliver(channel: Channel, state: string): Promise<void> {
    if (channel.expiration <= this.#now()) return this.#end(channel)
    if (channel.busy) {
      channel.again = true
      return
    }
    channel.busy = true
    channel.messages++
    const headers = {
      'X-Goog-Channel-ID': channel.id,
      'X-Goog-Message-Number': String(channel.messages),
      'X-Goog-Resource-ID': channel.resourceId,
      'X-Goog-Resource-State': state,
      'X-Goog-Resource-URI': channel.resourceUri,
      'X-Goog-Channel-Expiration': new Date(channel.expiration).toUTCString(),
      ...(channel.token !== undefined && { 'X-Goog-Channel-Token': channel.token }),
      'User-Agent': 'APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)',
      'Content-Type': 'application/json; utf-8',
      'Content-Length': '0',
    }
    for (let attempt = 0; attempt <= RETRIES; attempt++) {
      const status = await post(channel.address, headers)
      if (!RETRY_STATUS.has(status) || !this.#channels.has(channel.id)) break
      await new Promise((resolve) => setTimeout(resolve, this.#retryMs * 2 ** attempt).unref())
    }
    channel.busy = false
    if (!channel.again) return
    channel.again = false
    // A change that came during the sync message is a change all the same.
    await this.#deliver(channel, state === 'sync' ? 'change' : state)
  }
}

/** The status of the answer; 0 if there was none. */
function post(address: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const send = address.startsWith('https:') ? httpsRequest : httpRequest
    const request = send(address, { method: 'POST', headers, timeout: 10_000 }, (response) => {
      response.resume()
      response.once('close', () => resolve(response.statusCode ?? 0))
    })
    request.once('timeout', () => request.destroy())
    request.once('error', () => resolve(0))
    request.end()
  })
}
