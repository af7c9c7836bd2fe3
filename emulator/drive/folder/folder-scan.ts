import { isUtf8 } from 'node:buffer'
import { type BigIntStats, constants } from 'node:fs'
import { access, lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LeftOut, WhyLeftOut } from './folder-left-out.ts'
import type { FolderWatch } from './folder-watch.ts'

/** Whether this process may read the file, or list the folder. */
export type MayRead = (path: string, kind: 'file' | 'folder') => Promise<boolean>

/** A file or folder as one look found it. */
export interface Entry {
  /** Below the served folder. */
  readonly path: string
  readonly folder: boolean
  readonly size: number
  readonly modifiedTime: number
  readonly createdTime: number
  /** Names the file itself, whatever its path, and never another one: not even one that got its inode after it was deleted. */
  readonly identity: string
  /** Size and modification time: another one means other bytes. */
  readonly bytes: string
  /** When anything about the file last changed, its rights and its name included, by the clock of the system. */
  readonly changed: bigint
  /** Whether a change after this look would show in `changed`. */
  readonly settled: boolean
  readonly readable: boolean
}

export interface Found {
  /** By path, folders before what is in them. */
  readonly entries: Map<string, Entry>
  readonly leftOut: LeftOut
}

/** This cannot be served as a folder: the message says why. */
export class FolderError extends Error {}

/** The system's file times move in steps of up to 10 ms: two changes within one look like one. */
const STEP_MS = 20

/** Everything below a folder that can be served. Throws a `FolderError` if the folder itself cannot. */
export class FolderScan {
  readonly #root: string
  readonly #skip: ReadonlySet<string>
  readonly #mayRead: MayRead
  readonly #watch: FolderWatch

  constructor(root: string, skip: ReadonlySet<string>, mayRead: MayRead, watch: FolderWatch) {
    this.#root = root
    this.#skip = skip
    this.#mayRead = mayRead
    this.#watch = watch
  }

  async look(): Promise<Found> {
    const entries = new Map<string, Entry>()
    const leftOut: Partial<Record<WhyLeftOut, number>> = {}
    const leave = (why: WhyLeftOut): void => {
      leftOut[why] = (leftOut[why] ?? 0) + 1
    }
    this.#watch.hold(this.#root, identityOf(await this.#openRoot(), ''))
    const read = new Set<string>([this.#root])
    const open = ['']
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      const names = await this.#namesIn(folder)
      if (names === 'closed') leave('closedFolder')
      const looks = names === 'closed' ? [] : names.map((name) => this.#entryNamed(name, folder))
      for (const entry of await Promise.all(looks)) {
        if (typeof entry === 'string') leave(entry)
        if (entry === undefined || typeof entry === 'string') continue
        const { path } = entry
        entries.set(path, entry)
        if (!entry.folder) continue
        this.#watch.hold(join(this.#root, path), entry.identity)
        read.add(join(this.#root, path))
        open.push(path)
      }
    }
    this.#watch.keepOnly(read)
    await this.#settle(entries)
    return { entries, leftOut }
  }

  async #openRoot(): Promise<BigIntStats> {
    const refuse = (why: string): never => {
      throw new FolderError(`the folder ${JSON.stringify(this.#root)} cannot be served: ${why}`)
    }
    if (this.#root === '') return refuse('its name is empty')
    const found = await stat(this.#root, { bigint: true }).catch((error: NodeJS.ErrnoException) =>
      refuse(error.code === 'ENOENT' ? 'there is none of this name' : error.message),
    )
    if (!found.isDirectory()) return refuse('it is not a folder')
    if (!(await this.#mayRead(this.#root, 'folder'))) return refuse('its rights do not let this user read it')
    return found
  }

  /** As bytes, since not every name is text; in a fixed order, as the ids of hard links depend on it. */
  async #namesIn(folder: string): Promise<Buffer[] | 'closed'> {
    const full = join(this.#root, folder)
    if (!(await this.#mayRead(full, 'folder'))) return 'closed'
    try {
      return (await readdir(full, { encoding: 'buffer' })).sort(Buffer.compare)
    } catch (error) {
      // A folder may vanish between being seen and being read.
      return isGone(error) ? [] : 'closed'
    }
  }

  async #entryNamed(name: Buffer, folder: string): Promise<Entry | WhyLeftOut | undefined> {
    if (!isUtf8(name)) return 'notUtf8'
    const text = name.toString()
    return this.#skip.has(text) ? 'skipped' : this.#entryAt(folder === '' ? text : `${folder}/${text}`)
  }

  /** The file or folder, or why it is left out; undefined if it has just vanished. */
  async #entryAt(path: string): Promise<Entry | WhyLeftOut | undefined> {
    const full = join(this.#root, path)
    try {
      const found = await lstat(full, { bigint: true })
      if (found.isSymbolicLink()) return 'symbolicLink'
      if (found.isFIFO()) return 'namedPipe'
      if (found.isSocket()) return 'socket'
      const folder = found.isDirectory()
      if (!folder && !found.isFile()) return 'device'
      return entryOf(path, found, folder || (await this.#mayRead(full, 'file')))
    } catch (error) {
      return isGone(error) ? undefined : 'unreachable'
    }
  }

  /** Looks once more at files that changed just now, when a further change will show. One that is written all the time stays unsettled. */
  async #settle(entries: Map<string, Entry>): Promise<void> {
    const fresh = [...entries.values()].filter((entry) => !entry.folder && !entry.settled)
    if (fresh.length === 0) return
    await sleep(STEP_MS)
    for (const { path } of fresh) {
      const entry = await this.#entryAt(path)
      if (typeof entry === 'object' && !entry.folder) entries.set(path, entry)
      else entries.delete(path)
    }
  }
}

/** Asks the system, by access(2). */
export async function mayRead(path: string, kind: 'file' | 'folder'): Promise<boolean> {
  try {
    await access(path, kind === 'file' ? constants.R_OK : constants.R_OK | constants.X_OK)
    return true
  } catch (error) {
    // Whatever else is the matter, it is not the rights, and shows when the thing is looked at.
    const { code } = error as NodeJS.ErrnoException
    return code !== 'EACCES' && code !== 'EPERM'
  }
}

function entryOf(path: string, found: BigIntStats, readable: boolean): Entry {
  const age = Date.now() - Number(found.ctimeMs)
  return {
    path,
    folder: found.isDirectory(),
    size: Number(found.size),
    modifiedTime: Number(found.mtimeMs),
    createdTime: Number(found.birthtimeMs || found.mtimeMs),
    identity: identityOf(found, path),
    bytes: `${found.size}:${found.mtimeNs}`,
    changed: found.ctimeNs,
    // A time that lies ahead is of a clock that was set back since: the next change will have another.
    settled: Math.abs(age) >= STEP_MS,
    readable,
  }
}

/** An inode is used again after a deletion, hence the time of birth. On a file system without one a renamed file counts as another. */
function identityOf(found: BigIntStats, path: string): string {
  return `${found.dev}:${found.ino}:${found.birthtimeNs === 0n ? path : found.birthtimeNs}`
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}
