import { z } from 'zod'

/**
 * The API, route by route: one table that validates requests and answers, documents them (OpenAPI), and types the
 * handlers and, through the OpenAPI document, the dashboard. Names are snake_case, as in the catalog and in
 * `drivekeep status --json`; times ISO 8601 in UTC, sizes bytes, rates per second.
 */
export interface Route<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** As Fastify writes it: `/api/files/:id`. */
  path: string
  /** The resource it belongs to, for the reference page. */
  tag: string
  /** One sentence. */
  summary: string
  needs: Access
  params: Params
  query: Query
  body: Body
  /** Of status 200. */
  answer: Answer
  /** Of an answer that is no JSON, but a text; it may be one of several. */
  media?: string[]
  /** What it refuses beyond bad requests and missing rights: status and why. */
  refusals: Record<number, string>
  /** Whether it stands in the audit log; omitted: when it is no GET. */
  changes?: boolean
}

/**
 * What a caller must show. `anyone`: nothing. `signed-in`: a session in the browser, not a token. The rest are scopes: a
 * token has those it was given, a session those of its user's role.
 */
export type Access = 'anyone' | 'signed-in' | Scope

export const scope = z.enum(['read', 'control', 'restore', 'admin'])
export type Scope = z.output<typeof scope>

export const role = z.enum(['viewer', 'operator', 'admin'])
export type Role = z.output<typeof role>

/** `admin` includes all that an operator may, and an operator all that a viewer may. */
export const SCOPES_OF: Record<Role, readonly Scope[]> = {
  viewer: ['read'],
  operator: ['read', 'control', 'restore'],
  admin: ['read', 'control', 'restore', 'admin'],
}

const nothing = z.object({})
const noBody = z.undefined()

type Written<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> = Pick<Route, 'method' | 'path' | 'tag' | 'summary' | 'needs'> &
  Partial<Route<Params, Query, Body, Answer>> & { answer: Answer }

/** Writes a route down; what it does not take is omitted. */
export function route<
  Answer extends z.ZodType,
  Params extends z.ZodObject = typeof nothing,
  Query extends z.ZodObject = typeof nothing,
  Body extends z.ZodType = typeof noBody,
>(written: Written<Params, Query, Body, Answer>): Route<Params, Query, Body, Answer> {
  return { params: nothing, query: nothing, body: noBody, refusals: {}, ...written } as Route<
    Params,
    Query,
    Body,
    Answer
  >
}

/** A moment in ISO 8601, UTC. */
export const time = z.iso.datetime()
export const count = z.int().min(0)
export const bytes = z.int().min(0)
export const empty = z.object({})

/** Where the next page begins; opaque, and null on the last one. */
export const nextCursor = z.string().nullable()

/** Every list takes these. */
export const page = {
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
}

/** RFC 9457; the content type is application/problem+json. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    /** What happened, to what, and what to do. */
    detail: z.string(),
    /** Of 422 and 400: what is wrong with which field. */
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    /** Of 429: seconds. */
    retry_after: z.int().optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.output<typeof problem>

/** Where a value comes from: config.yaml, the dashboard, or neither. */
export const origin = z.enum(['file', 'dashboard', 'default']).meta({ id: 'Origin' })

/** The result of one step of a self-test, as backup/destination.ts has it. */
export const check = z
  .object({
    step: z.string(),
    ok: z.boolean(),
    /** In plain words: what was found, or what is missing and how to mend it. */
    message: z.string(),
  })
  .meta({ id: 'Check' })
