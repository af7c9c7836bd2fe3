import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { pino } from 'pino'
import { realClock } from '../app/compose.ts'
import { Configuration } from '../app/configuration.ts'
import { machineFault } from '../app/machine-fault.ts'
import { openCatalog } from '../catalog/open.ts'
import type { Config } from '../config/config.ts'
import { catalogFileOf } from '../config/file/load.ts'
import { ConfigError } from '../config/file/problems.ts'
import { openAccess } from './access/access.ts'
import { allHandlers } from './compose-server.ts'
import { NOTHING_MOVES } from './figures/progress.ts'
import { CertificateFiles } from './http/certificate-files.ts'
import { type RunningServer, startServer } from './http/server.ts'
import type { FromServer, ThreadData, ToServer } from './thread-messages.ts'

/** As deep in the sources as in the bundle. */
const WEB_FOLDER = fileURLToPath(new URL('../../dist/web', import.meta.url))
/** The backup holds the catalog for milliseconds; who holds it for longer (a VACUUM) is named to the caller. */
const BUSY_MS = 5000
const CERTIFICATE_LOOK_MS = 60_000

/** Runs the server in a thread of the daemon's process, until the daemon says otherwise. */
export async function runServerThread(): Promise<void> {
  if (parentPort === null) throw new Error('the thread of the server was started as a program')
  const port = parentPort
  const tell = (message: FromServer) => port.postMessage(message)
  const { file, version, compileCache } = workerData as ThreadData
  if (compileCache !== undefined) module.enableCompileCache(compileCache)
  const log = pino(
    { level: 'debug', base: null, formatters: { level: (label) => ({ level: label }) } },
    { write: (line: string) => tell({ type: 'log', line }) },
  )
  const clock = realClock
  const db = await openCatalog(catalogFileOf(file), { busyMs: BUSY_MS })
  const configuration = new Configuration(db, file, clock.now)
  const access = await openAccess({
    db,
    now: clock.now,
    log,
    announce: (token) => tell({ type: 'setup-token', token }),
    isPassingFault: (error) => machineFault(error) !== null,
  })
  let progress = NOTHING_MOVES
  const parts = { db, clock, configuration, progress: () => progress, access, log, version }
  const { handlers, close } = allHandlers(parts)
  const { config } = (await configuration.current()).loaded
  try {
    const certificate = config.daemon.tls === null ? null : new CertificateFiles(config.daemon.tls, log)
    await using server = await listen(config, { access, handlers, log, tls: certificate?.read() ?? null })
    tell({ type: 'listening', url: server.url })
    await access.setupToken.needed()
    using _renewing = everyMinute(() => certificate?.look(server.renewCertificate))
    await untilClosed(port, (message) => {
      if (message.type === 'progress') progress = message.progress
      else
        configuration
          .reload(message.file)
          .catch((error) => log.error({ err: error }, 'the dashboard shows older settings'))
    })
    close() // first of all what streams and goes on behind answers, so that nothing is cut off in mid-word
  } catch (error) {
    const message = listenFailure(error, config)
    if (message === null) throw error
    tell({ type: 'refused', message })
  } finally {
    close()
    await db.destroy()
    port.close()
  }
}

type Listening = Pick<Parameters<typeof startServer>[0], 'access' | 'handlers' | 'log' | 'tls'>

function listen({ daemon }: Config, parts: Listening): Promise<RunningServer> {
  return startServer({
    host: daemon.apiHost,
    port: daemon.apiPort,
    trustedProxies: daemon.trustedProxies,
    webFolder: WEB_FOLDER,
    machineFault: (error) => (error instanceof ConfigError ? error.message : machineFault(error)),
    ...parts,
  })
}

/** What to do when it cannot listen; null where an error says nothing of that. */
function listenFailure(error: unknown, { daemon }: Config): string | null {
  const { apiHost: host, apiPort: port } = daemon
  const { code, syscall } = error as NodeJS.ErrnoException
  if (syscall !== 'listen' && syscall !== 'getaddrinfo') return null
  switch (code) {
    case 'EADDRINUSE':
      return `the dashboard cannot listen on ${host}, port ${port}: another program does. End it, or set daemon.api_port to another port.`
    case 'EACCES':
      return `the dashboard may not listen on port ${port}: below 1024 that takes root. Set daemon.api_port to a higher one, such as 8080.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the dashboard cannot listen on ${host}: this machine has no such address. Set daemon.api_host to 127.0.0.1 for this machine alone, or to 0.0.0.0 for every network.`
    default:
      return null
  }
}

function everyMinute(look: () => void): Disposable {
  const timer = setInterval(look, CERTIFICATE_LOOK_MS)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

function untilClosed(port: MessagePort, told: (message: Exclude<ToServer, { type: 'close' }>) => void): Promise<void> {
  return new Promise((resolve) => {
    port.on('message', (message: ToServer) => {
      if (message.type === 'close') resolve()
      else told(message)
    })
  })
}
