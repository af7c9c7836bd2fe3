import type { FastifySchema } from 'fastify'
import { z } from 'zod'
import type { Route } from './contract/route.ts'

/** What Fastify validates of a route: what comes in, and what goes out. */
export function schemaOf({ params, query, body, answer }: Route): FastifySchema {
  return {
    ...(Object.keys(params.shape).length > 0 ? { params } : {}),
    ...(Object.keys(query.shape).length > 0 ? { querystring: query } : {}),
    ...(body instanceof z.ZodUndefined ? {} : { body }),
    response: { 200: answer },
  }
}
