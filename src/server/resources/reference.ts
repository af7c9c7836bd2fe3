import { createHash } from 'node:crypto'
import * as routes from '../contract/reference.ts'
import { answers, type Handler, streams } from '../http/handler.ts'
import { policyWithStyle } from '../http/security-headers.ts'
import { type OpenApiDocument, openApiDocument } from '../openapi.ts'
import { referencePage } from '../reference/page.ts'
import { STYLE } from '../reference/style.ts'

/** The API's own description, for programs and for people. */
export function referenceHandlers(version: string): Handler[] {
  let made: OpenApiDocument | null = null
  const document = () => {
    made ??= openApiDocument(version)
    return made
  }
  const style = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`
  return [
    answers(routes.getOpenApi, async () => ({ ...document() })),
    streams(routes.getReference, async ({ reply, origin }) => {
      reply.header('content-security-policy', policyWithStyle(style))
      reply.type('text/html; charset=utf-8').send(referencePage(document(), origin))
    }),
  ]
}
