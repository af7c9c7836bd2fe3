import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https'

/** PEM. */
export interface Certificate {
  cert: string | Buffer
  key: string | Buffer
}

export interface Limits {
  /** The head of a request, and a request as a whole, must have come within so many ms: who sends slower only holds a place. */
  headersMs: number
  requestMs: number
  /** A connection without a next request is closed after so many ms. Browsers reuse one for minutes, proxies for seconds. */
  keepAliveMs: number
  /** And one on which nothing at all moves; event streams say something every 15 seconds. */
  silenceMs: number
  /** Two hundred browsers with an event stream and some requests each; each costs some 30 KB. */
  connections: number
}

export const LIMITS: Limits = {
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 65_000,
  silenceMs: 120_000,
  connections: 1000,
}

/** How long a head may be: a cookie, a token and what proxies add. */
const LONGEST_HEAD = 16 * 1024

/** The socket's side of the server: encryption, time-outs and limits. */
export function createListener(listener: RequestListener, limits: Limits, certificate: Certificate | null): Server {
  const options: ServerOptions = {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    maxHeaderSize: LONGEST_HEAD,
    // How often the two are looked at.
    connectionsCheckingInterval: Math.min(limits.headersMs / 2, 5000),
  }
  const server =
    certificate === null
      ? createServer(options, listener)
      : // The same to all but TypeScript, which counts the TLS methods as missing.
        (createSecureServer({ ...options, ...certificate }, listener) as unknown as Server)
  server.timeout = limits.silenceMs
  server.maxConnections = limits.connections
  return server
}

/** Takes another certificate for connections from now on; those that are open stay. */
export function renewCertificate(server: Server, certificate: Certificate): void {
  ;(server as unknown as SecureServer).setSecureContext(certificate)
}
