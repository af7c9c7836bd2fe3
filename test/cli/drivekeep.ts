import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type DriveEmulator, type DriveOptions, startDrive } from '../../emulator/drive/index.ts'
import { type S3Options, type S3Server, startS3 } from '../../emulator/s3/index.ts'

export const BIN = fileURLToPath(new URL('../../bin/drivekeep', import.meta.url))
export const BUCKET = 'backup'
/** A bound against a hang; nothing waits for it to pass. */
const PATIENCE_MS = 60_000

export interface Result {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  bin?: string
  cwd?: string
  env?: Record<string, string>
  stdin?: string
  /** Keeps stdin open for `type`. */
  typing?: boolean
  /** A bound against a hang, longer where several tests share a daemon. */
  patienceMs?: number
}

/** What would change what the program does: credentials and proxies of whoever runs the tests. */
const MEDDLING = /^(AWS_.*|GOOGLE_.*|(HTTPS?|NO|ALL)_PROXY|NOTIFY_SOCKET|WATCHDOG_.*)$/i

/** A program under way, with what it has written so far. */
export class Running {
  readonly ended: Promise<Result>
  stdout = ''
  stderr = ''
  readonly #child: ChildProcess

  constructor(command: string, args: readonly string[], options: Omit<RunOptions, 'bin'>) {
    const { cwd, env, stdin, typing = false, patienceMs = PATIENCE_MS } = options
    const inherited = Object.entries(process.env).filter(([name]) => !MEDDLING.test(name))
    const child = spawn(command, args, { cwd, env: { ...Object.fromEntries(inherited), ...env } })
    this.#child = child
    child.stdout.on('data', (chunk) => {
      this.stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      this.stderr += chunk
    })
    child.stdin.on('error', () => {}) // it may not want any
    if (!typing) child.stdin.end(stdin ?? '')
    this.ended = new Promise((resolve, reject) => {
      const hung = setTimeout(() => child.kill('SIGKILL'), patienceMs)
      child.once('error', reject)
      child.once('close', (code, signal) => {
        clearTimeout(hung)
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr })
      })
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get #over(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  type(text: string): void {
    this.#child.stdin?.write(text)
  }

  /** Resolves once this stands on stdout. */
  async shows(text: string): Promise<void> {
    await until(() => this.stdout.includes(text) || this.#over)
    if (!this.stdout.includes(text)) throw new Error(`ended without showing ${text}:\n${this.stdout}${this.stderr}`)
  }

  /** Resolves once the program has written this to stderr, where its log goes. Throws when it ends without. */
  async says(text: string, times = 1): Promise<void> {
    const said = () => this.stderr.split(text).length > times
    await until(() => said() || this.#over)
    if (!said()) throw new Error(`ended without saying ${JSON.stringify(text)}:\n${this.stderr}`)
  }
}

/** A Drive, a bucket, and a folder with a configuration that joins them, for one test. */
export class Installation implements AsyncDisposable {
  readonly drive: DriveEmulator
  readonly s3: S3Server
  readonly folder = mkdtempSync(join(tmpdir(), 'drivekeep-cli-'))
  readonly #started: Running[] = []

  static async start({ drive, s3 }: { drive?: DriveOptions; s3?: S3Options } = {}): Promise<Installation> {
    const installation = new Installation(await startDrive(drive), await startS3({ buckets: [BUCKET], ...s3 }))
    installation.configure()
    return installation
  }

  private constructor(drive: DriveEmulator, s3: S3Server) {
    this.drive = drive
    this.s3 = s3
  }

  /** Writes config.yaml; what is given replaces single keys of its sections. */
  configure(
    changes: { google?: object; bucket?: object; sync?: object; daemon?: object; top?: object } = {},
    name = 'config.yaml',
  ): string {
    const { clientId, clientSecret, refreshToken } = this.drive.credentials
    const { accessKeyId, secretAccessKey } = this.s3.credentials
    const config = {
      sources: {
        google_drive: {
          api_url: this.drive.url,
          token_url: `${this.drive.url}/token`,
          client_id: clientId,
          client_secret: clientSecret,
          refresh_token: refreshToken,
          ...changes.google,
        },
      },
      destinations: {
        aws_s3: {
          bucket: BUCKET,
          endpoint: this.s3.url,
          force_path_style: true,
          access_key_id: accessKeyId,
          secret_access_key: secretAccessKey,
          ...changes.bucket,
        },
      },
      sync: { interval_seconds: 1, retry_delay_seconds: 0, retry_attempts: 1, ...changes.sync },
      // Tests run side by side.
      daemon: { api_port: 0, ...changes.daemon },
      ...changes.top,
    }
    const file = join(this.folder, name)
    writeFileSync(file, JSON.stringify(config, null, 2)) // JSON is YAML
    return file
  }

  /** Starts `drivekeep` in the folder of the configuration. It is ended with the test. */
  spawn(args: readonly string[], { bin = BIN, cwd = this.folder, ...options }: RunOptions = {}): Running {
    const running = new Running(bin, args, { cwd, ...options })
    this.#started.push(running)
    return running
  }

  run(args: readonly string[], options?: RunOptions): Promise<Result> {
    return this.spawn(args, options).ended
  }

  /** Runs a command with --json that must succeed, and gives what it printed last. */
  async json<Answer>(...args: string[]): Promise<Answer> {
    const { code, stdout, stderr } = await this.run([...args, '--json'])
    if (code !== 0) throw new Error(`drivekeep ${args.join(' ')} ended with ${code}:\n${stderr}`)
    return JSON.parse(stdout) as Answer
  }

  /** Starts the daemon and waits until it has come to its loop. */
  async daemon(options?: RunOptions): Promise<Running> {
    const running = this.spawn(['start'], options)
    await running.says('"started"')
    return running
  }

  /** Runs another program in the folder, as an operator would. */
  async program(command: string, ...args: string[]): Promise<Result> {
    return new Running(command, args, { cwd: this.folder }).ended
  }

  /** What storage holds, but for the marker of the destination. */
  async objects(options: Parameters<S3Server['objects']>[1] = {}): ReturnType<S3Server['objects']> {
    return (await this.s3.objects(BUCKET, options)).filter(({ key }) => !isMarker(key))
  }

  /** How many objects were sent to storage, but for the marker of the destination; only those with this status, if given. */
  puts(status?: number): number {
    const sent = this.s3.requests.recent().filter(({ operation, key }) => operation === 'PutObject' && !isMarker(key))
    return sent.filter((one) => status === undefined || one.status === status).length
  }

  /** What the bucket holds under the account: path → text. */
  async stored(): Promise<Record<string, string>> {
    const objects = await this.s3.objects(BUCKET, { prefix: 'owner@example.com/' })
    const entries = objects.map(async ({ key }) => {
      const body = await this.s3.body(BUCKET, key)
      return [key.slice('owner@example.com/'.length), body.toString()] as const
    })
    return Object.fromEntries(await Promise.all(entries))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const running of this.#started) running.kill('SIGKILL')
    await Promise.all(this.#started.map(({ ended }) => ended))
    await this.drive[Symbol.asyncDispose]()
    await this.s3[Symbol.asyncDispose]()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Resolves as soon as `condition` holds. Throws when it never does. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(20)) if (await condition()) return
  throw new Error(`${condition} did not come true within ${PATIENCE_MS / 1000} s`)
}

function isMarker(key: string | null): boolean {
  return key?.endsWith('.drivekeep/destination.json') === true
}
