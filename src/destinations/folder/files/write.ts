import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf } from '../errors.ts'

/** Writes a small file whole or not at all: what is there stays until the new content is on the disk. Makes its folder. */
export async function writeWhole(file: string, content: string): Promise<void> {
  const beside = `${file}.${randomUUID()}.tmp`
  try {
    await inFolder(dirname(beside), async () => {
      await using handle = await open(beside, 'wx')
      await handle.writeFile(content)
      await handle.datasync()
    })
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {})
    throw error
  }
}

/** Runs a task that needs a folder, and makes the folder where it is missing. */
export async function inFolder<T>(folder: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    await makeFolders(folder)
    return task()
  }
}

/** Not mkdir's `recursive`: on a read-only file system that says ENOENT (seen with Node 24). */
export async function makeFolders(folder: string): Promise<void> {
  if (await madeFolder(folder)) return
  await makeFolders(dirname(folder))
  if (!(await madeFolder(folder))) throw new Error(`${dirname(folder)} was removed while ${folder} was made in it`)
}

/** False: the folder that it belongs in is not there. */
async function madeFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder)
  } catch (error) {
    const code = errnoOf(error)
    if (code !== 'EEXIST' && code !== 'ENOENT') throw error
    return code === 'EEXIST'
  }
  return true
}

/** Brings the entries of a folder to the disk: a renamed file could be gone after a power cut otherwise. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle = await open(folder, 'r')
    await handle.sync()
  } catch (error) {
    // Some shares have no fsync for folders; a folder may also have been removed by now.
    const code = errnoOf(error)
    if (code !== 'EINVAL' && code !== 'ENOENT' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'EBADF')
      throw error
  }
}
