import type { FastifySchema, FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify'
import { z } from 'zod'
import type { Route } from '../contract/route.ts'

/** What Fastify validates of a route: what comes in, and what goes out. */
export function schemaOf({ params, query, body, answer }: Route): FastifySchema {
  return {
    ...(Object.keys(params.shape).length > 0 ? { params } : {}),
    ...(Object.keys(query.shape).length > 0 ? { querystring: query } : {}),
    ...(body instanceof z.ZodUndefined ? {} : { body }),
    response: { 200: answer },
  }
}

/** A request that does not have the form of its route. */
export class Misunderstood extends Error {
  override readonly name = 'Misunderstood'
  readonly errors: { field: string; message: string }[]

  constructor({ issues }: z.ZodError) {
    super('the request does not have the form of its route')
    this.errors = issues.map(({ path, message }) => ({ field: path.join('.'), message }))
  }
}

export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (data) => {
    const { success, data: value, error } = schema.safeParse(data)
    return success ? { value } : { error: new Misunderstood(error) }
  }

/** An answer that does not have the form of its route is a defect, and is not sent. */
export const serializerCompiler: FastifySerializerCompiler<z.ZodType> =
  ({ schema }) =>
  (data) =>
    JSON.stringify(schema.parse(data))
