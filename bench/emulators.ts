import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { request } from 'undici'
import { start, Tail } from './children.ts'

/** An emulator in a process of its own. */
interface Emulator extends AsyncDisposable {
  readonly pid: number
  readonly url: string
  /** Asks its control interface; see the emulator's README. */
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>
}

/** The Drive emulator: over TLS, by its own address and behind a proxy that stands in for Google's hosts. */
export interface DriveProcess extends Emulator {
  readonly httpsUrl: string
  readonly proxyUrl: string
  readonly caFile: string
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
}

export interface S3Process extends Emulator {
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** A million checksums take their time. */
const START_LIMIT_MS = 300_000

/** `args` as on its command line; `folder` is where its CA goes. Its checksums are computed before it is ready. */
export async function startDrive(folder: string, args: readonly string[]): Promise<DriveProcess> {
  const caFile = join(folder, `ca-${Math.random().toString(36).slice(2)}.pem`)
  const { emulator, ready } = await startEmulator('drive', ['--warm', '--https', '--ca-file', caFile, ...args])
  return Object.assign(emulator, ready as Omit<DriveProcess, keyof Emulator | 'caFile'>, { caFile })
}

export async function startS3(buckets: readonly string[], args: readonly string[]): Promise<S3Process> {
  const { emulator, ready } = await startEmulator('s3', [...buckets.flatMap((name) => ['--bucket', name]), ...args])
  return Object.assign(emulator, ready as Omit<S3Process, keyof Emulator>)
}

async function startEmulator(name: 'drive' | 's3', args: readonly string[]) {
  const main = fileURLToPath(new URL(`../emulator/${name}/main.ts`, import.meta.url))
  const child = await start(process.execPath, [main, '--json', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = new Tail(child)
  const line = await firstLine(child)
  if (line === null) throw new Error(`the ${name} emulator did not start: ${said.text}`)
  const ready: unknown = JSON.parse(line)
  const { url } = ready as { url: string }
  const emulator: Emulator = {
    pid: child.pid as number,
    url,
    control: (method, path, body) => control(`${url}/_emulator/${path}`, method, body),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL') // it holds nothing but memory
      await once(child, 'exit')
    },
  }
  return { emulator, ready }
}

/** Null when it ends, or says nothing in time. */
async function firstLine(child: ChildProcess): Promise<string | null> {
  if (child.stdout === null) return null
  const limit = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS)
  try {
    for await (const line of createInterface({ input: child.stdout })) return line
    return null
  } finally {
    clearTimeout(limit)
    child.stdout.resume()
  }
}

async function control(url: string, method: 'GET' | 'POST' | 'DELETE', body: unknown): Promise<unknown> {
  const answer = await request(url, { method, ...(body !== undefined && { body: JSON.stringify(body) }) })
  const text = await answer.body.text()
  if (answer.statusCode !== 200) throw new Error(`${method} ${url}: ${answer.statusCode} ${text}`)
  return JSON.parse(text)
}
