import type { IncomingMessage } from 'node:http'
import { OAuthError } from './tokens.ts'

const LARGEST = 64 * 1024

/** Reads a form of a page or of the token endpoint; JSON, which Google's endpoint takes as well, counts as one. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST) throw new OAuthError(413, 'invalid_request', 'Request too large.')
    chunks.push(chunk)
  }
  const body = Buffer.concat(chunks).toString()
  if (!/json/i.test(request.headers['content-type'] ?? '')) return new URLSearchParams(body)
  try {
    return new URLSearchParams(JSON.parse(body) as Record<string, string>)
  } catch {
    throw new OAuthError(400, 'invalid_request', 'Invalid JSON payload received.')
  }
}
