import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** So much of what a program says is kept, for the error when something goes wrong. */
const KEPT_LINES = 12

interface Started {
  child: ChildProcess
  name: string
  lines: string[]
  ended: Promise<{ code: number | null; output: string }>
}

/**
 * Programs that work for this process and do not outlive it: disposing ends them at once, and so does the end of this
 * process, even when it was killed.
 */
export class Processes implements AsyncDisposable {
  readonly #started: Started[] = []

  constructor() {
    process.once('exit', this.#killAll)
  }

  /** Starts a program that goes on until it is ended, and gives its process id. */
  start(command: string, args: readonly string[]): number {
    const { child } = this.#spawn(command, args)
    if (child.pid === undefined) throw new Error(`${command} could not be started`)
    return child.pid
  }

  /** Runs a program to its end and gives what it wrote on stdout. */
  async run(command: string, args: readonly string[], signal: AbortSignal): Promise<string> {
    const { child, ended, lines } = this.#spawn(command, args)
    const kill = () => child.kill('SIGKILL')
    signal.addEventListener('abort', kill)
    if (signal.aborted) kill()
    const { code, output } = await ended
    signal.removeEventListener('abort', kill)
    if (code === 0) return output
    const end = signal.aborted ? 'did not end in time' : `ended with code ${code}`
    throw new Error([`${command} ${args.join(' ')} ${end}`, ...lines].join('\n'))
  }

  /** The last lines of those that were started to stay, and whether they have ended. */
  lastLines(): string {
    const each = this.#started.map(({ child, name, lines }) => {
      const state = child.exitCode === null && child.signalCode === null ? 'still runs' : 'has ended'
      return [`--- ${name} ${state}; its last lines:`, ...lines].join('\n')
    })
    return each.join('\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#killAll()
    await Promise.all(this.#started.map(({ ended }) => ended))
    process.off('exit', this.#killAll)
  }

  #spawn(command: string, args: readonly string[]): Started {
    // A killed process runs no handlers, so the kernel is asked to end what it has started.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const lines: string[] = []
    const output: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.trim() !== '') lines.push(line)
      if (lines.length > KEPT_LINES) lines.shift()
    })
    const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
      child.once('error', (error) => {
        lines.push(String(error))
        resolve({ code: null, output: '' })
      })
      child.once('close', (code) => resolve({ code, output: Buffer.concat(output).toString() }))
    })
    const started = { child, name: command, lines, ended }
    this.#started.push(started)
    return started
  }

  readonly #killAll = () => {
    for (const { child } of this.#started) child.kill('SIGKILL')
  }
}
