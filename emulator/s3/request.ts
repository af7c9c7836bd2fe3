import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { S3Error } from './errors.ts'

/** A request with its address taken apart. `key` is decoded; '' never occurs. */
export interface S3Request {
  readonly http: IncomingMessage
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** As received, without the query: what a signature covers. */
  readonly rawPath: string
  /** Decoded pairs in the order received: what a signature covers. */
  readonly queryPairs: readonly (readonly [string, string])[]
  readonly query: ReadonlyMap<string, string>
  readonly bucket: string | null
  readonly key: string | null
}

const NO_PAIRS: readonly (readonly [string, string])[] = []
const NO_QUERY: ReadonlyMap<string, string> = new Map()
const VIRTUAL_HOST = /^([a-z0-9][a-z0-9.-]*)\.localhost(?::\d+)?$/i

/** Takes a request's address apart, in path style, or in virtual-host style where Host is `<bucket>.localhost`. */
export function parseRequest(http: IncomingMessage): S3Request {
  const url = http.url ?? '/'
  const mark = url.indexOf('?')
  const rawPath = mark === -1 ? url : url.slice(0, mark)
  const queryPairs = mark === -1 ? NO_PAIRS : parseQuery(url.slice(mark + 1))
  const hostBucket = VIRTUAL_HOST.exec(http.headers.host ?? '')?.[1]
  const path = decode(rawPath.slice(1))
  const slash = hostBucket === undefined ? path.indexOf('/') : -1
  const bucket = hostBucket ?? (slash === -1 ? path : path.slice(0, slash))
  const key = hostBucket !== undefined ? path : slash === -1 ? '' : path.slice(slash + 1)
  return {
    http,
    method: http.method ?? 'GET',
    headers: http.headers,
    rawPath,
    queryPairs,
    query: queryPairs === NO_PAIRS ? NO_QUERY : new Map(queryPairs),
    bucket: bucket === '' ? null : bucket,
    key: key === '' ? null : key,
  }
}

function parseQuery(raw: string): readonly (readonly [string, string])[] {
  return raw
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      const name = equals === -1 ? pair : pair.slice(0, equals)
      const value = equals === -1 ? '' : pair.slice(equals + 1)
      return [decode(name.replaceAll('+', ' ')), decode(value.replaceAll('+', ' '))] as const
    })
}

/** Percent-decodes UTF-8 strictly: bytes that are not UTF-8 are InvalidURI, as at AWS. */
export function decode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    throw new S3Error('InvalidURI')
  }
}

/** A header that may come once; '' counts as absent. */
export function header(request: S3Request, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A whole number in the query, between the given bounds. */
export function queryNumber(request: S3Request, name: string, fallback: number, max: number): number {
  const raw = request.query.get(name)
  if (raw === undefined || raw === '') return fallback
  if (!/^\d{1,10}$/.test(raw) || Number(raw) > 2 ** 31 - 1) {
    throw new S3Error('InvalidArgument', `Provided ${name} not an integer or within integer range`, {
      ArgumentName: name,
      ArgumentValue: raw,
    })
  }
  return Math.min(Number(raw), max)
}
