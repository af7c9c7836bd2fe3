import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type RcloneOptions = {
  /** The text of `rclone.conf`; it lives in a folder of its own, which is removed afterwards. */
  config: string
  env?: Record<string, string>
  /** rclone is ended after this long, and the call fails. */
  timeoutMs?: number
}

export type RcloneResult = { code: number; stdout: string; stderr: string }

/** Variables that would change what rclone does: its own settings, proxies, and one that breaks its TLS. */
const MEDDLING = /^(RCLONE_.*|AWS_.*|(HTTPS?|NO|ALL)_PROXY|SSL_CERT_(FILE|DIR))$/i

/**
 * Runs the rclone program as a person would, with a configuration of its own.
 *
 * A failing rclone is a result, not an error: look at `code` and `stderr`. It throws only when rclone is missing or hangs.
 */
export async function runRclone(args: string[], options: RcloneOptions): Promise<RcloneResult> {
  const folder = await mkdtemp(join(tmpdir(), 'rclone-'))
  try {
    const config = join(folder, 'rclone.conf')
    await writeFile(config, options.config, { mode: 0o600 })
    return await run(['--config', config, ...args], folder, options)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function run(args: string[], home: string, options: RcloneOptions): Promise<RcloneResult> {
  const inherited = Object.entries(process.env).filter(([name]) => !MEDDLING.test(name))
  // HOME keeps rclone's cache folder apart from the one of whoever runs the tests.
  const env = { ...Object.fromEntries(inherited), HOME: home, XDG_CACHE_HOME: home, ...options.env }
  const timeoutMs = options.timeoutMs ?? 90_000
  return new Promise((resolve, reject) => {
    const child = spawn('rclone', args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`rclone ${args.join(' ')} did not end in ${timeoutMs} ms:\n${Buffer.concat(stderr)}`))
    }, timeoutMs)
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      reject(error.code === 'ENOENT' ? new Error('rclone is not installed: apt-get install rclone') : error)
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve({ code: code ?? -1, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() })
    })
  })
}
