import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Programs that were started and have not ended, and folders that are to be removed. */
const living = new Set<ChildProcess>()
const folders = new Set<string>()

// Whatever ends the benchmark ends what it started: nothing keeps a core busy under the next run's figures.
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

/** Starts a program that ends with this process at the latest. Rejects when it cannot be started. */
export function start(command: string, args: readonly string[], options: SpawnOptions): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options)
    child.once('error', reject)
    child.once('spawn', () => {
      living.add(child)
      child.once('exit', () => living.delete(child))
      resolve(child)
    })
  })
}

/** A folder of one's own, removed by `remove` or at the end. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'drivekeep-bench-'))
  folders.add(folder)
  return folder
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  folders.delete(folder)
}

/** The end of what a program wrote, for the error that says how it failed. */
export class Tail {
  #text = ''

  constructor(child: ChildProcess) {
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#text = (this.#text + chunk).slice(-4000)
    })
  }

  get text(): string {
    return this.#text.trim()
  }
}
