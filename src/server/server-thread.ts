import { Worker, type WorkerOptions } from 'node:worker_threads'
import type { Logger } from 'pino'
import { machineFault } from '../app/machine-fault.ts'
import { backOff } from '../backup/model/back-off.ts'
import type { Clock } from '../backup/model/parts.ts'
import type { ConfigFile } from '../config/file/load.ts'
import type { Progress } from './contract/status.ts'
import type { FromServer, ThreadData, ToServer } from './thread-messages.ts'

/** Says what keeps the server from its address, and the remedy. */
class CannotListen extends Error {
  override readonly name = 'CannotListen'
}

/** The server, in a thread beside the backup: neither waits for the other. */
export interface ServerThread extends AsyncDisposable {
  /** Passes on what goes on. While there is no server it is kept for the next one. */
  progress(progress: Progress): void
  /** config.yaml was read again, and is used from now on. */
  reloaded(file: ConfigFile): void
}

export interface ServerThreadOptions {
  /** The program, which runs the server when it is started as a thread. */
  entry: URL
  data: ThreadData
  log: Logger
  clock: Clock
  /** Tells the operator something that must not get lost, whatever the log is set to. */
  announce: (message: string) => void
}

/** A page of a list and what is read for it fit many times over; beyond it something is wrong, and only the thread ends. */
const LIMITS: WorkerOptions['resourceLimits'] = { maxOldGenerationSizeMb: 256 }
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000
/** What ends after so long a time ended for a new reason, and is begun again soon. */
const FORGIVEN_AFTER_MS = 10 * 60_000
/** Calls under way get three seconds; a thread that does not end then hangs. */
const CLOSING_MS = 5000

type Outcome = { type: 'closed' } | { type: 'refused'; message: string } | { type: 'died'; error: unknown }

/**
 * Starts the server and keeps it up. Resolves when it listens. Throws CannotListen for a reason that the operator can
 * mend, such as a port that is taken.
 *
 * When it dies of a defect, the backup goes on: that is what must not stop, and ending both would end the backup for as long
 * as the defect is met at every start. It is logged, and the server is started again, at growing intervals, for as long as
 * the daemon runs. `/api/health` does not answer meanwhile, so whoever watches that learns of it too.
 */
export async function startServerThread(options: ServerThreadOptions): Promise<ServerThread> {
  const thread = new Supervised(options)
  await thread.begun
  return thread
}

class Supervised implements ServerThread {
  readonly #options: ServerThreadOptions
  readonly #ending = new AbortController()
  readonly #running: Promise<void>
  /** Settles with the first attempt: it listens, or it cannot, or it died and will be tried again. */
  readonly begun: Promise<void>
  #worker: Worker | null = null
  #latest: Progress | null = null
  #data: ThreadData

  constructor(options: ServerThreadOptions) {
    this.#options = options
    this.#data = options.data
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.begun = promise
    this.#running = this.#run(resolve).catch(reject)
  }

  progress(progress: Progress): void {
    this.#latest = progress
    this.#send({ type: 'progress', progress })
  }

  reloaded(file: ConfigFile): void {
    this.#data = { ...this.#data, file }
    this.#send({ type: 'reloaded', file })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    this.#send({ type: 'close' })
    const worker = this.#worker
    const hung = setTimeout(() => void worker?.terminate(), CLOSING_MS)
    await this.#running
    clearTimeout(hung)
  }

  async #run(begun: () => void): Promise<void> {
    const { clock, log } = this.#options
    const { signal } = this.#ending
    let failures = 0
    for (let first = true; !signal.aborted; first = false) {
      const startedAt = clock.now()
      const outcome = await this.#once(begun)
      if (signal.aborted || outcome.type === 'closed') {
        if (outcome.type === 'died') log.error({ err: outcome.error }, 'the dashboard did not end as it should')
        break
      }
      if (first && outcome.type === 'refused') throw new CannotListen(outcome.message)
      failures = clock.now() - startedAt > FORGIVEN_AFTER_MS ? 1 : failures + 1
      const pause = backOff(failures, { firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS }, 0.5)
      this.#tell(outcome, `It is started again in ${pause / 1000} s; the backup goes on meanwhile.`)
      begun()
      await clock.sleep(pause, signal)
    }
    begun()
  }

  /** One life of the thread, from its start to its end. */
  #once(begun: () => void): Promise<Outcome> {
    const { entry } = this.#options
    return new Promise((resolve) => {
      const worker = new Worker(entry, { workerData: this.#data, resourceLimits: LIMITS, name: 'server' })
      this.#worker = worker
      let refused: string | null = null
      let died: unknown = null
      let url = ''
      worker.on('message', (message: FromServer) => {
        if (message.type === 'refused') refused = message.message
        else if (message.type === 'log') this.#log(message.line)
        else if (message.type === 'setup-token') this.#announceToken(message.token, url)
        else {
          url = message.url
          this.#listening(url)
          begun()
        }
      })
      worker.once('error', (error) => {
        died = error
      })
      worker.once('exit', (code) => {
        this.#worker = null
        if (refused !== null) resolve({ type: 'refused', message: refused })
        else if (this.#ending.signal.aborted && died === null) resolve({ type: 'closed' })
        else resolve({ type: 'died', error: died ?? new Error(`the thread ended by itself, with code ${code}`) })
      })
    })
  }

  #tell(outcome: Outcome, next: string): void {
    const { log } = this.#options
    const error = outcome.type === 'died' ? outcome.error : null
    const known = outcome.type === 'refused' ? outcome.message : machineFault(error)
    if (known !== null) log.error(`the dashboard ended: ${known} ${next}`)
    else log.error({ err: error }, `the dashboard ended by a defect of Drivekeep; please report it. ${next}`)
  }

  #listening(url: string): void {
    this.#options.announce(`Dashboard: ${url}`)
    if (this.#latest !== null) this.#send({ type: 'progress', progress: this.#latest })
  }

  #announceToken(token: string, url: string): void {
    // Behind the `#` no server, proxy or log of theirs sees it.
    const link = `${url}/setup#token=${token}`
    this.#options.announce(`There is no account yet. Make the first one at ${link} (set-up token: ${token})`)
  }

  /** Lines keep their level and fields; the time is that of arrival. */
  #log(line: string): void {
    const { level, time: _, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
    const known = level === 'error' || level === 'warn' || level === 'info' ? level : 'debug'
    this.#options.log[known](fields, String(msg))
  }

  #send(message: ToServer): void {
    this.#worker?.postMessage(message)
  }
}
