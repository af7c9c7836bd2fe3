import type { IncomingMessage, ServerResponse } from 'node:http'
import { ClientGone } from '../errors.ts'

/** What happens to a body on its way in; a fault of the wire, not of the request. */
export interface BodyDisturbance {
  /** Wraps the stream of the body's bytes. */
  disturb(source: AsyncIterable<Buffer>): AsyncIterable<Buffer>
}

/** The bytes of a request's body as they come off the wire. */
export class Incoming {
  readonly #http: IncomingMessage
  readonly #response: ServerResponse
  readonly #disturbance: BodyDisturbance | null

  constructor(http: IncomingMessage, response: ServerResponse, disturbance: BodyDisturbance | null) {
    this.#http = http
    this.#response = response
    this.#disturbance = disturbance
  }

  /** Whether `whole` may be used: nothing happens to the bytes on their way. */
  get isPlain(): boolean {
    return this.#disturbance === null
  }

  /** All bytes in one buffer, by events: a fraction of the cost of iterating, which counts for small bodies. */
  whole(): Promise<Buffer> {
    this.#begin()
    return new Promise((resolve, reject) => {
      const http = this.#http
      const chunks: Buffer[] = []
      http.on('data', (chunk: Buffer) => chunks.push(chunk))
      http.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)))
      http.on('error', () => reject(new ClientGone()))
      http.on('close', () => {
        if (!http.complete) reject(new ClientGone())
      })
    })
  }

  /** The bytes as they come. Throws ClientGone if the connection ends before the body does. */
  stream(): AsyncIterable<Buffer> {
    this.#begin()
    const source = received(this.#http)
    return this.#disturbance === null ? source : this.#disturbance.disturb(source)
  }

  /** A client that asked first (Expect: 100-continue) sends its body only now that the request was found in order. */
  #begin(): void {
    if (this.#http.headers.expect !== undefined) this.#response.writeContinue()
  }
}

async function* received(http: IncomingMessage): AsyncGenerator<Buffer> {
  // Left in place when the reader stops early: node then drops the rest of the body, and the answer can still be sent.
  const chunks = http.iterator({ destroyOnReturn: false })
  try {
    for await (const chunk of chunks) yield chunk as Buffer
  } catch {
    throw new ClientGone()
  }
}
