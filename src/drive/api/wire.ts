import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Fault } from '../../backup/model/faults.ts'
import { isObject } from '../read/items.ts'
import type { Connections } from './connections.ts'
import type { Asking } from './errors.ts'
import { type Answer, exchange, type HttpLimits, header } from './http.ts'

/** Requests to Google as they go over the wire: addresses, headers, redirects, compression. Knows nothing of retries. */

export interface Call {
  /** Behind `/drive/v3`, or a whole address that Drive gave us. */
  address: string
  /** Its price in quota units. */
  units: number
  asking: Asking
  /** What a fault will be about. */
  subject: string
  /** The bytes of a file from here on; absent for calls that answer JSON. */
  offset?: number
  /** `<id>/<key>`, for old link-shared files. */
  resourceKeys?: string | null
}

export interface WireOptions {
  /** Origin, and a path where a proxy wants one. */
  apiUrl: URL
  metadata: HttpLimits
  media: HttpLimits
  /** Over loopback compressing costs more than it saves. */
  gzip: boolean
}

/** A page of 1,000 files is 1 MB. */
const LONGEST_JSON = 64 * 1024 * 1024
const LONGEST_ERROR = 64 * 1024
const MOST_REDIRECTS = 5
/** Google compresses JSON only for a User-Agent that contains "gzip". */
const USER_AGENT = 'drivekeep (gzip)'
/** A compressed body could not be compared with the size that Drive told. */
const MEDIA_HEADERS = ['accept-encoding', 'identity', 'user-agent', USER_AGENT]

const decompress = promisify(gunzip)

export class Wire {
  /** Requests sent so far. */
  sent = 0
  readonly #connections: Connections
  readonly #options: WireOptions
  readonly #base: URL
  #signed: { token: string; json: string[]; media: string[] } = { token: '', json: [], media: [] }

  constructor(connections: Connections, options: WireOptions) {
    this.#connections = connections
    this.#options = options
    this.#base = new URL(`${options.apiUrl.href.replace(/\/$/, '')}/drive/v3`)
  }

  /** Sends a call and follows redirects. Any status is an answer; rejects as `exchange` does, and with a Fault for a senseless redirect. */
  async send(call: Call, token: string, signal: AbortSignal): Promise<Answer> {
    let [origin, path] = this.#target(call.address)
    const range = call.offset ? ['range', `bytes=${call.offset}-`] : []
    let headers = this.#headers(call, token, range)
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const answer = await this.#exchange(call, origin, path, headers, signal)
      const location = answer.status >= 300 && answer.status < 400 ? header(answer, 'location') : undefined
      if (location === undefined) return answer
      answer.discard()
      const next = URL.canParse(location, origin + path) ? new URL(location, origin + path) : null
      if (next === null || !/^https?:$/.test(next.protocol)) {
        throw new Fault('google/bad-answer', call.subject, { detail: 'a redirect to what is no web address' })
      }
      // Other hosts (`*.googleusercontent.com`) need no token of ours, and must not get it.
      if (next.origin !== origin) headers = [...MEDIA_HEADERS, ...range]
      ;[origin, path] = [next.origin, next.pathname + next.search]
    }
    throw new Fault('google/bad-answer', call.subject, { detail: `more than ${MOST_REDIRECTS} redirects` })
  }

  #exchange(call: Call, origin: string, path: string, headers: string[], signal: AbortSignal): Promise<Answer> {
    this.sent += 1
    const kind = call.offset === undefined ? 'metadata' : 'media'
    const dispatcher = origin === this.#base.origin ? this.#connections[kind] : this.#connections.others
    return exchange(dispatcher, { origin, path, method: 'GET', headers, limits: this.#options[kind] }, signal)
  }

  #target(address: string): [origin: string, path: string] {
    if (address.startsWith('/')) return [this.#base.origin, this.#base.pathname + address]
    const url = new URL(address)
    return [url.origin, url.pathname + url.search]
  }

  /** The usual headers are made once for each token: a small file costs no more than their validation. */
  #headers(call: Call, token: string, range: string[]): string[] {
    if (this.#signed.token !== token) {
      const bearer = ['authorization', `Bearer ${token}`]
      const encoding = this.#options.gzip ? 'gzip' : 'identity'
      this.#signed = {
        token,
        json: [...bearer, 'accept', 'application/json', 'accept-encoding', encoding, 'user-agent', USER_AGENT],
        media: [...bearer, ...MEDIA_HEADERS],
      }
    }
    const usual = call.offset === undefined ? this.#signed.json : this.#signed.media
    if (range.length === 0 && !call.resourceKeys) return usual
    return [...usual, ...range, ...(call.resourceKeys ? ['x-goog-drive-resource-keys', call.resourceKeys] : [])]
  }
}

/** The JSON object an answer holds; a Fault when it holds anything else. */
export async function readJson(answer: Answer, subject: string): Promise<Record<string, unknown>> {
  const value = parse(await readBody(answer, LONGEST_JSON, subject))
  if (isObject(value)) return value
  throw new Fault('google/bad-answer', subject, { detail: `status ${answer.status}, but not a JSON object` })
}

/** An error's body as text. What of it cannot be read is omitted: the status alone must do then. */
export async function readErrorBody(answer: Answer): Promise<string> {
  try {
    return (await readBody(answer, LONGEST_ERROR, '')).toString()
  } catch {
    return ''
  }
}

async function readBody(answer: Answer, longest: number, subject: string): Promise<Buffer> {
  const tooLong = () => new Fault('google/bad-answer', subject, { detail: `an answer of more than ${longest} bytes` })
  const body = await answer.bytes(longest).catch((error: unknown) => {
    throw error instanceof RangeError ? tooLong() : error
  })
  if (header(answer, 'content-encoding') !== 'gzip') return body
  try {
    // In the thread pool: unpacking a page takes longer than parsing it.
    return await decompress(body, { maxOutputLength: longest })
  } catch (cause) {
    throw new Fault('google/bad-answer', subject, { detail: 'a compressed answer that cannot be unpacked', cause })
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
