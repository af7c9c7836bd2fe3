import { hash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Dispatcher, Pool } from 'undici'
import { backOff } from '../../../backup/model/back-off.ts'
import { Fault } from '../../../backup/model/faults.ts'
import { ExchangeTimeout } from '../../../http/network-failure.ts'
import type { CredentialSource } from './credentials.ts'
import { type Answer, badAnswer, type Subject, toFault } from './errors.ts'
import { Exchange, MAX_REFUSAL_BYTES } from './exchange.ts'
import { Outgoing, type StreamBody } from './outgoing.ts'
import { type Credentials, EMPTY_SHA256, Signer } from './sign.ts'
import { encodeKey } from './uri.ts'
import { parseXml } from './xml.ts'

/** How long storage is waited for, in ms unless said. */
export interface S3Timeouts {
  /** TCP and TLS. */
  connect: number
  /** Without a byte taken and without an answer. */
  patience: number
  /** The same where storage moves or joins the bytes of an object before it answers. */
  assembling: number
  /** Between two pieces of an answer. */
  idle: number
  /** An answer other than an object's bytes, from its headers to its end. */
  answer: number
  /** Bytes a ms: a body handed over whole is on a slow line for a while before it can be answered. */
  slowestLine: number
}

export const TIMEOUTS: S3Timeouts = {
  // A handshake takes three round trips; who has not answered by then is down, and a retry finds out.
  connect: 10_000,
  // AWS answers small requests within seconds: the request is lost.
  patience: 60_000,
  // 5 GiB take minutes to copy, and so do thousands of parts to put together (AWS, "CompleteMultipartUpload").
  assembling: 10 * 60_000,
  idle: 60_000,
  answer: 120_000,
  slowestLine: 10,
}
/** Shorter than any server's own: were the server first to close, a request could fall into the gap. */
const KEEP_ALIVE_MS = 4_000
/** Enough for many small files at once (32 and more) beside the parts of large ones, and few for one server. */
const CONNECTIONS = 64

/** Short fault is met here with this many tries; what lasts longer is the daemon's to wait for. */
const TRIES = 3
export const FIRST_DELAY_MS = 200
/** A longer `Retry-After` than this is passed on: waiting here would hold memory and connections. */
const LONGEST_WAIT_MS = 20_000
/** Longer than any pause of a server that is well. */
const SILENCE_MS = 10_000
const SHORT_FAULTS = new Set(['storage/unavailable', 'storage/unreachable', 'storage/slow-down'])

export interface S3Request {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** Null for a request to the bucket itself. */
  key: string | null
  /** Canonical query (see `canonicalQuery`). */
  query?: string
  /** Lower-case names; all of them are signed. */
  headers?: Record<string, string>
  body?: Uint8Array | StreamBody
  /** SHA-256 in hex or `UNSIGNED-PAYLOAD`; computed for a body in memory when missing, required for a stream. */
  payloadHash?: string
  driveHash?: 'sha256' | 'md5'
  /** The object that Faults name, where it is not `key`. */
  about?: string
  /** Storage works before it answers: it is given more time. */
  assembling?: boolean
  /** CompleteMultipartUpload and the copies say 200 before they know, and put an error into the body. */
  errorIn200?: boolean
}

export interface ClientOptions {
  bucket: string
  region: string
  endpoint: URL
  pathStyle: boolean
  credentials: CredentialSource
  now: () => number
  timeouts: S3Timeouts
  /** The first pause between tries, ms. */
  retryBaseMs: number
}

/** Sends signed requests to one bucket: connections, time-outs and short retries. Throws Faults and the signal's reason. */
export class S3Client {
  /** Requests sent since the start, retries included. */
  calls = 0
  #answeredAt = 0
  readonly endpoint: string
  readonly #options: ClientOptions
  readonly #signer: Signer
  readonly #pool: Pool
  readonly #host: string
  /** Path in front of the key; ends with a slash. */
  readonly #root: string
  readonly #bucketPath: string
  readonly #about: string

