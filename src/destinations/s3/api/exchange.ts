import { type Dispatcher, errors } from 'undici'
import { type Abortable, abortWith, forget } from '../../../http/abortable.ts'
import { ExchangeTimeout } from '../../../http/network-failure.ts'
import type { Answer } from './errors.ts'

/** No small answer of S3 comes near this: a full listing page of 1,000 keys of 1,024 bytes is 1.5 MB. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024
/** A refusal says what it has to say at its beginning; the rest is not read. */
export const MAX_REFUSAL_BYTES = 64 * 1024

/**
 * One request and its answer, collected whole. A dispatch handler of undici: it spares the stream that `request()` makes
 * for each answer, and most of ours have no body at all.
 */
export class Exchange implements Dispatcher.DispatchHandler, Abortable {
  readonly answer: Promise<Answer>
  place = 0
  readonly #signal: AbortSignal
  readonly #answerMs: number
  #resolve: (answer: Answer) => void = () => {}
  #reject: (error: unknown) => void = () => {}
  #controller: Dispatcher.DispatchController | null = null
  #status = 0
  #startedAt = 0
  #headers: Answer['headers'] = {}
  #chunks: Buffer[] = []
  #bytes = 0
  #settled = false

  /** `answerMs`: how long the answer may take from its headers to its end. */
  constructor(signal: AbortSignal, answerMs: number) {
    this.#signal = signal
    this.#answerMs = answerMs
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    abortWith(signal, this)
  }

  /** The signal was aborted; also ends a request that still waits for a free connection. */
  abort(reason: unknown): void {
    this.stop(reason)
  }

  /** Ends the exchange with `reason`, whatever it is waiting for. */
  stop(reason: unknown): void {
    if (this.#settled) return
    this.#settle()
    this.#reject(reason)
    this.#controller?.abort(reason instanceof Error ? reason : new Error('stopped', { cause: reason }))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#settled) controller.abort(new Error('stopped before it was sent'))
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Answer['headers']): void {
    if (status < 200) return // interim answers (100, 102, 103)
    this.#status = status
    this.#headers = headers
    this.#startedAt = performance.now()
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length
    // No timer: what comes too slowly still comes, and silence has a time-out of its own.
    if (performance.now() - this.#startedAt > this.#answerMs)
      this.stop(new ExchangeTimeout(`no whole answer within ${this.#answerMs / 1000} s`))
    const refused = this.#status >= 300
    if (this.#bytes <= (refused ? MAX_REFUSAL_BYTES : MAX_ANSWER_BYTES)) this.#chunks.push(chunk)
    else if (refused) {
      this.#chunks.push(chunk)
      this.onResponseEnd()
      controller.abort(new Error('enough was read')) // closes the connection
    } else this.stop(new errors.HTTPParserError('the answer does not end'))
  }

  onResponseEnd(): void {
    if (this.#settled) return
    this.#settle()
    const body = this.#bytes === 0 ? '' : Buffer.concat(this.#chunks).toString('utf8')
    this.#resolve({ status: this.#status, headers: this.#headers, body })
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#settled) return
    this.#settle()
    this.#reject(error)
  }

  #settle(): void {
    this.#settled = true
    forget(this.#signal, this)
  }
}
