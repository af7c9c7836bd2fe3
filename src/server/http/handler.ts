import type { FastifyReply } from 'fastify'
import type { z } from 'zod'
import type { Role, Route, Scope } from '../contract/route.ts'

/** Who calls: a user by session or token, with what the caller may do. */
export interface Caller {
  user: { id: number; name: string; role: Role }
  scopes: readonly Scope[]
  /** The session's number; null for a token. */
  session: number | null
}

/** A call whose input has been validated and whose caller has been found to have the right. */
export interface Call<R extends Route> {
  params: z.output<R['params']>
  query: z.output<R['query']>
  body: z.output<R['body']>
  /** Null only where the route needs nobody, and nobody is signed in. */
  caller: Caller | null
  /** The caller's network address. */
  address: string
  userAgent: string
  /** `https://backup.example.com`, as the browser sees this server. */
  origin: string
  /** Aborted when the caller goes away, or may be answered no longer: signed out, or the server ends. */
  signal: AbortSignal
  /**
   * Says for the audit log what this call is about, and what it did there. Every call that changes something is written
   * down with who called and how it ended; without a word from the handler, with the parameters of its address. No secrets.
   */
  audit: (subject: string | null, detail?: string) => void
  /** For cookies, redirects and what is no JSON. */
  reply: FastifyReply
}

/** One route with what it does. A resource's file gives a list of them. */
export interface Handler {
  route: Route
  /** What is returned is checked against the route's answer and sent; undefined: the reply has been sent or taken over. */
  handle: (call: Call<Route>) => Promise<unknown>
}

export function answers<R extends Route>(route: R, handle: (call: Call<R>) => Promise<z.input<R['answer']>>): Handler {
  return { route, handle: handle as unknown as Handler['handle'] }
}

/** For what is no JSON: files, redirects, event streams. The handler sends by `call.reply`. */
export function streams<R extends Route>(route: R, handle: (call: Call<R>) => Promise<void>): Handler {
  return { route, handle: handle as unknown as Handler['handle'] }
}

/** A request that is understood and refused. Becomes problem details. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly errors: { field: string; message: string }[]
  /** Seconds; of 429. */
  readonly retryAfter: number | null

  /** `detail`: what happened, to what, and what to do. */
  constructor(
    status: number,
    detail: string,
    more: { errors?: { field: string; message: string }[]; retryAfter?: number } = {},
  ) {
    super(detail)
    this.status = status
    this.errors = more.errors ?? []
    this.retryAfter = more.retryAfter ?? null
  }
}
