import { tlsFailure } from './tls-failure.ts'

/** What a failed exchange means: nobody was reached, or what answers does not speak HTTP. */
export interface NetworkFailure {
  what: 'unreachable' | 'not-http'
  /** In words, or the system's own; not cut and not cleaned. */
  detail: string
}

/** A time-out of our own; undici names its own. Its message says what did not come, and within which time. */
export class ExchangeTimeout extends Error {
  override readonly name = 'ExchangeTimeout'
}

/**
 * What a failed connection means; null when the error is not the network's: a defect of ours must stay one, and the end of a
 * client that was closed is no failure.
 */
export function networkFailure(error: unknown): NetworkFailure | null {
  if (!(error instanceof Error)) return null
  if (error instanceof ExchangeTimeout) return { what: 'unreachable', detail: error.message }
  const { code, syscall } = error as NodeJS.ErrnoException
  // undici's `code` is not always set then.
  if (error.name === 'HTTPParserError' || code?.startsWith('HPE_')) {
    return { what: 'not-http', detail: `not HTTP: ${error.message}` }
  }
  if (typeof code !== 'string' || NOT_THE_NETWORK.has(code)) return null
  // With several addresses Node gives an AggregateError without words of its own.
  const first = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error
  const detail = UNDICI[code] ?? tlsFailure(first)
  if (detail !== null) return { what: 'unreachable', detail }
  const system = syscall !== undefined || error instanceof AggregateError || SYSTEM.test(code)
  if (!system) return null
  const words = first.message === '' ? code : first.message
  return { what: 'unreachable', detail: words.includes(code) ? words : `${code}: ${words}` }
}

const UNDICI: Readonly<Record<string, string | undefined>> = Object.assign(Object.create(null), {
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'connected, but no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped coming',
  UND_ERR_SOCKET: 'the connection was closed before the end of the answer',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer was shorter than announced',
})

/** undici's own errors that mean a defect of ours or an orderly end. */
const NOT_THE_NETWORK: ReadonlySet<string> = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_INVALID_RETURN_VALUE',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_ABORTED',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
])

/** Socket and DNS errors (`ECONNREFUSED`), undici's others, and those of TLS. */
const SYSTEM = /^(?!ERR_)(E[A-Z0-9]+|EAI_[A-Z]+|UND_ERR_[A-Z_]+)$|CERT|^ERR_(SSL|TLS)|SELF_SIGNED|UNABLE_TO|SIGNATURE/
