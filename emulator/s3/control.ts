import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Denial } from './auth/users.ts'
import type { Habits } from './habits.ts'
import type { S3Server } from './server.ts'
import type { ActiveFault, FaultRule } from './wire/fault.ts'
import { drained } from './wire/send.ts'

/** Not a bucket's name, so it never hides one. */
export const CONTROL_PATH = '/_emulator/'

interface Control {
  s3: S3Server
  query: URLSearchParams
  /** The request's body as JSON; undefined if there is none. */
  body: unknown
  /** The last segment of an address like faults/3. */
  id: string
}

/** What an address answers: a value, sent as JSON, or lines of JSON. */
type Answer = unknown | AsyncIterable<unknown>

const ROUTES: Readonly<Record<string, (control: Control) => Answer | Promise<Answer>>> = {
  'GET requests': ({ s3 }) => ({ total: s3.requests.total, counts: s3.requests.counts() }),
  'GET requests/recent': ({ s3 }) => s3.requests.recent(),
  'DELETE requests': ({ s3 }) => s3.requests.reset(),
  'GET faults': ({ s3 }) => s3.faults.all().map(describeFault),
  'POST faults': ({ s3, body }) => describeFault(s3.faults.add(body as FaultRule)),
  'DELETE faults': ({ s3 }) => s3.faults.clear(),
  'DELETE faults/:id': ({ s3, id }) => ({ removed: s3.faults.remove(Number(id)) }),
  'GET buckets': ({ s3 }) => s3.bucketNames(),
  'GET objects': ({ s3, query }) => objects(s3, query),
  'GET uploads': ({ s3, query }) => s3.uploads(query.get('bucket') ?? ''),
  'POST corrupt': ({ s3, query }) => s3.corrupt(query.get('bucket') ?? '', query.get('key') ?? ''),
  'GET habits': ({ s3 }) => s3.habits,
  'PATCH habits': ({ s3, body }) => Object.assign(s3.habits, body as Partial<Habits>),
  'PUT latency': ({ s3, body }) => {
    s3.latencyMs = (body as { ms: number }).ms
  },
  'POST denials': ({ s3, body, query }) => s3.users.deny(user(s3, query), body as Denial),
  'DELETE denials': ({ s3, query }) => s3.users.allow(user(s3, query)),
}

/**
 * Serves /_emulator/: counts, faults and a look into the buckets, for programs that run beside the server.
 * It asks for no credentials: whoever reaches the loopback address of a test server may do everything.
 */
export async function serveControl(s3: S3Server, http: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const url = new URL(http.url ?? '/', s3.url)
    const path = url.pathname.slice(CONTROL_PATH.length)
    const route = ROUTES[`${http.method} ${path}`] ?? ROUTES[`${http.method} ${path.replace(/\/[^/]+$/, '/:id')}`]
    if (route === undefined) return sendJson(response, 404, { error: `no such control: ${http.method} ${path}` })
    const id = path.slice(path.lastIndexOf('/') + 1)
    const answer = await route({ s3, query: url.searchParams, body: await readJson(http), id })
    if (isLines(answer)) await sendLines(response, answer)
    else sendJson(response, 200, answer ?? {})
  } catch (error) {
    if (response.headersSent) response.destroy()
    else sendJson(response, 400, { error: (error as Error).message })
  }
}

/** Page by page, so that a listing of a million objects costs no memory. */
function objects(s3: S3Server, query: URLSearchParams): AsyncIterable<unknown> {
  const versions = query.get('versions') === 'true'
  return s3.eachObject(query.get('bucket') ?? '', { prefix: query.get('prefix') ?? '', versions })
}

function user(s3: S3Server, query: URLSearchParams): string {
  return query.get('user') ?? s3.credentials.accessKeyId
}

function describeFault({ id, rule, hits }: ActiveFault): unknown {
  const key = rule.match?.key
  const pattern = key instanceof RegExp ? { ...rule, match: { ...rule.match, key: key.source } } : rule
  return { id, hits, rule: pattern }
}

async function readJson(http: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of http) chunks.push(chunk as Buffer)
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString())
}

function isLines(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer
}

async function sendLines(response: ServerResponse, lines: AsyncIterable<unknown>): Promise<void> {
  const iterator = lines[Symbol.asyncIterator]()
  let next = await iterator.next() // before the status is sent: a wrong bucket fails here
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' })
  for (; next.done !== true; next = await iterator.next()) {
    if (!response.write(`${JSON.stringify(next.value)}\n`)) await drained(response)
    if (response.destroyed) return
  }
  response.end()
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
}
