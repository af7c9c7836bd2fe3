import type { Dirent } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ListedObject } from '../../../backup/model/destination.ts'
import { faultOf, ifThere } from '../errors.ts'
import { type Folder, operation } from '../folder.ts'
import { describes, labelOf } from '../names/labels.ts'
import { byBytes, isMapped } from '../names/names.ts'
import { etagOf, type Found, fileAt } from './find.ts'

/** Names of one folder held at a time: a folder with more is read again for the next ones, so memory stays bounded. */
const MOST_NAMES = 20_000
/** Files looked at together. */
const AT_ONCE = 16

interface Entry {
  /** Of the folder's key with a slash, or of the file's. */
  key: string
  /** The path below the root. */
  name: string
  isFolder: boolean
}

/**
 * The objects under a prefix, in the order of their keys. What is ours alone (labels, temporary files) is omitted, and so
 * are links and everything else that is neither file nor folder.
 */
export async function* listFiles(
  folder: Folder,
  prefix: string,
  signal: AbortSignal,
  mostNames = MOST_NAMES,
): AsyncGenerator<ListedObject> {
  await operation(folder, prefix, signal, async () => {})
  try {
    yield* walk(folder, { key: folder.base, name: folder.base, isFolder: true }, prefix, signal, mostNames)
  } catch (error) {
    throw signal.aborted ? signal.reason : faultOf(error, prefix)
  }
}

async function* walk(
  folder: Folder,
  at: Entry,
  prefix: string,
  signal: AbortSignal,
  mostNames: number,
): AsyncGenerator<ListedObject> {
  for await (const entries of inOrder(folder, at, prefix, mostNames)) {
    const names = new Set(entries.map(({ name }) => name))
    for (let i = 0; i < entries.length; ) {
      signal.throwIfAborted()
      const entry = entries[i]
      if (entry?.isFolder) {
        yield* walk(folder, entry, prefix, signal, mostNames)
        i += 1
        continue
      }
      const end = entries.findIndex((one, j) => j > i && (one.isFolder || j === i + AT_ONCE))
      const files = entries.slice(i, end === -1 ? undefined : end)
      for (const object of await Promise.all(files.map((file) => describe(folder, file, names))))
        if (object?.key.startsWith(prefix)) yield object
      i += files.length
    }
  }
  // The disk may have been taken away meanwhile: what is missing then is not gone.
  if (at.key === folder.base) await folder.root.ready()
}

/** The entries of a folder that have to do with the prefix, in stretches, each and all in the order of their keys. */
async function* inOrder(folder: Folder, at: Entry, prefix: string, mostNames: number): AsyncGenerator<Entry[]> {
  for (let after = ''; ; ) {
    let found: Entry[] = []
    let complete = true
    const keepFirst = () => {
      found.sort((a, b) => byBytes(a.key, b.key))
      if (found.length > mostNames) complete = false
      found = found.slice(0, mostNames)
    }
    const directory = await ifThere(opendir(folder.root.absolute(at.name), { bufferSize: 256 }))
    if (directory === null) return
    for await (const dirent of directory) {
      const entry = await entryOf(folder, at, dirent)
      if (entry === null || !concerns(entry, prefix) || (after !== '' && byBytes(entry.key, after) <= 0)) continue
      found.push(entry)
      if (found.length >= 2 * mostNames) keepFirst()
    }
    keepFirst()
    if (found.length > 0) yield found
    if (complete) return
    after = found.at(-1)?.key ?? ''
  }
}

function concerns({ key, isFolder }: Entry, prefix: string): boolean {
  return key.startsWith(prefix) || (isFolder && prefix.startsWith(key))
}

async function entryOf(folder: Folder, at: Entry, dirent: Dirent): Promise<Entry | null> {
  const isFolder = dirent.isDirectory()
  if (!isFolder && !dirent.isFile()) return null
  const name = join(at.name, dirent.name)
  if (isOurs(folder, isFolder ? `${name}/` : name)) return null
  const key = `${at.key}${dirent.name}${isFolder ? '/' : ''}`
  if (!isMapped(dirent.name)) return { key, name, isFolder }
  const label = (await folder.labels.read(name)).find((one) => one.name === name && one.key.endsWith('/') === isFolder)
  return { key: label?.key ?? key, name, isFolder }
}

function isOurs(folder: Folder, name: string): boolean {
  return [folder.scratch, folder.parts, folder.labelFolder, folder.rulesFile].includes(name)
}

/** `names`: of the entries around it, each of which has a label of its own. */
async function describe(folder: Folder, { key, name }: Entry, names: Set<string>): Promise<ListedObject | null> {
  const stat = await fileAt(folder, name)
  if (stat === null) return null
  const labels = await folder.labels.read(name)
  const own = labels.filter((label) => label.name === name)
  // Another spelling of the path, where the file system gives back its own.
  const others = labels.filter((label) => !names.has(label.name))
  const fitting = (own.length > 0 ? own : others).filter((label) => describes(label, stat) !== 'no')
  const label = labelOf(fitting, stat) ?? fitting.at(-1) ?? null
  const found: Found = { name, stat, label }
  return {
    key: label?.key ?? key,
    size: Number(stat.size),
    etag: etagOf(found),
    lastModified: label === null ? Number(stat.ctimeMs) : Date.parse(label.stored),
  }
}
