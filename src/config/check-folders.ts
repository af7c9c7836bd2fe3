import { accessSync, constants, statSync } from 'node:fs'
import type { Complaints } from './complaints.ts'
import type { Written } from './schema.ts'

/** What the schema cannot see of `data_dir` and `temp_dir`: whether they can be what they should be. */
export function checkFolders(written: Written, resolve: (path: string) => string, complaints: Complaints): void {
  const data = folderTrouble(resolve(written.data_dir))
  // A data folder that is not there yet is made at the first start.
  if (data !== null && data !== 'does not exist') {
    complaints.add(['data_dir'], `names ${resolve(written.data_dir)}, which ${data}`, 'Name a folder to write to.')
  }
  if (written.sync.temp_dir === null) return
  const temp = folderTrouble(resolve(written.sync.temp_dir))
  if (temp === null) return
  const remedy = 'Remove the line, since files are streamed and need no such folder; or create it.'
  complaints.add(['sync', 'temp_dir'], `names ${resolve(written.sync.temp_dir)}, which ${temp}`, remedy)
}

function folderTrouble(folder: string): string | null {
  try {
    if (!statSync(folder).isDirectory()) return 'is not a folder'
    accessSync(folder, constants.W_OK | constants.X_OK)
    return null
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return 'does not exist'
    return code === 'ENOTDIR' ? 'is not a folder' : 'may not be written to by this user'
  }
}
