import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { start, Tail } from './children.ts'
import type { Site } from './contest.ts'
import { envFor, HEAP_FLAGS, type Places, writePlaces } from './drivekeep.ts'

const PROGRAM = fileURLToPath(new URL('programs/daemon.ts', import.meta.url))

/** The daemon's work in a process of its own, without the dashboard. */
export interface Daemon extends AsyncDisposable {
  readonly pid: number
  /** Throws when it has ended by itself, with what it said. */
  check(): void
}

/** `drive`: the one over TLS. */
export async function startDaemon(places: Places, { drive }: Pick<Site, 'drive'>): Promise<Daemon> {
  const config = await writePlaces(places)
  const env = envFor({ drive })
  const child = await start(process.execPath, [...HEAP_FLAGS, PROGRAM, config], {
    env,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const said = new Tail(child)
  const ended = () => child.exitCode !== null || child.signalCode !== null
  return {
    pid: child.pid as number,
    check() {
      if (ended()) throw new Error(`the daemon ended: ${said.text}`)
    },
    async [Symbol.asyncDispose]() {
      if (ended()) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

/** Asks again and again until it is so. Throws when the daemon has ended, or after `limitMs`. */
export async function until(
  daemon: Daemon,
  what: string,
  limitMs: number,
  isSo: () => Promise<boolean>,
): Promise<void> {
  for (const began = performance.now(); !(await isSo()); ) {
    daemon.check()
    if (performance.now() - began > limitMs) throw new Error(`not within ${limitMs / 1000} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
