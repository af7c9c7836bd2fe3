import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Destination } from '../../src/backup/model/destination.ts'
import { createFolderDestination, type FolderOptions } from '../../src/destinations/folder/destination.ts'
import type { Place } from './place.ts'
import { MemoryUploadLog } from './upload-log.ts'

const MIB = 1024 * 1024

export interface FolderPlace extends Place {
  /** Where the folder is. */
  path: string
  again(options?: Partial<FolderOptions>): Destination
}

/** A folder destination in a new folder below `parent`; small parts, so that little is a large file. */
export async function startFolderPlace(parent = tmpdir(), options: Partial<FolderOptions> = {}): Promise<FolderPlace> {
  const above = await mkdtemp(join(parent, 'drivekeep-folder-'))
  const path = join(above, 'copies')
  await mkdir(path)
  const uploads = new MemoryUploadLog()
  const create = (more: Partial<FolderOptions> = {}) =>
    createFolderDestination({
      ...{ name: 'store', path, prefix: 'backup', marker: null, uploads },
      ...{ threshold: 8 * MIB, partSize: 5 * MIB },
      ...options,
      ...more,
    })
  return {
    path,
    uploads,
    destination: create(),
    again: create,
    [Symbol.asyncDispose]: () => rm(above, { recursive: true, force: true }),
  }
}
