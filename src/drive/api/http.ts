import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { type Abortable, abortWith, forget } from '../../http/abortable.ts'
import { ExchangeTimeout } from '../../http/network-failure.ts'
import { countReceived } from './garbage.ts'

/**
 * One HTTP exchange over undici's `dispatch`, the cheapest way through it: the handler is also the answer and the body's iterator,
 * so a small file costs no streams. Reading is paced by the reader; an answer that nobody wants must be discarded.
 */

export interface HttpRequest {
  origin: string
  path: string
  method: 'GET' | 'POST'
  /** Name, value, name, value … */
  headers: string[]
  body?: string
  limits: HttpLimits
}

/** Bounds in ms. Each has its own error, so that an operator learns what was slow. */
export interface HttpLimits {
  /** From the request's end to the answer's headers. */
  headersMs: number
  /** Between two pieces of a body that somebody is waiting for. */
  idleMs: number
  /** The whole exchange, waiting for a connection included; null for none. */
  totalMs: number | null
}

/** Bytes that wait for a slow reader before the connection is paused. */
const HIGH_WATER = 256 * 1024

export interface Answer extends AsyncIterable<Uint8Array> {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The whole body; throws a RangeError when it is longer than `limit`. */
  bytes(limit: number): Promise<Buffer>
  /** Gives the answer up. A body that has not arrived yet costs the connection. */
  discard(): void
}

/** Resolves with the headers. Rejects with undici's errors, an ExchangeTimeout, or the signal's reason. */
export function exchange(dispatcher: Dispatcher, request: HttpRequest, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const handler = new Exchange(request.limits.totalMs, signal, resolve, reject)
    const { origin, path, method, headers, limits } = request
    const body = request.body ?? null
    dispatcher.dispatch(
      { origin, path, method, headers, body, headersTimeout: limits.headersMs, bodyTimeout: limits.idleMs },
      handler,
    )
  })
}

/** The first value of a header. */
export function header(answer: { headers: IncomingHttpHeaders }, name: string): string | undefined {
  const value = answer.headers[name]
  return Array.isArray(value) ? value[0] : value
}

const END: IteratorReturnResult<undefined> = { done: true, value: undefined }

class Exchange implements Dispatcher.DispatchHandler, Answer, Abortable, AsyncIterator<Uint8Array> {
  status = 0
  place = 0
  headers: IncomingHttpHeaders = {}
  readonly #signal: AbortSignal
  readonly #resolve: (answer: Answer) => void
  readonly #reject: (error: unknown) => void
  readonly #timer: NodeJS.Timeout | null
  #controller: Dispatcher.DispatchController | null = null
  #pieces: Buffer[] = []
  #waitingBytes = 0
  #reader: { resolve(result: IteratorResult<Uint8Array>): void; reject(error: unknown): void } | null = null
  #state: 'open' | 'ended' | 'failed' = 'open'
  #error: unknown

  constructor(
    totalMs: number | null,
    signal: AbortSignal,
    resolve: (answer: Answer) => void,
    reject: (error: unknown) => void,
  ) {
    this.#signal = signal
    this.#resolve = resolve
    this.#reject = reject
    abortWith(signal, this)
    this.#timer =
      totalMs === null
        ? null
        : setTimeout(() => this.#giveUp(new ExchangeTimeout(`no complete answer within ${totalMs} ms`)), totalMs)
  }

  /** The signal was aborted. */
  abort(reason: unknown): void {
    this.#giveUp(reason)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#state === 'failed') controller.abort(asError(this.#error))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return
    this.status = status
    this.headers = headers
    this.#resolve(this)
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Buffer): void {
    countReceived(piece.length)
    if (this.#reader !== null) {
      const { resolve } = this.#reader
      this.#reader = null
      resolve({ done: false, value: piece })
      return
    }
    this.#pieces.push(piece)
    this.#waitingBytes += piece.length
    if (this.#waitingBytes >= HIGH_WATER) controller.pause()
  }

  onResponseEnd(): void {
    if (this.#state !== 'open') return
    this.#state = 'ended'
    this.#release()
    this.#reader?.resolve(END)
    this.#reader = null
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error)
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    const piece = this.#pieces.shift()
    if (piece !== undefined) {
      this.#waitingBytes -= piece.length
      if (this.#waitingBytes < HIGH_WATER) this.#controller?.resume()
      return Promise.resolve({ done: false, value: piece })
    }
    if (this.#state === 'ended') return Promise.resolve(END)
    if (this.#state === 'failed') return Promise.reject(this.#error)
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject }
    })
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.discard()
    return Promise.resolve(END)
  }

  discard(): void {
    this.#pieces = []
    this.#waitingBytes = 0
    if (this.#state === 'open') this.#giveUp(new Error('the answer is not wanted any more'))
  }

  async bytes(limit: number): Promise<Buffer> {
    const pieces: Uint8Array[] = []
    let length = 0
    for await (const piece of this) {
      length += piece.length
      if (length > limit) throw new RangeError(`a body of more than ${limit} bytes`)
      pieces.push(piece)
    }
    return pieces.length === 1 && Buffer.isBuffer(pieces[0]) ? pieces[0] : Buffer.concat(pieces, length)
  }

  #giveUp(reason: unknown): void {
    if (this.#state !== 'open') return
    this.#fail(reason)
    this.#controller?.abort(asError(reason))
  }

  #fail(error: unknown): void {
    if (this.#state !== 'open') return
    this.#state = 'failed'
    this.#error = error
    this.#pieces = []
    this.#release()
    this.#reader?.reject(error)
    this.#reader = null
    this.#reject(error)
  }

  #release(): void {
    forget(this.#signal, this)
    if (this.#timer !== null) clearTimeout(this.#timer)
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
