import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { ItemFault, ListFault } from '../faults/faults.ts'
import type { QueryString } from '../listing/query-string.ts'
import type { Access } from '../oauth/scopes.ts'
import type { User } from '../store/item.ts'
import { badRequest } from './errors.ts'
import type { Cost } from './quota.ts'

/** Who calls. */
export interface Identity {
  user: User
  /** The app's project: quota is counted for a project and for each user of it. */
  project: string
  /** Null: may do anything. */
  scopes: ReadonlySet<string> | null
}

/** One call of the API, whether it came by itself or within a batch. */
export interface Call {
  readonly method: string
  readonly path: string
  /** The parts of the path that the pattern names, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: QueryString
  readonly headers: IncomingHttpHeaders
  readonly user: User
  readonly project: string
  /** What is to go wrong with this listing, if anything. */
  readonly listFault: ListFault | undefined
  /** How the metadata of one file is to be wrong, if at all. */
  readonly itemFault: ItemFault | undefined
  body(): Promise<Buffer>
}

/** What a handler gives back; the server writes it. Exactly one of `json`, `body` or neither. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | number>>
  /** Serialised by the server, pretty-printed unless asked otherwise. */
  readonly json?: unknown
  readonly body?: Buffer | string | Iterable<Buffer> | AsyncIterable<Buffer>
  /** Of `body`, if it is iterable and its length is known. */
  readonly length?: number
}

interface RouteBase {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `/drive/v3/files/:id`; a segment may be followed by nothing else. */
  readonly pattern: string
  /** The name under which requests are counted, as in Google's reference: `files.list`. */
  readonly name: string
}

/** An API method: authenticated, priced, subject to quota and faults. */
export interface ApiRoute extends RouteBase {
  readonly cost: Cost
  readonly access: Access
  /** This one answers when `alt=media` is asked for on the path. */
  readonly media?: true
  readonly handler: (call: Call) => Reply | Promise<Reply>
}

/** Anything else (sign-in pages, control): it gets the bare request and answers by itself. Errors thrown become a 500. */
export interface RawRoute extends RouteBase {
  readonly raw: (request: IncomingMessage, response: ServerResponse, url: URL) => unknown
}

export type Route = ApiRoute | RawRoute

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return { status, json: value, headers }
}

export const NO_CONTENT: Reply = { status: 204 }

/** The body as a JSON object; an empty body counts as `{}`. */
export async function jsonBody(call: Call): Promise<Record<string, unknown>> {
  const text = (await call.body()).toString()
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // The same answer as for JSON that is no object.
  }
  throw badRequest('Invalid JSON payload received.')
}
