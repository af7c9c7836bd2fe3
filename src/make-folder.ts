import { mkdirSync, readlinkSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder, and those above it that are missing; one that is there is left as it is. What is in the way is thrown: as
 * the system's own error where that says enough (a lack of rights or of room), else as NoFolder.
 *
 * Level by level: with `recursive`, Node 24 never returns where a file system says of a folder that is there that it is not,
 * as /proc does when one is to be made in it.
 */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return
  const above = dirname(folder)
  if (above !== folder) makeFolder(above)
  try {
    mkdirSync(folder)
  } catch (error) {
    if (!isFolder(folder)) throw faultWith(folder, error) // else another program has made it in this moment
  }
}

/** Why a folder cannot be made, and what to do about it. */
class NoFolder extends Error {
  override readonly name = 'NoFolder'
}

function faultWith(folder: string, error: unknown): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EEXIST': {
      const target = linkTarget(folder)
      if (target === null) return new NoFolder(`${folder} is in the way: a folder is needed there. Name another.`)
      return new NoFolder(
        `${folder} is a link to ${target}, which is no folder. If it lies on another disk, mount that.`,
      )
    }
    case 'ENOENT':
      return new NoFolder(`the folder ${folder} cannot be made: ${dirname(folder)} takes none. Name another.`)
    case 'ENAMETOOLONG':
      return new NoFolder(`the folder ${folder} cannot be made: its name is too long. Name another.`)
    case 'ERR_INVALID_ARG_VALUE':
      return new NoFolder(`the folder ${JSON.stringify(folder)} cannot be made: no name may hold a NUL. Name another.`)
    default:
      return error
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}