  constructor(options: ClientOptions) {
    const { bucket, endpoint, pathStyle } = options
    this.#options = options
    this.#signer = new Signer(options.region)
    const base = endpoint.pathname.replace(/\/$/, '')
    this.endpoint = `${endpoint.origin}${base}`
    this.#host = pathStyle ? endpoint.host : `${bucket}.${endpoint.host}`
    this.#root = pathStyle ? `${base}/${bucket}/` : `${base}/`
    this.#bucketPath = pathStyle ? `${base}/${bucket}` : `${base}/`
    this.#about = `bucket "${bucket}" at ${endpoint.host}`
    this.#pool = new Pool(`${endpoint.protocol}//${this.#host}`, {
      connections: CONNECTIONS,
      pipelining: 1,
      // Over HTTP/2 all requests would share one connection, which made large bodies 40 % slower (reference: stack.md).
      allowH2: false,
      connect: { timeout: options.timeouts.connect },
      headersTimeout: options.timeouts.patience,
      bodyTimeout: options.timeouts.idle,
      keepAliveTimeout: KEEP_ALIVE_MS,
    })
  }

  /** Sends a request and collects its answer, which is a success; anything else is thrown. */
  send(request: S3Request, signal: AbortSignal): Promise<Answer> {
    return this.#persist(() => this.#once(request, signal), signal)
  }

  /** Sends a GET and hands out its body as it comes. Only the start is repeated; the body can break off with a Fault. */
  async open(request: S3Request, signal: AbortSignal): Promise<{ answer: Answer; body: AsyncIterable<Uint8Array> }> {
    const subject = this.subject(request)
    const start = async () => {
      const options = this.#prepare(request, await this.#options.credentials.get())
      const data = await this.#pool.request({ ...options, signal })
      const answer = { status: data.statusCode, headers: data.headers, body: '' }
      if (answer.status < 300) return { answer, body: faultsOf(data.body, subject, signal) }
      throw toFault({ ...answer, body: await beginningOf(data.body) }, subject)
    }
    return this.#persist(async () => {
      try {
        return await start()
      } catch (error) {
        throw toFault(error as Error, subject)
      }
    }, signal)
  }

  /** What a request is about, as Faults name it. */
  subject({ key, about, driveHash, body }: Pick<S3Request, 'key' | 'driveHash' | 'about' | 'body'>): Subject {
    const sent = body === undefined ? 0 : streamed(body) ? body.size : body.byteLength
    return { bucket: this.#about, key: about ?? key, driveHash: driveHash ?? null, sent }
  }

  async close(): Promise<void> {
    await this.#pool.destroy()
  }

  async #persist<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let tries = 1; ; tries++) {
      signal.throwIfAborted()
      const begun = this.#options.now()
      try {
        return await attempt()
      } catch (error) {
        if (signal.aborted) throw signal.reason
        if (error instanceof Fault && error.code === 'storage/credentials-refused') this.#options.credentials.forget()
        const again = error instanceof Fault && tries < TRIES && !this.#silentSince(begun)
        const delay = again ? retryDelay(error, tries, this.#options.retryBaseMs) : null
        if (delay === null) throw error
        await sleep(delay, undefined, { signal }).catch(() => signal.throwIfAborted())
      }
    }
  }

  /**
   * Nobody has had an answer for all of a long try: storage is out of order, and what waits for it better waits elsewhere than
   * here, where it would hold a place for three times as long.
   */
  #silentSince(begun: number): boolean {
    return this.#answeredAt < begun && this.#options.now() - begun >= SILENCE_MS
  }

  async #once(request: S3Request, signal: AbortSignal): Promise<Answer> {
    const keys = this.#options.credentials.get()
    const options = this.#prepare(request, keys instanceof Promise ? await keys : keys)
    const exchange = new Exchange(signal, this.#options.timeouts.answer)
    const patience = this.#patience(request)
    const giveUp = () => exchange.stop(new ExchangeTimeout(`no progress for ${patience / 1000} s`))
    const outgoing = streamed(request.body) ? new Outgoing(request.body, request.key ?? '', patience, giveUp) : null
    // undici takes any async iterable; its types do not say so.
    if (outgoing !== null) options.body = outgoing.chunks(signal) as unknown as Readable
    try {
      this.#pool.dispatch(options, exchange)
      const answer = await exchange.answer
      this.#answeredAt = this.#options.now()
      return this.#read(answer, request)
    } catch (error) {
      if (outgoing?.failure) throw outgoing.failure.error
      throw signal.aborted ? signal.reason : toFault(error as Error, this.subject(request))
    } finally {
      outgoing?.close()
    }
  }

  #prepare(request: S3Request, credentials: Credentials): Dispatcher.DispatchOptions {
    const { method, key, query = '', body } = request
    const path = key === null ? this.#bucketPath : this.#root + encodeKey(key)
    const payloadHash = request.payloadHash ?? (body === undefined ? EMPTY_SHA256 : hash('sha256', memory(body), 'hex'))
    const headers = this.#signer.sign(
      { method, path, query, headers: { ...request.headers, host: this.#host }, payloadHash },
      credentials,
      this.#options.now(),
    )
    this.calls += 1
    const options: Dispatcher.DispatchOptions = {
      method,
      path: query === '' ? path : `${path}?${query}`,
      headers,
      headersTimeout: this.#patience(request),
    }
    // undici would give the connection up after a HEAD.
    if (method === 'HEAD') options.reset = false
    if (body === undefined) return options
    if (streamed(body)) {
      headers.push('content-length', String(body.size))
      options.headersTimeout = 0 // Outgoing watches instead
    } else {
      options.body = body
      options.headersTimeout = this.#patience(request) + Math.ceil(body.byteLength / this.#options.timeouts.slowestLine)
    }
    return options
  }

  #patience({ assembling }: S3Request): number {
    return assembling === true ? this.#options.timeouts.assembling : this.#options.timeouts.patience
  }

  /** What the judgement of an answer throws is about that answer: it must not be taken for a bug that ends the program. */
  #read(answer: Answer, request: S3Request): Answer {
    try {
      return this.#judge(answer, request)
    } catch (error) {
      if (error instanceof Fault) throw error
      throw badAnswer((error as Error).message, answer, this.subject(request))
    }
  }

  #judge(answer: Answer, request: S3Request): Answer {
    if (answer.status < 200 || answer.status >= 300) throw toFault(answer, this.subject(request))
    if (answer.body === '') return answer
    if (request.errorIn200 === true && parseXml(answer.body, 'Error') !== null)
      throw toFault(answer, this.subject(request))
    // A captive portal answers 200 to everything.
    if (!/^\s*<(\?xml|[A-Za-z])/.test(answer.body) || /^\s*<html/i.test(answer.body)) {
      throw badAnswer(`status ${answer.status}, but the body is not XML`, answer, this.subject(request))
    }
    return answer
  }
}

function streamed(body: S3Request['body']): body is StreamBody {
  return body !== undefined && 'open' in body
}

function memory(body: Uint8Array | StreamBody): Uint8Array {
  if (streamed(body)) throw new TypeError('a streamed body needs its payload hash')
  return body
}

/** ms to wait before the request is sent again; null where that is not to be waited for here. */
function retryDelay(fault: Fault, tries: number, baseMs: number): number | null {
  if (!SHORT_FAULTS.has(fault.code)) return null
  const asked = fault.retryAfterMs ?? 0
  if (asked > LONGEST_WAIT_MS) return null
  return asked + backOff(tries, { firstMs: baseMs, longestMs: LONGEST_WAIT_MS }, Math.random())
}

/** The beginning of a refusal's body; the connection is closed if there is more. */
async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    bytes += chunk.byteLength
    if (bytes > MAX_REFUSAL_BYTES) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function* faultsOf(
  body: AsyncIterable<Uint8Array>,
  subject: Subject,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    throw signal.aborted ? signal.reason : toFault(error as Error, subject)
  }
}
