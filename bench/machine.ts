import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
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
  const rclone = (await promisify(execFile)('rclone', ['version'])).stdout.split('\n', 1)[0]
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const line = [
    now.toISOString().slice(0, 16).replace('T', ' ').concat(' UTC'),
    cpus()[0]?.model.trim() || 'processor unknown',
    `${cpus().length} cores`,
    memory,
    `${distribution()}, Linux ${release()}`,
    `Node ${process.versions.node}`,
    rclone,
    `load before ${load.toFixed(2)}`,
  ].join(' · ')
  const warning =
    load > QUIET
      ? `The load average was ${load.toFixed(2)} before the first run: the machine was not quiet, and the figures are noise.`
      : null
  return { line, warning }
}

function distribution(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux'
  } catch {
    return 'Linux'
  }
}
