import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { faultReply } from '../faults/answer-fault.ts'
import {
  type AnswerFault,
  type Fault,
  type Faults,
  isForHandler,
  isItemFault,
  isListFault,
  isWireFault,
} from '../faults/faults.ts'
import { abort, writeDamaged } from '../faults/wire-fault.ts'
import { QueryString } from '../listing/query-string.ts'
import { type Authenticate, identify } from '../oauth/identify.ts'
import { LARGEST_UPLOAD, tooLarge } from '../uploads/session.ts'
import { type Arrival, arrivalOf } from './arrival.ts'
import { type ApiRoute, type Call, json, type RawRoute, type Reply, type Route } from './call.ts'
import { DriveError } from './errors.ts'
import type { Quota } from './quota.ts'
import type { RequestLog } from './request-log.ts'
import { type Match, Router } from './router.ts'
import { withBody, write } from './write-reply.ts'

/** A call as it comes in, by itself or as a part of a batch. */
export interface Incoming {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  body(): Promise<Buffer>
}

/** Milliseconds before each answer: a number, or a function of the request. */
export type Latency = number | ((request: { method: string; name: string; url: string }) => number)

export interface ServerParts {
  authenticate: Authenticate
  faults: Faults
  requests: RequestLog
  quota?: Quota | undefined
  latency?: Latency | undefined
  now: () => number
}

/**
 * The HTTP side of the emulator: finds the route, then latency, faults, token, scope, quota, handler, answer, in this order.
 *
 * A plain request passes without a promise in the way, since benchmarks measure their client against this server. `quota` and
 * `latency` may be set at any time.
 */
export class DriveServer {
  readonly #parts: ServerParts
  readonly #router = new Router()
  quota: Quota | undefined
  latency: Latency | undefined

  constructor(parts: ServerParts) {
    this.#parts = parts
    this.quota = parts.quota
    this.latency = parts.latency
  }

  add(routes: Iterable<Route>): void {
    this.#router.add(routes)
  }

