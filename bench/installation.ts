import { execFile } from 'node:child_process'
import { cp, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { scratchFolder } from './children.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

let installing: Promise<string> | null = null

/**
 * The program as users have it: built, because a clone reads 500 files at every start, which takes a fifth of a second longer.
 * Made once from the sources as they are now; gives the path of `drivekeep`.
 */
export function installedDrivekeep(): Promise<string> {
  installing ??= install()
  return installing
}

async function install(): Promise<string> {
  const folder = await scratchFolder()
  const args = [join(ROOT, 'scripts', 'build-program.mjs'), join(folder, 'dist')]
  await promisify(execFile)(process.execPath, args, { timeout: 120_000 }).catch((error: { stderr?: string }) => {
    throw new Error(`the program cannot be built:\n${error.stderr ?? error}`, { cause: error })
  })
  await cp(join(ROOT, 'bin'), join(folder, 'bin'), { recursive: true })
  await cp(join(ROOT, 'package.json'), join(folder, 'package.json'))
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return join(folder, 'bin', 'drivekeep')
}
