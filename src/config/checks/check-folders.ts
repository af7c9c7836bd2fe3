import { accessSync, constants, lstatSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Written } from '../schema/schema.ts'
import type { Complaints } from './complaints.ts'

/** What the schema cannot see of `data_dir`: whether it is a folder to write to, or can become one. */
export function checkFolders(written: Written, resolve: (path: string) => string, complaints: Complaints): void {
  const folder = resolve(written.data_dir)
  const found = faultAt(folder)
  if (found === null) return
  const shown = JSON.stringify(folder).slice(1, -1)
  const where = found.place === folder ? 'which' : `and ${found.place}`
  complaints.add(['data_dir'], `names ${shown}, ${where} ${found.complaint}`, 'Name a folder to write to.')
}

/** A folder that is not there yet is made at the first start, with those above it: the nearest that is there is looked at. */
function faultAt(place: string): { place: string; complaint: string } | null {
  const complaint = folderComplaint(place)
  if (complaint === MISSING) return faultAt(dirname(place))
  return complaint === null ? null : { place, complaint }
}

const MISSING = Symbol('there is nothing there')

function folderComplaint(folder: string): string | typeof MISSING | null {
  try {
    if (!statSync(folder).isDirectory()) return 'is not a folder'
    if (HOLDS_NO_FILES.has(statfsSync(folder).type)) return 'belongs to the system, which keeps no files there'
    accessSync(folder, constants.W_OK | constants.X_OK)
    return null
  } catch (error) {
    switch ((error as NodeJS.ErrnoException).code) {
      case 'ENOENT':
        return isLink(folder) ? 'is a link to what does not exist (a disk that is not mounted?)' : MISSING
      case 'ENOTDIR':
        return 'is not a folder'
      case 'ENAMETOOLONG':
        return 'is too long a name'
      case 'ELOOP':
        return 'is a link that leads back to itself'
      case 'ERR_INVALID_ARG_VALUE':
        return 'has a NUL character in it'
      default:
        return 'may not be written to by this user'
    }
  }
}

/** /proc and /sys, by their magic numbers (statfs(2)). */
const HOLDS_NO_FILES = new Set([0x9fa0, 0x62656572])

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
}
