import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Agent, request } from 'undici'
import { start, Tail } from './children.ts'
import type { Site } from './contest.ts'
import { s3Calls } from './counters.ts'
import { envFor, writeConfig } from './drivekeep.ts'
import { PRESENT } from './installation.ts'

const USER = 'bench'
const PASSWORD = 'as long as it has to be'
const READY_WITHIN_MS = 120_000

/** An answer with how long its first byte and the whole of it took. */
interface Timed {
  status: number
  ms: number
  text: string
}

/** The daemon as it is installed, backing up, with somebody signed in to its dashboard. */
export interface Dashboard extends AsyncDisposable {
  readonly pid: number
  get(path: string): Promise<Timed>
  /** Opens an event stream, which is read and counted until it is ended. */
  listen(): Promise<Listener>
  /** Files stored a second, while `during` goes on: by what the storage has been asked. */
  throughput(during: () => Promise<unknown>): Promise<number>
}

export interface Listener {
  readonly bytes: number
  readonly broken: boolean
  end(): void
}

/** The catalog of the site's folder is used as it is. */
export async function startDashboard(site: Site): Promise<Dashboard> {
  const config = ['--config', await writeConfig(site)]
  const program = await PRESENT.installed()
  await addUser(program, config)
  const child = await start(program, ['start', ...config], { env: envFor(site), stdio: ['ignore', 'pipe', 'pipe'] })
  const said = new Tail(child)
  const url = await addressIn(child, said)
  // Each call has a connection of its own to go on, as the browsers together have.
  const agent = new Agent({ connections: 500, headersTimeout: 30_000, bodyTimeout: 0 })
  const cookie = await signIn(url)
  const headers = { cookie }
  return {
    pid: child.pid as number,
    async get(path) {
      const began = performance.now()
      const { statusCode: status, body } = await request(url + path, { headers, dispatcher: agent })
      const text = await body.text()
      return { status, ms: performance.now() - began, text }
    },
    listen: () => listen(`${url}/api/events`, headers, agent),
    async throughput(during) {
      const [before, began] = [await s3Calls(site.s3), performance.now()]
      await during()
      return ((await s3Calls(site.s3)) - before) / ((performance.now() - began) / 1000)
    },
    async [Symbol.asyncDispose]() {
      await agent.destroy()
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

async function addUser(program: string, config: readonly string[]): Promise<void> {
  const args = ['user', 'add', USER, '--role', 'admin', '--password-stdin', ...config]
  const child = await start(program, args, { stdio: ['pipe', 'ignore', 'pipe'] })
  const said = new Tail(child)
  child.stdin?.end(`${PASSWORD}\n`)
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`no user could be added: ${said.text}`)
}

async function addressIn(child: ChildProcess, said: Tail): Promise<string> {
  if (child.stderr === null) throw new Error('a process without pipes')
  child.stdout?.resume()
  const limit = setTimeout(() => child.kill('SIGKILL'), READY_WITHIN_MS)
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /Dashboard: (http:\/\/[\w.:]+)/.exec(line)?.[1]
    if (url === undefined) continue
    clearTimeout(limit)
    child.stderr.resume()
    return url
  }
  throw new Error(`the dashboard did not start: ${said.text}`)
}

async function signIn(url: string): Promise<string> {
  const answer = await request(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: USER, password: PASSWORD }),
  })
  const text = await answer.body.text()
  if (answer.statusCode !== 200) throw new Error(`nobody could sign in: ${text}`)
  const cookies = [answer.headers['set-cookie'] ?? []].flat()
  return cookies.map((cookie) => cookie.split(';', 1)[0]).join('; ')
}

async function listen(url: string, headers: { cookie: string }, dispatcher: Agent): Promise<Listener> {
  const ending = new AbortController()
  const answer = await request(url, { headers, dispatcher, signal: ending.signal })
  if (answer.statusCode !== 200) throw new Error(`no stream: ${answer.statusCode} ${await answer.body.text()}`)
  const listener = { bytes: 0, broken: false, end: () => ending.abort() }
  answer.body.on('data', (chunk: Buffer) => {
    listener.bytes += chunk.length
  })
  answer.body.once('close', () => {
    listener.broken = !ending.signal.aborted
  })
  answer.body.on('error', () => {}) // `close` follows
  return listener
}
