import { once } from 'node:events'
import { start, Tail } from './children.ts'
import { cpuOfEndedChildren, peakMemoryOf } from './proc.ts'

/** A program as it is to be run. */
export interface Program {
  command: string
  args: readonly string[]
  env: NodeJS.ProcessEnv
  /** It is ended after so long, and the run fails. */
  limitSeconds: number
}

/** What one run of a program took, from before its start to its end. */
export interface Cost {
  seconds: number
  /** All threads, user and system. */
  cpuSeconds: number
  peakBytes: number
}

/** Growth of the peak is seen this often; what is added in a program's last moment can be missed. */
const LOOK_EVERY_MS = 20
/** More than any program here has to say. */
const STDOUT_LIMIT = 1024 * 1024

/**
 * Runs a program to its end and takes its cost from outside, so that it is the same measure for every program. One at a time:
 * CPU time is that of this process's ended children. Throws when it fails, with what it said.
 */
export async function measure({ command, args, env, limitSeconds }: Program): Promise<{ cost: Cost; stdout: string }> {
  const cpuBefore = cpuOfEndedChildren()
  const startedAt = performance.now()
  const child = await start(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const pid = child.pid as number
  let endedAt = 0
  let peakBytes = 0
  const look = () => {
    peakBytes = Math.max(peakBytes, peakMemoryOf(pid))
  }
  const watching = setInterval(look, LOOK_EVERY_MS)
  const limit = setTimeout(() => child.kill('SIGKILL'), limitSeconds * 1000)
  child.once('exit', () => {
    endedAt = performance.now()
  })
  let stdout = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout = (stdout + chunk).slice(-STDOUT_LIMIT)
  })
  const said = new Tail(child)
  const [code, signal] = await once(child, 'close')
  clearInterval(watching)
  clearTimeout(limit)
  if (code !== 0) {
    const end = signal === 'SIGKILL' ? `was ended after ${limitSeconds} s` : `ended with ${code ?? signal}`
    throw new Error(`${command} ${args.join(' ')} ${end}:\n${said.text}\n${stdout.slice(-2000)}`)
  }
  return {
    cost: { seconds: (endedAt - startedAt) / 1000, cpuSeconds: cpuOfEndedChildren() - cpuBefore, peakBytes },
    stdout,
  }
}
