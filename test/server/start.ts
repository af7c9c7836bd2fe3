import { mkdtemp, rm } from 'node:fs/promises'
import type { OutgoingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import { machineFault } from '../../src/app/machine-fault.ts'
import { addUser } from '../../src/catalog/access/users.ts'
import { type CatalogDatabase, openCatalog } from '../../src/catalog/open.ts'
import { type Access, openAccess } from '../../src/server/access/access.ts'
import { hashPassword } from '../../src/server/access/passwords/password-hash.ts'
import type { Role, Scope } from '../../src/server/contract/route.ts'
import type { Handler } from '../../src/server/http/handler.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/http/server.ts'
import { accessHandlers } from '../../src/server/resources/people/access.ts'
import type { SetupSteps } from '../../src/server/resources/setup.ts'
import { TestClock } from '../backup/harness.ts'
import { Client } from './client.ts'

export const PASSWORD = 'correct horse battery staple'

/** What a resource under test may build its handlers from. */
export interface TestParts {
  db: CatalogDatabase
  clock: TestClock
  log: Logger
  access: Access
}

export interface TestServerOptions extends Partial<Omit<ServerOptions, 'access' | 'handlers' | 'log'>> {
  /** Besides those of sign-in, users and tokens. */
  handlers?: (parts: TestParts) => Handler[] | Promise<Handler[]>
  setupSteps?: () => Promise<SetupSteps>
}

const NOTHING_SET_UP = { google: false, selection: false, destination: false, started: false }

/** The server over a catalog of its own, on a free port, as the thread of the daemon starts it. */
export class TestServer implements AsyncDisposable {
  readonly parts: TestParts
  /** Each line that was logged. */
  readonly logged: string[]
  /** What the operator was told to make the first account with. */
  readonly setupTokens: string[]
  readonly #server: RunningServer
  readonly #folder: string

  static async start(options: TestServerOptions = {}): Promise<TestServer> {
    const folder = await mkdtemp(join(tmpdir(), 'drivekeep-server-'))
    const [logged, setupTokens]: [string[], string[]] = [[], []]
    const db = await openCatalog(join(folder, 'sync_state.db'))
    const clock = new TestClock()
    const log = pino({ level: 'trace', base: null }, { write: (line: string) => void logged.push(line) })
    const access = await openAccess({
      db,
      now: () => clock.now(),
      log,
      announce: (token) => void setupTokens.push(token),
      isPassingFault: (error) => machineFault(error) !== null,
    })
    const parts = { db, clock, log, access }
    const { handlers = () => [], setupSteps = async () => NOTHING_SET_UP, ...rest } = options
    const server = await startServer({
      host: '127.0.0.1',
      port: 0,
      tls: null,
      trustedProxies: [],
      webFolder: join(folder, 'web'),
      machineFault: machineFault,
      ...rest,
      access,
      log,
      handlers: [...accessHandlers(access, setupSteps), ...(await handlers(parts))],
    })
    return new TestServer(server, parts, folder, logged, setupTokens)
  }

  private constructor(
    server: RunningServer,
    parts: TestParts,
    folder: string,
    logged: string[],
    setupTokens: string[],
  ) {
    this.#server = server
    this.parts = parts
    this.#folder = folder
    this.logged = logged
    this.setupTokens = setupTokens
  }

  get url(): string {
    return this.#server.url
  }

  get port(): number {
    return this.#server.port
  }

  get running(): RunningServer {
    return this.#server
  }

  /** Somebody who is not signed in. */
  client(headers: OutgoingHttpHeaders = {}): Client {
    return new Client(this.url, headers)
  }

  /** Adds a user with PASSWORD, and gives the number. */
  async user(name: string, role: Role): Promise<number> {
    const { db, clock } = this.parts
    const id = await addUser(db, { name, role, passwordHash: await hashOfPassword() }, clock.now())
    if (id === null) throw new Error(`there is a user ${name} already`)
    return id
  }

  /** A browser in which a new user with this role has signed in. */
  async signedIn(role: Role, name: string = role): Promise<Client> {
    await this.user(name, role)
    return this.signIn(name)
  }

  async signIn(name: string, client: Client = this.client()): Promise<Client> {
    const { status, text } = await client.post('/api/session', { name, password: PASSWORD })
    if (status !== 200) throw new Error(`${name} could not sign in: ${text}`)
    return client
  }

  /** A program with an API token of a new user with this role. */
  async withToken(role: Role, scopes: Scope[], name = `${role} of a token`.replaceAll(' ', '-')): Promise<Client> {
    const owner = await this.signedIn(role, name)
    const made = await owner.post<{ secret: string }>('/api/tokens', { name: 'test', scopes, expires_in_days: null })
    if (made.status !== 200) throw new Error(made.text)
    return this.client({ authorization: `Bearer ${made.body.secret}` })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
    await this.parts.db.destroy()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

let hash: Promise<string> | undefined
/** Made once: each takes a while, on purpose. */
function hashOfPassword(): Promise<string> {
  hash ??= hashPassword(PASSWORD)
  return hash
}
