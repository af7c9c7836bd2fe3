import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Above this load something else takes part in the race. */
const QUIET = 0.5

export interface Machine {
  /** What a reader needs to compare figures: date, processor, cores, memory, versions, load before the first run. */
  line: string
  /** Null on a quiet machine. */
  warning: string | null
}

/** Looks at the machine; call it before anything else is started. */
export async function lookAtMachine(now = new Date()): Promise<Machine> {
  const [load = 0] = loadavg()
  const rclone = (await output('rclone', 'version')).split('\n', 1)[0]
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const line = [
    now.toISOString().slice(0, 16).replace('T', ' ').concat(' UTC'),
    cpus()[0]?.model.trim() || 'processor unknown',
    `${cpus().length} cores`,
    memory,
    `${distribution()}, Linux ${release()}`,
    `Node ${process.versions.node}`,
    rclone,
    `Drivekeep ${await commit()}`,
    `load before ${load.toFixed(2)}`,
  ].join(' · ')
  const warning =
    load > QUIET
      ? `The load average was ${load.toFixed(2)} before the first run: the machine was not quiet, and the figures are noise.`
      : null
  return { line, warning }
}

/** Which sources are measured. */
async function commit(): Promise<string> {
  const git = (...args: string[]) => output('git', '-C', fileURLToPath(new URL('..', import.meta.url)), ...args)
  try {
    const changed = await git('status', '--porcelain', '--', 'src', 'bin', 'package-lock.json')
    return `${(await git('rev-parse', '--short', 'HEAD')).trim()}${changed === '' ? '' : ' with changes'}`
  } catch {
    return 'outside of git'
  }
}

async function output(command: string, ...args: string[]): Promise<string> {
  return (await promisify(execFile)(command, args, { timeout: 30_000 })).stdout
}

function distribution(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux'
  } catch {
    return 'Linux'
  }
}
