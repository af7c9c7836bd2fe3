import { randomUUID } from 'node:crypto'
import { lstat, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Fault } from '../../../backup/model/faults.ts'
import { errnoOf, ifThere } from '../errors.ts'
import { type Folder, plannedName } from '../folder.ts'
import { describes, type Label } from '../names/labels.ts'
import { folded, withHash } from '../names/names.ts'
import { fileAt, isOthers } from './find.ts'
import { syncFolder } from './write.ts'

/** What a label says of a content. */
export type About = Omit<Label, 'key' | 'name' | 'etag' | 'size' | 'mtimeNs' | 'ino' | 'stored'>

/** Another key's file or folder may come or go at its path meanwhile, more than once. */
const MOST_TRIES = 5
const CHANGED = new Set(['ENOENT', 'EISDIR', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST'])

/**
 * Makes a finished temporary file what the key shows, in one step; its bytes are on the disk already. Gives the ETag.
 *
 * The label is written before: after a crash in between, the file that was there still has its own.
 * Throws `storage/not-found` where the temporary file was removed, and what the file system says.
 */
export async function publish(folder: Folder, temporary: string, key: string, about: About): Promise<string> {
  const planned = await plannedName(folder, key)
  return folder.publishing.run(folded(planned), async () => {
    const stat = await ifThere(lstat(temporary, { bigint: true }))
    if (stat === null) throw new Fault('storage/not-found', key, { detail: 'its temporary file was removed' })
    for (let tries = 1; ; tries++) {
      const name = await roomFor(folder, key, planned)
      const etag = randomUUID().replaceAll('-', '')
      const { mtimeNs, ino, size } = stat
      const stored = new Date(folder.now()).toISOString()
      const file = { key, name, etag, size: Number(size), mtimeNs: String(mtimeNs), ino: String(ino), stored }
      const older = await note(folder, planned, { ...file, ...about })
      try {
        await rename(temporary, folder.root.absolute(name))
      } catch (error) {
        if (CHANGED.has(errnoOf(error) ?? '') && tries < MOST_TRIES) continue
        throw error
      }
      // Of two links to one file, rename(2) keeps both.
      await rm(temporary, { force: true })
      await syncFolder(dirname(folder.root.absolute(name)))
      // Where something was in its way before, it had another path.
      for (const other of older) if (other !== name) await rm(folder.root.absolute(other), { force: true })
      return etag
    }
  })
}

/** Forgets what was said of the key's file, and of the file's path. */
export async function forgetLabels(folder: Folder, key: string, names: Iterable<string>): Promise<void> {
  for (const name of names)
    await folder.labels.update(name, (labels) => {
      const others = labels.filter((label) => label.key !== key)
      return others.length === labels.length ? labels : others
    })
}

/**
 * Adds a label to those of the key, of which only the ones that describe a file are kept. Gives the paths where the key has files.
 */
async function note(folder: Folder, planned: string, label: Label): Promise<Set<string>> {
  const { key, name } = label
  const kept = new Set<string>()
  const files = new Set<string>()
  for (const one of await folder.labels.read(planned)) {
    if (one.key !== key) continue
    const stat = await fileAt(folder, one.name)
    if (stat === null || describes(one, stat) === 'no') continue
    kept.add(one.etag)
    files.add(one.name)
  }
  const add = (labels: Label[]) => [...labels.filter((one) => one.key !== key || kept.has(one.etag)), label]
  await folder.labels.update(planned, add)
  // A listing knows only the path.
  if (name !== planned) await folder.labels.update(name, add)
  return files
}

/** The path that the key's file gets. Its folders are there afterwards. What is in the way and another key's stays. */
async function roomFor(folder: Folder, key: string, planned: string): Promise<string> {
  const labels = await folder.labels.read(planned)
  const own = labels.filter((label) => label.key === key)
  // A run that died between label and file has left a label of nothing.
  const name = (await firstThere(folder, own)) ?? own.at(-1)?.name ?? planned
  const parent = (await folder.root.isFolder(dirname(name))) ? dirname(name) : await foldersOf(folder, key, planned)
  const at = join(parent, basename(name))
  if (await isFree(folder, key, at, labels)) return at
  const other = join(parent, withHash(basename(planned), key, await folder.rules()))
  if (await isFree(folder, key, other, await folder.labels.read(other))) return other
  throw new Fault('storage/path-taken', key, { detail: `${folder.root.absolute(at)} is in the way` })
}

async function firstThere(folder: Folder, labels: Label[]): Promise<string | null> {
  for (const label of labels) {
    const stat = await fileAt(folder, label.name)
    if (stat !== null && describes(label, stat) !== 'no') return label.name
  }
  return null
}

async function isFree(folder: Folder, key: string, name: string, labels: Label[]): Promise<boolean> {
  const stat = await ifThere(lstat(folder.root.absolute(name), { bigint: true }))
  if (stat === null || !stat.isFile()) return stat === null
  // Its own file, though another key's may have the same size and time.
  if (labels.some((one) => one.key === key && one.name === name && describes(one, stat) !== 'no')) return true
  return !(await isOthers(folder, { key, name, stat }, labels))
}

/** Makes the folders of a key, and gives the path of the last. Where a file or a link has the name, the folder gets a suffix. */
async function foldersOf(folder: Folder, key: string, planned: string): Promise<string> {
  const segments = key.split('/').slice(0, -1)
  const names = planned.split('/')
  let path = ''
  for (const [i, segment] of segments.entries()) {
    const folderKey = `${segments.slice(0, i + 1).join('/')}/`
    let name = join(path, names[i] ?? '')
    if (!(await makeFolder(folder, name))) {
      name = join(path, withHash(segment, folderKey, await folder.rules()))
      if (!(await makeFolder(folder, name)))
        throw new Fault('storage/path-taken', key, { detail: `${folder.root.absolute(name)} is in the way` })
    }
    if (basename(name) !== segment) await noteFolder(folder, folderKey, name)
    path = name
  }
  return path
}

/** False: something else has the name. */
async function makeFolder(folder: Folder, name: string): Promise<boolean> {
  const path = folder.root.absolute(name)
  const there = await ifThere(lstat(path))
  if (there !== null) return there.isDirectory()
  try {
    await mkdir(path)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    return (await ifThere(lstat(path)))?.isDirectory() ?? false
  }
  await syncFolder(dirname(path))
  return true
}

/** A folder whose name is not its key's: a listing learns the key from here. */
async function noteFolder(folder: Folder, key: string, name: string): Promise<void> {
  const nothing = { fileId: null, revision: null, modifiedTime: null, path: null, mimeType: null, sha256: null }
  const label = { key, name, etag: '', size: 0, mtimeNs: '0', ino: '0', stored: '', ...nothing }
  await folder.labels.update(name, (labels) =>
    labels.some((one) => one.key === key && one.name === name) ? labels : [...labels, label],
  )
}
