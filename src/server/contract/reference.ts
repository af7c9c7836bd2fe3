import { z } from 'zod'
import { route } from './route.ts'

export const getOpenApi = route({
  method: 'GET',
  path: '/api/openapi.json',
  tag: 'Reference',
  summary: 'This API as an OpenAPI 3.1 document.',
  needs: 'read',
  answer: z.record(z.string(), z.unknown()),
})

export const getReference = route({
  method: 'GET',
  path: '/api/docs',
  tag: 'Reference',
  summary: 'This API as a page to read.',
  needs: 'read',
  answer: z.string(),
  media: ['text/html'],
})
