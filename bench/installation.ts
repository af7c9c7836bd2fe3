import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { scratchFolder } from './children.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const MINUTE = 60_000

/** The product at one state of its sources. */
export interface Version {
  /** As a contender. */
  name: string
  /** The folder of its sources, with its dependencies: its own programs in bench/programs run from there. */
  sources(): Promise<string>
  /**
   * The path of `drivekeep` as users have it: built, because a clone reads 500 files at every start, which takes a fifth of a
   * second longer. Made once.
   */
  installed(): Promise<string>
}

/** The sources as they are now. */
export const PRESENT: Version = version('drivekeep', async () => ROOT)

/** The sources of a commit, in a folder of their own. */
export function versionOf(commit: string): Version {
  return version(`drivekeep ${commit}`, () => checkOut(commit))
}

function version(name: string, find: () => Promise<string>): Version {
  let [found, built]: [Promise<string> | null, Promise<string> | null] = [null, null]
  const sources = () => {
    found ??= find()
    return found
  }
  const installed = () => {
    built ??= sources().then(install)
    return built
  }
  return { name, sources, installed }
}

async function checkOut(commit: string): Promise<string> {
  const folder = await scratchFolder()
  const archive = join(folder, 'sources.tar')
  const sources = join(folder, 'sources')
  await mkdir(sources)
  await run('git', ['-C', ROOT, 'archive', '-o', archive, commit])
  await run('tar', ['-xf', archive, '-C', sources])
  const lock = async (root: string) => readFile(join(root, 'package-lock.json'), 'utf8')
  if ((await lock(sources)) === (await lock(ROOT)))
    await symlink(join(ROOT, 'node_modules'), join(sources, 'node_modules'))
  else await run('npm', ['ci', '--no-progress', '--loglevel=error'], sources)
  return sources
}

async function install(sources: string): Promise<string> {
  const folder = await scratchFolder()
  await run(process.execPath, [join(sources, 'scripts', 'build-program.mjs'), join(folder, 'dist')])
  await cp(join(sources, 'bin'), join(folder, 'bin'), { recursive: true })
  await cp(join(sources, 'package.json'), join(folder, 'package.json'))
  await symlink(join(sources, 'node_modules'), join(folder, 'node_modules'))
  return join(folder, 'bin', 'drivekeep')
}

async function run(command: string, args: readonly string[], cwd = ROOT): Promise<void> {
  const env = { ...process.env, NO_COLOR: '1' }
  await promisify(execFile)(command, args, { cwd, env, timeout: 10 * MINUTE }).catch((error: { stderr?: string }) => {
    throw new Error(`${command} ${args.join(' ')}:\n${error.stderr ?? error}`)
  })
}
