import { z } from 'zod'
import { EVENTS } from './contract/activity.ts'
import { ROUTES } from './contract/index.ts'
import { problem, type Route } from './contract/route.ts'

/** The part of JSON Schema that our schemas use. */
export interface JsonSchema {
  [keyword: string]: unknown
  $ref?: string
}

export interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description: string
  security: Record<string, string[]>[]
  parameters?: { in: 'path' | 'query'; name: string; required: boolean; schema: JsonSchema }[]
  requestBody?: { required: true; content: Content }
  responses: Record<string, { description: string; content?: Content }>
}

type Content = Record<string, { schema: JsonSchema }>

export interface OpenApiDocument {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string }
  servers: { url: string; description: string }[]
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, object> }
}

/** The OpenAPI 3.1 document of all routes. What the dashboard's own client is generated from. */
export function openApiDocument(version: string): OpenApiDocument {
  const components = new Components()
  const paths: OpenApiDocument['paths'] = {}
  for (const { id, route } of ROUTES) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(id, route, components) }
  }
  for (const event of Object.values(EVENTS)) components.schema(event, 'output')
  return {
    openapi: '3.1.0',
    info: {
      title: 'Drivekeep',
      version,
      description:
        'See and control a backup of Google Drive. Names are as in the catalog and in `drivekeep status --json`; times are ISO 8601 in UTC, sizes bytes, rates per second. Lists are read page by page: `next` of one answer is `cursor` of the next call, and null on the last page. Errors are problem details (RFC 9457).',
    },
    servers: [{ url: '/', description: 'This Drivekeep' }],
    tags: [...new Set(ROUTES.map(({ route }) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components.all(),
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'session',
          description: 'Set by `signIn`. A write must come from a page of this server, or from no page at all.',
        },
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API token, made in the dashboard under Settings. It begins with `dk_`.',
        },
      },
    },
  }
}

function operationOf(id: string, route: Route, components: Components): Operation {
  const { params, query, body, needs, tag, summary } = route
  const parameters = [...parametersOf('path', params, components), ...parametersOf('query', query, components)]
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: NEEDS[needs],
    security: securityOf(needs),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body instanceof z.ZodUndefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: components.schema(body, 'input') } },
          },
        }),
    responses: responsesOf(route, components),
  }
}

const NEEDS: Record<Route['needs'], string> = {
  anyone: 'Needs nobody to be signed in.',
  'signed-in': 'Needs a session: an API token cannot do this.',
  read: 'Needs the right `read`, which every role has.',
  control: 'Needs the right `control`, which operators and admins have.',
  restore: 'Needs the right `restore`, which operators and admins have.',
  admin: 'Needs the right `admin`.',
}

function securityOf(needs: Route['needs']): Operation['security'] {
  if (needs === 'anyone') return []
  return needs === 'signed-in' ? [{ session: [] }] : [{ session: [] }, { token: [] }]
}

function parametersOf(place: 'path' | 'query', fields: z.ZodObject, components: Components) {
  const { properties = {}, required = [] } = components.schema(fields, 'input') as {
    properties?: Record<string, JsonSchema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, schema]) => ({
    in: place,
    name,
    required: place === 'path' || required.includes(name),
    schema,
  }))
}

/** What any call may be refused with, besides what its route says itself. */
const REFUSALS = {
  400: 'Something in the request was not understood; `errors` names what.',
  401: 'Nobody is signed in, or no longer.',
  403: 'Who calls has not the right to it.',
}

function responsesOf({ answer, media, needs, refusals }: Route, components: Components): Operation['responses'] {
  const schema = components.schema(answer, 'output')
  const content = (types: string[], schema: JsonSchema) => Object.fromEntries(types.map((type) => [type, { schema }]))
  const failed = { ...(needs === 'anyone' ? { 400: REFUSALS[400] } : REFUSALS), ...refusals }
  const problems = Object.entries(failed).map(([status, description]) => [
    status,
    { description, content: content(['application/problem+json'], components.schema(problem, 'output')) },
  ])
  return {
    200: { description: 'It is done.', content: content(media ?? ['application/json'], schema) },
    ...Object.fromEntries(problems),
  }
}

/**
 * Schemas that have a name stand in one place. What is sent may omit what has a default: only where that makes a
 * difference does a name stand for two, and what is sent is then called `…Input`.
 */
class Components {
  readonly #received = new Map<string, JsonSchema>()
  readonly #sent = new Map<string, JsonSchema>()

  schema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const {
      $defs = {},
      $schema: _,
      ...root
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema & {
      $defs?: Record<string, JsonSchema>
    }
    for (const [name, definition] of Object.entries($defs)) {
      if (io === 'output')
        this.#received.set(
          name,
          tidy(definition, (other) => other),
        )
      else
        this.#sent.set(
          name,
          tidy(definition, (other) => this.#nameSent(other)),
        )
    }
    return tidy(root, (name) => (io === 'output' ? name : this.#nameSent(name)))
  }

  all(): Record<string, JsonSchema> {
    const sent = [...this.#sent].map(([name, schema]) => [this.#nameSent(name), schema] as const)
    const entries = [...sent, ...this.#received].sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(entries)
  }

  /** Named once, a schema keeps its name: so it is asked of the schema and not of what has been seen of it so far. */
  #nameSent(name: string): string {
    return SENT_OTHERWISE.has(name) ? `${name}Input` : name
  }
}

/** The names of schemas that are received as well as sent, and differ. */
const SENT_OTHERWISE: ReadonlySet<string> = namesThatDiffer()

function namesThatDiffer(): Set<string> {
  const definitions = (io: 'input' | 'output', schemas: z.ZodType[]) =>
    new Map(
      schemas.flatMap((schema) => {
        const { $defs = {} } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
        return Object.entries($defs).map(([name, one]) => [
          name,
          JSON.stringify(tidy(one as JsonSchema, (other) => other)),
        ])
      }),
    )
  const sent = definitions(
    'input',
    ROUTES.map(({ route }) => route.body),
  )
  const received = definitions(
    'output',
    ROUTES.map(({ route }) => route.answer),
  )
  return new Set(
    [...sent].filter(([name, text]) => received.has(name) && received.get(name) !== text).map(([name]) => name),
  )
}

/** Omits what says nothing: the bounds of every integer, the grammar of a date beside its format. */
function tidy(schema: JsonSchema, rename: (name: string) => string): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value) => {
    if (key === '$ref') return `#/components/schemas/${rename(String(value).replace(/^.*\//, ''))}`
    if (key === 'additionalProperties' && value === false) return undefined
    if ((key === 'minimum' || key === 'maximum') && Math.abs(value) === Number.MAX_SAFE_INTEGER) return undefined
    if (typeof value === 'object' && value !== null && value.format === 'date-time') delete value.pattern
    return value
  }) as JsonSchema
}
