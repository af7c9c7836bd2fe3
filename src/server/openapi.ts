import swagger from '@fastify/swagger'
import Fastify, { type FastifySchema } from 'fastify'
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ROUTES } from './contract/index.ts'
import { problem, type Route } from './contract/route.ts'

/** The OpenAPI 3.1 document of all routes. What the dashboard's own client is generated from. */
export async function openApiDocument(version: string): Promise<object> {
  const app = Fastify()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Drivekeep', version, description: 'See and control a backup of Google Drive.' },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'session' },
          token: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
  app.after(() => {
    for (const { id, route } of ROUTES) {
      app.route({ method: route.method, url: route.path, schema: schemaOf(id, route), handler: () => null })
    }
  })
  await app.ready()
  const document = app.swagger()
  await app.close()
  return document
}

/** What Fastify validates and documents of a route. */
export function schemaOf(id: string, route: Route): FastifySchema {
  const { params, query, body, answer, refusals, needs } = route
  const refused = needs === 'anyone' ? [] : [401, ...(needs === 'signed-in' ? [] : [403])]
  const statuses = [400, ...refused, ...Object.keys(refusals).map(Number)]
  return {
    tags: [route.tag],
    summary: route.summary,
    operationId: id,
    ...(needs === 'anyone' ? {} : { security: [{ session: [] }, ...(needs === 'signed-in' ? [] : [{ token: [] }])] }),
    ...(Object.keys(params.shape).length > 0 ? { params } : {}),
    ...(Object.keys(query.shape).length > 0 ? { querystring: query } : {}),
    ...(body instanceof z.ZodUndefined ? {} : { body }),
    response: { 200: answer, ...Object.fromEntries(statuses.map((status) => [status, problem])) },
  } as FastifySchema
}
