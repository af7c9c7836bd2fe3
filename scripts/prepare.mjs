// Makes a clone ready for the command behind it in an npm script: dependencies as locked, for `--test` the programs
// that the tests drive, for `--servers` the real servers that they are run against, for `--web` the dashboard built from
// its sources. Plain JavaScript for Node 20 and an empty node_modules, since that is what a fresh machine brings.
// Behind it in a script stands `env node`, not `node`: the shell remembers where it found the machine's node, and would not
// look again for the one that has just been installed.
// Says nothing when there is nothing to do, and speaks on stderr only: a command's stdout belongs to the command.
import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { alone } from './alone.mjs'
import { built } from './web-sources.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const MINUTE = 60_000

/** Which programs each flag asks for. Only root can mount the file systems that folders are tested on. */
const PROGRAMS = {
  '--test': ['rclone', 'chromium', 'sqlite3'],
  '--servers': [
    'radosgw',
    'ceph-mon',
    'ceph-osd',
    ...(process.getuid?.() === 0 ? ['mkfs.exfat', 'mount.exfat-fuse', 'lowntfs-3g'] : []),
  ],
}
/** Their Debian packages, where those have other names. */
const PACKAGES = { 'mkfs.exfat': 'exfatprogs', 'mount.exfat-fuse': 'exfat-fuse', 'lowntfs-3g': 'ntfs-3g' }

class Refusal extends Error {}

const say = (line) => console.error(`prepare: ${line}`)

/** Whether node_modules holds exactly what the lock file asks for. npm writes its record last, so half an install is none. */
function upToDate() {
  const packages = (path) => JSON.parse(readFileSync(join(root, path), 'utf8')).packages
  try {
    const wanted = packages('package-lock.json')
    const present = packages('node_modules/.package-lock.json')
    const same = (path) => wanted[path]?.integrity === present[path].integrity && existsSync(join(root, path))
    // Optional packages are those of other machines; the one that matters, the runtime, is looked at by itself.
    const needed = (path) => path !== '' && !wanted[path].optional
    return Object.keys(wanted).every((path) => !needed(path) || path in present) && Object.keys(present).every(same)
  } catch {
    return false
  }
}

/** Runs a program to its end with its output kept aside; the output is shown only when it fails. */
function run(command, args, { timeout, started = () => {} }) {
  return new Promise((resolve) => {
    const output = []
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout,
      killSignal: 'SIGKILL',
    })
    if (child.pid !== undefined) started(child.pid)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    const stop = (signal) => child.kill(signal)
    for (const signal of signals) process.on(signal, stop)
    child.stdout.on('data', (chunk) => output.push(chunk))
    child.stderr.on('data', (chunk) => output.push(chunk))
    child.once('error', (error) => resolve({ ok: false, output: `${command}: ${error.message}` }))
    child.once('close', (code, signal) => {
      for (const name of signals) process.off(name, stop)
      const end = signal === 'SIGKILL' ? `\n${command} was ended after ${timeout / MINUTE} minutes` : ''
      resolve({ ok: code === 0, output: `${Buffer.concat(output)}${end}`.trim() })
    })
  })
}

async function installDependencies(started) {
  say('installing dependencies (npm ci) ...')
  const begin = Date.now()
  // The npm that runs this script, if one does: another in PATH may be of another version.
  const npm = process.env.npm_execpath?.endsWith('npm-cli.js')
    ? [process.execPath, process.env.npm_execpath]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm']
  // Both are asked for by name, because NODE_ENV=production or an npm setting would leave them out.
  const args = [...npm.slice(1), 'ci', '--include=dev', '--include=optional', '--no-progress', '--loglevel=error']
  const { ok, output } = await run(npm[0], args, { timeout: 10 * MINUTE, started })
  if (!ok) throw new Refusal(`npm ci failed:\n${output}`)
  say(`dependencies installed in ${Math.round((Date.now() - begin) / 1000)} s`)
}

/** What the next command runs on: the pinned runtime, or this one if it is new enough. */
function checkRuntime() {
  if (existsSync(join(root, 'node_modules', '.bin', 'node'))) return
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 24 || (major === 24 && minor >= 11)) return
  throw new Refusal(
    `this is Node ${process.versions.node}, Drivekeep needs 24.11 or newer, and there is no pinned runtime for ` +
      `${process.platform} on ${process.arch}. Install a newer Node from https://nodejs.org and run this again.`,
  )
}

function inPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Builds the dashboard, with the pinned runtime where there is one: by now it is installed. */
async function buildDashboard(started) {
  say('building the dashboard ...')
  const begin = Date.now()
  const pinned = join(root, 'node_modules', '.bin', 'node')
  const node = existsSync(pinned) ? pinned : process.execPath
  const { ok, output } = await run(node, [join(root, 'scripts', 'build-web.mjs')], { timeout: 5 * MINUTE, started })
  if (!ok) throw new Refusal(`the dashboard could not be built:\n${output}`)
  say(`dashboard built in ${Math.round((Date.now() - begin) / 1000)} s`)
}

const asked = Object.entries(PROGRAMS).flatMap(([flag, programs]) => (process.argv.includes(flag) ? programs : []))
const missingPrograms = () => asked.filter((program) => !inPath(program))

/** How this user may run apt-get: directly, through sudo without a password, or not at all. */
async function aptGet() {
  if (!inPath('apt-get')) return null
  if (process.getuid?.() === 0) return { command: 'env', before: [] }
  if (!inPath('sudo')) return null
  const { ok } = await run('sudo', ['-n', 'true'], { timeout: MINUTE })
  return ok ? { command: 'sudo', before: ['-n', 'env'] } : null
}

async function installPrograms(started) {
  const missing = missingPrograms().map((program) => PACKAGES[program] ?? program)
  const how = `apt-get update && sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`
  const apt = await aptGet()
  if (apt === null) {
    const advice = inPath('apt-get') ? `Run:\n  sudo ${how}` : 'Install them with the package manager of this system.'
    throw new Refusal(`the tests need ${missing.join(', ')}, and this user may not install them. ${advice}`)
  }
  say(`installing ${missing.join(', ')} (apt-get) ...`)
  const quiet = ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300']
  const call = (...args) => run(apt.command, [...apt.before, ...quiet, ...args], { timeout: 10 * MINUTE, started })
  // A failed update alone is no reason to stop: the lists may be good enough.
  const update = await call('-o', 'Acquire::Retries=3', 'update')
  const install = await call('install', '-y', '--no-install-recommends', ...missing)
  const still = missingPrograms()
  if (install.ok && still.length === 0) return
  const output = [update, install].map((step) => step.output).join('\n')
  throw new Refusal(`${output}\n${still.join(', ')} could not be installed. Run:\n  sudo ${how}`)
}

try {
  const dashboardReady = () => !process.argv.includes('--web') || built(root)
  const ready = () => upToDate() && missingPrograms().length === 0 && dashboardReady()
  if (!ready()) {
    await alone(join(root, '.preparing'), { limit: 40 * MINUTE, say }, async (started) => {
      if (!upToDate()) await installDependencies(started)
      if (missingPrograms().length > 0) await installPrograms(started)
      checkRuntime()
      if (!dashboardReady()) await buildDashboard(started)
    })
  }
  checkRuntime()
} catch (error) {
  const known = error instanceof Refusal || ['EACCES', 'EROFS', 'ENOSPC'].includes(error.code)
  if (!known) throw error
  say(error.message)
  process.exitCode = 1
}
