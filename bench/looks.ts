import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { start, Tail } from './children.ts'
import type { Site } from './contest.ts'
import { envFor, HEAP_FLAGS, writeConfig } from './drivekeep.ts'
import { PRESENT, type Version } from './installation.ts'

const LIMIT_MS = 120_000

/** What one cycle took, and did. */
export interface CycleTaken {
  ms: number
  cpuMs: number
  driveCalls: number
  s3Calls: number
  residentBytes: number
  end: 'done' | 'drained' | 'broken'
  seen: number
  synced: number
  moved: number
  failed: number
}

/** A process that keeps a catalog open, as the daemon does, and looks at the drive when it is told to. */
export interface Looker extends AsyncDisposable {
  look(): Promise<CycleTaken>
}

/** The catalog of the site's folder is used, or made by the first cycle. */
export async function startLooker(site: Site, version: Version = PRESENT): Promise<Looker> {
  const program = join(await version.sources(), 'bench', 'programs', 'cycles.ts')
  const config = await writeConfig(site)
  const child = await start(process.execPath, [...HEAP_FLAGS, program, config], { env: envFor(site), stdio: 'pipe' })
  const said = new Tail(child)
  const { stdin, stdout } = child
  if (stdin === null || stdout === null) throw new Error('a process without pipes')
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  return {
    async look() {
      const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
      stdin.write('look\n')
      const { value, done } = await lines.next()
      clearTimeout(limit)
      if (done === true) throw new Error(`a cycle did not end: ${said.text}`)
      const taken = JSON.parse(value) as CycleTaken
      if (taken.end !== 'done' || taken.failed > 0) throw new Error(`a cycle went wrong: ${value}`)
      return taken
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
