import type { Socket } from 'node:net'
import cookie from '@fastify/cookie'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Access } from '../access/access.ts'
import { answerProblems, refuseAddress, refuseConnection } from './answer-problems.ts'
import { guardRequests } from './guard-requests.ts'
import type { Handler } from './handler.ts'
import { type Certificate, createListener, LIMITS, type Limits, renewCertificate } from './listen.ts'
import { addPages } from './pages.ts'
import { serializerCompiler, validatorCompiler } from './route-schema.ts'
import { addRoutes } from './routes.ts'

export interface ServerOptions {
  /** A name or an address to listen on. */
  host: string
  /** 0: any that is free. */
  port: number
  /** Null: plain http. */
  tls: Certificate | null
  /** IP addresses and ranges of proxies that say truly who calls and by which name. */
  trustedProxies: readonly string[]
  access: Access
  /** Which routes there are; see `checkComplete`. */
  handlers: readonly Handler[]
  /** Where the built dashboard is; it need not be there. */
  webFolder: string
  log: Logger
  /** Says in words what is wrong with this machine, where an error comes from it; null for any other error. */
  machineFault: (error: unknown) => string | null
  limits?: Partial<Limits>
}

export interface RunningServer extends AsyncDisposable {
  /** As a browser on this machine reaches it: `http://127.0.0.1:8080`. */
  url: string
  port: number
  /** For connections from now on. */
  renewCertificate(certificate: Certificate): void
}

/** How long calls under way may take to end when the server does. Event streams are ended at once. */
const CLOSING_MS = 3000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** A session that was ended by the command line must not go on listening. */
const REVIEW_MS = 30_000

/** Starts to answer; resolves when it does. Throws what keeps it from listening (EADDRINUSE …). */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { access, log, host, port } = options
  const limits = { ...LIMITS, ...options.limits }
  const app: FastifyInstance = Fastify({
    serverFactory: (listener) => createListener(listener, limits, options.tls),
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    clientErrorHandler: refuseConnection,
    frameworkErrors: (error, request, reply) => refuseAddress(error, request as never, reply as never),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: false },
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  takeJsonAlone(app)
  answerProblems(app, options)
  guardRequests(app, options)
  await app.register(cookie)
  addRoutes(app, options.handlers, access)
  await addPages(app, options.webFolder)

  tellDropped(app, limits, log)
  const timers = [setInterval(() => run(access.tidy(), log), HOUR)]
  timers.push(setInterval(() => run(access.openCalls.review(), log), REVIEW_MS))
  for (const timer of timers) timer.unref()
  app.addHook('preClose', async () => {
    for (const timer of timers) clearInterval(timer)
    access.openCalls.endAll()
    setTimeout(() => app.server.closeAllConnections(), CLOSING_MS).unref()
  })
  await app.listen({ host, port })
  await access.tidy().catch((error: unknown) => {
    // With a full disk most can still be read, and it is now that somebody wants to.
    if (options.machineFault(error) === null) throw error
    log.error({ err: error }, 'housekeeping of the dashboard failed; it is tried again')
  })
  return {
    ...addressOf(app, options),
    renewCertificate: (certificate) => renewCertificate(app.server, certificate),
    [Symbol.asyncDispose]: async () => app.close(),
  }
}

/** Forms of other sites send text and form data without asking the browser; JSON they cannot. */
function takeJsonAlone(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Some clients announce JSON with every request, also where there is no body to it.
    if (body === '') done(null, undefined)
    else parse(request, body as string, done)
  })
}

function addressOf(app: FastifyInstance, { host, tls }: ServerOptions): { url: string; port: number } {
  const address = app.server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const everywhere = host === '0.0.0.0' || host === '::'
  const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return { url: `${tls === null ? 'http' : 'https'}://${name}:${port}`, port }
}

/** Work beside the requests. Its failure is a defect, or machineFault that the next turn may not meet. */
function run(work: Promise<void>, log: Logger): void {
  work.catch((error: unknown) => log.error({ err: error }, 'housekeeping of the dashboard failed; it is tried again'))
}

function tellDropped(app: FastifyInstance, limits: Limits, log: Logger): void {
  let toldAt = Number.NEGATIVE_INFINITY
  app.server.on('drop', (dropped?: { remoteAddress?: Socket['remoteAddress'] }) => {
    if (performance.now() - toldAt < MINUTE) return
    toldAt = performance.now()
    log.warn(
      { address: dropped?.remoteAddress },
      `the dashboard has ${limits.connections} connections open and takes no more until some end`,
    )
  })
}
