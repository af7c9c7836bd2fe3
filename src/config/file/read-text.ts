import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ConfigError } from './problems.ts'

/** Larger is a mistake (a disk image, a log), and parsing it would only take long to say so. */
const LARGEST = 1024 * 1024

/** The text of the config file; null where there is none. Throws a ConfigError when it cannot be had. */
export function readText(file: string, shown: string): string | null {
  const fail = (message: string, remedy: string, line: number | null = null) => {
    const column = line === null ? null : 1
    return new ConfigError(shown, [{ kind: 'wrong', path: '', line, column, setBy: null, message, remedy }])
  }
  const bytes = readBytes(file, shown, fail)
  if (bytes === null) return null
  if (bytes === 'endless') throw fail('is a pipe or a device', 'Name a regular file: any other may never end.')
  if (bytes === 'large') throw fail('is larger than 1 MB', 'Point --config at a Drivekeep configuration.')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw fail('is not UTF-8 text', 'Save it as UTF-8 without other encodings in it.', lineOfBadByte(bytes))
  }
}

function readBytes(
  file: string,
  shown: string,
  fail: (message: string, remedy: string) => ConfigError,
): Buffer | 'large' | 'endless' | null {
  try {
    const found = statSync(file)
    if (!found.isFile() && !found.isDirectory()) return 'endless'
    return found.size > LARGEST ? 'large' : readFileSync(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    switch (code) {
      case 'ENOENT':
        return null
      case 'ENOTDIR':
        throw fail(`cannot be read, since ${dirname(shown)} is not a folder`, 'Name the file itself.')
      case 'EISDIR':
        throw fail('is a folder', 'Name the file inside it, such as config.yaml.')
      case 'EACCES':
      case 'EPERM':
        throw fail('may not be read by this user', 'Allow it (chmod, chown), or run as the user it belongs to.')
      default:
        throw fail(`cannot be read (${code ?? 'unknown error'})`, 'Check the file, its disk and its name.')
    }
  }
}

function lineOfBadByte(bytes: Buffer): number {
  let line = 1
  let start = 0
  while (start < bytes.length) {
    const newline = bytes.indexOf(10, start)
    const end = newline === -1 ? bytes.length : newline
    const piece = bytes.subarray(start, end)
    if (!Buffer.from(piece.toString('utf8'), 'utf8').equals(piece)) return line
    line += 1
    start = end + 1
  }
  return line
}
