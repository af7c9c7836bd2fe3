import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Access } from '../access/access.ts'
import { bearerToken, findCaller, type Known } from '../access/callers.ts'
import { ROUTES } from '../contract/index.ts'
import type { Route } from '../contract/route.ts'
import { type Call, type Handler, Refusal } from './handler.ts'

import { plainAddress } from './origin.ts'
import { schemaOf } from './route-schema.ts'

declare module 'fastify' {
  interface FastifyRequest {
    known: Known | null
  }
}

/** A list of ten thousand folders fits. */
const BODY_LIMIT = 2 * 1024 * 1024
/** A name and a password are all that is taken from somebody unknown. */
const STRANGERS_BODY_LIMIT = 16 * 1024
const LONGEST_USER_AGENT = 300

const idOf = new Map(ROUTES.map(({ id, route }) => [route, id]))

/** Makes every handler answer at its route. Throws when two claim one route. */
export function addRoutes(app: FastifyInstance, handlers: readonly Handler[], access: Access): void {
  app.decorateRequest('known', null)
  const taken = new Set<string>()
  for (const { route, handle } of handlers) {
    const id = idOf.get(route)
    if (id === undefined) throw new Error(`${route.method} ${route.path} has a handler, but does not stand in ROUTES`)
    if (taken.has(id)) throw new Error(`the route ${id} has two handlers`)
    taken.add(id)
    app.route({
      method: route.method,
      url: route.path,
      schema: schemaOf(route),
      bodyLimit: route.needs === 'anyone' ? STRANGERS_BODY_LIMIT : BODY_LIMIT,
      // A stream has no end to which its length could be told.
      exposeHeadRoute: route.method === 'GET' && route.media === undefined,
      // Before the body is read: of somebody who has no right to the route nothing is taken.
      onRequest: async (request) => {
        request.known = await admit(route, request, access)
      },
      handler: (request, reply) => answer(id, { route, handle }, request, reply, access),
    })
  }
}

/** Throws when a route has no handler: part of the API would be missing without a word. */
export function checkComplete(handlers: readonly Handler[]): void {
  const handled = new Set(handlers.map(({ route }) => route))
  const missing = ROUTES.filter(({ route }) => !handled.has(route)).map(({ id }) => id)
  if (missing.length > 0) throw new Error(`these routes have no handler: ${missing.join(', ')}`)
}

/** Finds who calls, and refuses those who may not. */
async function admit(route: Route, request: FastifyRequest, access: Access): Promise<Known | null> {
  const { authorization } = request.headers
  const known = await findCaller(access, { authorization, session: request.cookies.session })
  if (route.needs === 'anyone') return known
  if (known === null) {
    throw new Refusal(
      401,
      bearerToken(authorization) === null
        ? 'Nobody is signed in. Sign in first, or send an API token (Authorization: Bearer …).'
        : 'This API token is not known, or has expired. Make another one in the dashboard under Settings.',
    )
  }
  const { caller } = known
  if (route.needs === 'signed-in' ? caller.session !== null : caller.scopes.includes(route.needs)) return known
  if (changes(route)) await recordCall(access, request, known, { action: idOf.get(route) ?? '', outcome: 'refused' })
  throw new Refusal(403, forbidden(route, known))
}

function forbidden({ needs }: Route, { caller: { user }, token }: Known): string {
  if (needs === 'signed-in') return 'This takes a person who is signed in; it cannot be done with an API token.'
  return token === null
    ? `${user.name} is a ${user.role}, and may not do this: it takes the right “${needs}”. An admin can change the role.`
    : `This API token may not do this: it takes the scope “${needs}”, and an owner whose role includes it.`
}

const changes = ({ method, changes }: Route) => changes ?? method !== 'GET'

async function answer(
  id: string,
  { route, handle }: Handler,
  request: FastifyRequest,
  reply: FastifyReply,
  access: Access,
): Promise<unknown> {
  const { known } = request
  const gone = new AbortController()
  // Only what goes on and on: a call that is about to be answered, such as signing out, ends by itself.
  const end = () => {
    if (!reply.raw.headersSent) return
    gone.abort()
    reply.raw.destroy()
  }
  const open = known === null ? null : access.openCalls.add({ known, end })
  reply.raw.once('close', () => {
    gone.abort()
    open?.[Symbol.dispose]()
  })
  let said: { subject: string | null; detail?: string | undefined } | null = null
  const call: Call<Route> = {
    params: request.params as Record<string, unknown>,
    query: request.query as Record<string, unknown>,
    body: request.body,
    caller: known?.caller ?? null,
    address: plainAddress(request.ip),
    userAgent: userAgentOf(request),
    origin: `${request.protocol}://${request.host}`,
    signal: gone.signal,
    audit: (subject, detail) => {
      said = { subject, detail }
    },
    reply,
  }
  const result = await handle(call)
  if (said !== null || changes(route)) {
    await recordCall(access, request, request.known, { action: id, outcome: 'done', ...(said ?? {}) })
  }
  return result === undefined ? reply : result
}

async function recordCall(
  access: Access,
  request: FastifyRequest,
  known: Known | null,
  about: { action: string; outcome: 'done' | 'refused'; subject?: string | null; detail?: string | undefined },
): Promise<void> {
  const { action, outcome, subject = addressed(request.params), detail = null } = about
  const actor = known?.caller.user.name ?? null
  await access.audit.record({ actor, address: plainAddress(request.ip), action, subject, detail, outcome })
}

/** What an address names: `/api/users/7` → `7`. */
function addressed(params: unknown): string | null {
  const values = Object.values((params ?? {}) as Record<string, unknown>)
  return values.length === 0 ? null : values.join(' ')
}

function userAgentOf(request: FastifyRequest): string {
  return (request.headers['user-agent'] ?? '').slice(0, LONGEST_USER_AGENT)
}
