import { rm, rmdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { Fault } from '../../../backup/model/faults.ts'
import { errnoOf } from '../errors.ts'
import { type Folder, plannedName } from '../folder.ts'
import { folded, isMapped } from '../names/names.ts'
import { find } from './find.ts'
import { forgetLabels } from './publish.ts'

/** Removes the file, its label, and the folders that are empty then. */
export async function removeFile(folder: Folder, key: string, signal: AbortSignal): Promise<void> {
  const planned = await plannedName(folder, key)
  await folder.publishing.run(folded(planned), async () => {
    const found = await find(folder, key, signal)
    if (found === null) return
    if (!(await folder.root.isFolder(dirname(found.name))))
      throw new Fault('storage/path-taken', key, { detail: 'a link to elsewhere is among its folders' })
    await rm(folder.root.absolute(found.name), { force: true })
    await forgetLabels(folder, key, new Set([planned, found.name]))
    await removeEmpty(folder, dirname(found.name))
  })
}

async function removeEmpty(folder: Folder, from: string): Promise<void> {
  for (let name = from; `${name}/`.length > folder.base.length && name !== '.'; name = dirname(name)) {
    try {
      await rmdir(folder.root.absolute(name))
    } catch (error) {
      // Not empty, or gone; what else keeps it from being removed harms nothing.
      if (errnoOf(error) === null) throw error
      return
    }
    if (isMapped(basename(name)))
      await folder.labels.update(name, (labels) => labels.filter((one) => one.name !== name))
  }
}