  /** For a listener of node:http or node:https. */
  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const arrival = arrivalOf(request.method ?? 'GET', request.url ?? '/')
    const match = this.#router.match(arrival.method, arrival.path, arrival.media)
    const done = match ? this.#serve(arrival, match, request, response) : this.#unknown(arrival, request, response)
    if (done instanceof Promise) {
      done.catch((error: unknown) => {
        reportBug(error)
        response.destroy()
      })
    }
  }

  /** Makes a call from within, as a batch does: with its own quota, count and faults, but no latency. Never throws. */
  async perform(incoming: Incoming): Promise<Reply> {
    const arrival = arrivalOf(incoming.method, incoming.url)
    const match = this.#router.match(arrival.method, arrival.path, arrival.media)
    if (!match || 'raw' in match.route) return json(unknownPath(arrival.path).body(), 404)
    const fault = this.#faultFor(arrival, match)
    const reply =
      fault && !isWireFault(fault) && !isForHandler(fault)
        ? this.#answerFault(fault)
        : this.#call(match, match.route, arrival, incoming, fault)
    const settled = await reply
    const made = typeof settled === 'string' ? json({}, 503) : settled
    this.#record(arrival, match.route.name, made.status, fault)
    return made
  }

  #serve(arrival: Arrival, match: Match, request: IncomingMessage, response: ServerResponse): void | Promise<void> {
    const { route } = match
    if (this.latency !== undefined || this.#parts.faults.active || 'raw' in route) {
      return this.#serveWithFault(arrival, match, request, response)
    }
    const reply = this.#call(match, route, arrival, httpIncoming(arrival, request), undefined)
    if (reply instanceof Promise)
      return reply.then((made) => this.#finish(arrival, route.name, made, request, response))
    return this.#finish(arrival, route.name, reply, request, response)
  }

  #finish(
    arrival: Arrival,
    name: string,
    reply: Reply,
    request: IncomingMessage,
    response: ServerResponse,
  ): void | Promise<void> {
    this.#record(arrival, name, reply.status, undefined)
    return write(withBody(reply, arrival.pretty), request, response)
  }

  async #serveWithFault(
    arrival: Arrival,
    match: Match,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { route } = match
    const control = route.name.startsWith('control.')
    const wait = control ? 0 : this.#wait(arrival, route.name)
    if (wait > 0) await sleep(wait)
    if (response.destroyed) return
    const fault = control ? undefined : this.#faultFor(arrival, match)
    if (fault && !isWireFault(fault) && !isForHandler(fault)) {
      const reply = this.#answerFault(fault)
      this.#record(arrival, route.name, typeof reply === 'string' ? 0 : reply.status, fault)
      if (reply === 'reset') abort(response)
      else if (reply !== 'hang') await write(withBody(reply, arrival.pretty), request, response)
      return
    }
    if ('raw' in route) return this.#serveRaw(arrival, route, request, response, fault)
    const reply = withBody(
      await this.#call(match, route, arrival, httpIncoming(arrival, request), fault),
      arrival.pretty,
    )
    if (fault && isWireFault(fault)) {
      // Counted before it is written: a stalled answer is never finished.
      this.#record(arrival, route.name, fault.kind === 'lost-reply' ? 0 : reply.status, fault)
      await writeDamaged(reply, fault, response)
      return
    }
    this.#record(arrival, route.name, reply.status, fault)
    await write(reply, request, response)
  }

  async #serveRaw(
    arrival: Arrival,
    route: RawRoute,
    request: IncomingMessage,
    response: ServerResponse,
    fault: Fault | undefined,
  ): Promise<void> {
    try {
      response.once('close', () => this.#record(arrival, route.name, response.statusCode, fault))
      await route.raw(request, response, new URL(request.url ?? '/', 'http://127.0.0.1'))
      if (fault?.kind === 'lost-reply') abort(response)
    } catch (error) {
      if (!(error instanceof DriveError)) reportBug(error)
      if (response.headersSent) response.destroy()
      else await write(withBody(replyTo(error), true), request, response)
    }
  }

  /** The real answer to a call; errors are answers too. */
  #call(
    match: Match,
    route: ApiRoute,
    arrival: Arrival,
    incoming: Incoming,
    fault: Fault | undefined,
  ): Reply | Promise<Reply> {
    try {
      const query = new QueryString(arrival.search)
      const identity = identify(incoming, query, route, this.#parts.authenticate)
      this.quota?.spend(query.text('quotaUser') ?? identity.user.email, identity.project, route.cost)
      const call: Call = {
        method: arrival.method,
        path: arrival.path,
        params: match.params,
        query,
        headers: incoming.headers,
        user: identity.user,
        project: identity.project,
        listFault: fault && isListFault(fault) ? fault : undefined,
        itemFault: fault && isItemFault(fault) ? fault : undefined,
        body: () => incoming.body(),
      }
      const reply = route.handler(call)
      return reply instanceof Promise ? reply.catch(replyTo) : reply
    } catch (error) {
      return replyTo(error)
    }
  }

  #faultFor(arrival: Arrival, match: Match): Fault | undefined {
    if (!this.#parts.faults.active) return undefined
    const { method, path, url } = arrival
    return this.#parts.faults.take({ method, path, url, name: match.route.name, fileId: match.params.id })
  }

  #answerFault(fault: AnswerFault): Reply | 'reset' | 'hang' {
    try {
      return faultReply(fault)
    } catch (error) {
      return replyTo(error)
    }
  }

  #wait(arrival: Arrival, name: string): number {
    const { latency } = this
    if (latency === undefined) return 0
    return typeof latency === 'number' ? latency : latency({ method: arrival.method, url: arrival.url, name })
  }

  #record(arrival: Arrival, name: string, status: number, fault: Fault | undefined): void {
    // A batch counts as its parts.
    const api = !name.startsWith('oauth.') && !name.startsWith('control.') && name !== 'batch'
    const { method, url } = arrival
    this.#parts.requests.record(
      { time: this.#parts.now(), name, method, url, status, ...(fault && { fault: fault.kind }) },
      api,
    )
  }

  #unknown(arrival: Arrival, request: IncomingMessage, response: ServerResponse): void | Promise<void> {
    this.#record(arrival, 'unknown', 404, undefined)
    return write(withBody(json(unknownPath(arrival.path).body(), 404), true), request, response)
  }
}

function httpIncoming(arrival: Arrival, request: IncomingMessage): Incoming {
  return {
    method: arrival.method,
    url: arrival.url,
    headers: request.headers,
    async body() {
      const parts: Buffer[] = []
      let size = 0
      // Read to the end even if it is too much: a client that is still sending would not hear the answer.
      for await (const part of request as AsyncIterable<Buffer>) {
        size += part.length
        if (size <= LARGEST_UPLOAD) parts.push(part)
      }
      if (size > LARGEST_UPLOAD) throw tooLarge()
      return Buffer.concat(parts)
    },
  }
}

function replyTo(error: unknown): Reply {
  if (error instanceof DriveError) return json(error.body(), error.code, error.headers)
  reportBug(error)
  return json(new DriveError(500, { reason: 'internalError', message: 'Internal Error' }).body(), 500)
}

function reportBug(error: unknown): void {
  console.error('Drive emulator: a request failed in an unforeseen way:', error)
}

function unknownPath(path: string): DriveError {
  return new DriveError(404, { reason: 'notFound', message: `Not Found: no such method at ${path}` })
}

/** A listener on loopback. */
export interface Listener {
  readonly url: string
  readonly server: Server
  /** Stops at once: open connections are destroyed. */
  close(): Promise<void>
}

/** Listens on 127.0.0.1 only; port 0 takes a free one. */
export async function listen(handle: DriveServer['handle'], port = 0): Promise<Listener> {
  // Clients keep connections for long; a server that closes an idle one first gives them a reset now and then.
  const server = createServer({ keepAliveTimeout: 600_000, requestTimeout: 0, headersTimeout: 0 }, handle)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
