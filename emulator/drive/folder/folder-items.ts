import { dirname, join } from 'node:path'
import { digest } from '../store/content.ts'
import { FOLDER } from '../store/kinds.ts'
import { idFrom } from '../store/random.ts'
import type { DriveStore } from '../store/store.ts'
import type { Entry } from './folder-scan.ts'

interface Known extends Entry {
  readonly id: string
}

/**
 * The items that stand for the files of a served folder.
 *
 * An id follows from the file itself, not from its path: it survives a rename and a restart, and a file made anew under an old path
 * gets another. The head revision follows from the file's times and size, and versions begin at the time of the first look; so
 * neither says again, after a restart, what it said before of other content.
 */
export class FolderItems {
  readonly #store: DriveStore
  readonly #root: string
  readonly #known = new Map<string, Known>()
  /** Those of deleted files too: Drive gives none out twice. */
  readonly #ids = new Set<string>()

  constructor(store: DriveStore, root: string) {
    this.#store = store
    this.#root = root
  }

  /** The paths of known files whose bytes are others than before, as far as their times, and in doubt their checksums, can tell. */
  async rewritten(entries: ReadonlyMap<string, Entry>): Promise<Set<string>> {
    const paths = new Set<string>()
    for (const entry of entries.values()) {
      const before = this.#known.get(entry.path)
      if (entry.folder || before?.identity !== entry.identity) continue
      if (before.bytes !== entry.bytes) paths.add(entry.path)
      // Its rights may have changed, or its bytes by a program that puts the time back.
      else if (!before.settled || before.changed !== entry.changed) {
        if (!(await this.#sameBytes(before))) paths.add(entry.path)
      }
    }
    return paths
  }

  /** Makes the store follow what was found; `rewritten` as above, of the same entries. */
  adopt(entries: ReadonlyMap<string, Entry>, rewritten: ReadonlySet<string> = new Set()): void {
    const homeless = this.#takeHomeless(entries)
    for (const entry of entries.values()) {
      const before = this.#known.get(entry.path) ?? this.#relocated(entry, homeless)
      if (before && !entry.folder) this.#update(before, entry, rewritten)
      this.#known.set(entry.path, { ...entry, id: before?.id ?? this.#add(entry) })
    }
    for (const { id } of [...homeless.values()].flat()) if (this.#store.get(id)) this.#store.remove(id)
  }

  async #sameBytes({ id, path, size }: Known): Promise<boolean> {
    const content = this.#store.get(id)?.content
    const md5 = content?.from === 'disk' ? content.memo?.get('md5') : undefined
    if (md5 === undefined) return false
    try {
      return (await digest({ from: 'disk', path: join(this.#root, path), size }, 'md5')) === md5
    } catch {
      // Closed to us: when it is opened its times change again, and then it is compared.
      return true
    }
  }

  /** Takes out those that are not where they were, by identity: of hard links there are several. */
  #takeHomeless(entries: ReadonlyMap<string, Entry>): Map<string, Known[]> {
    const homeless = new Map<string, Known[]>()
    for (const before of [...this.#known.values()]) {
      if (entries.get(before.path)?.identity === before.identity) continue
      this.#known.delete(before.path)
      homeless.set(before.identity, [...(homeless.get(before.identity) ?? []), before])
    }
    return homeless
  }

  /** The item that has this new path from now on, if it was known under another. Its folder has been seen to before. */
  #relocated(entry: Entry, homeless: Map<string, Known[]>): Known | undefined {
    const before = homeless.get(entry.identity)?.shift()
    const item = before && this.#store.get(before.id)
    if (!before || !item) return before
    const parent = this.#parentOf(entry)
    if (!item.parents.includes(parent)) this.#store.move(before.id, parent)
    // On a disk a rename leaves the time alone, and after a restart it is what the disk says.
    if (item.name !== nameOf(entry)) {
      this.#store.update(before.id, { name: nameOf(entry), modifiedTime: item.modifiedTime })
    }
    if (item.content?.from === 'disk') item.content.path = join(this.#root, entry.path)
    return before
  }

  #update(before: Known, entry: Entry, rewritten: ReadonlySet<string>): void {
    const item = this.#store.get(before.id)
    if (!item) return
    const moved = before.path !== entry.path
    if (rewritten.has(entry.path) || (moved && (before.bytes !== entry.bytes || !before.settled))) {
      const { size, modifiedTime } = entry
      const revision = revisionOf(entry, item.version + 1)
      this.#store.edit(before.id, { disk: join(this.#root, entry.path), size, modifiedTime, revision })
    }
    if (before.readable !== entry.readable) this.#store.update(before.id, { canDownload: entry.readable })
  }

  #add(entry: Entry): string {
    const { modifiedTime, createdTime, size, readable } = entry
    const version = this.#store.now()
    return this.#store.create({
      id: this.#newId(entry),
      name: nameOf(entry),
      parent: this.#parentOf(entry),
      createdTime,
      modifiedTime,
      version,
      ...(entry.folder
        ? { mimeType: FOLDER }
        : {
            disk: join(this.#root, entry.path),
            size,
            canDownload: readable,
            revision: revisionOf(entry, version),
          }),
    }).id
  }

  /** Of a further hard link the path must make the difference, and of a file that comes back the attempt. */
  #newId(entry: Entry): string {
    // The number of a device may be another after a restart of the machine.
    const file = entry.identity.slice(entry.identity.indexOf(':') + 1)
    for (let attempt = 0; ; attempt++) {
      const id = idFrom(`folder:${file}${attempt === 0 ? '' : `:${attempt}:${entry.path}`}`, '1', 33)
      if (this.#ids.has(id) || this.#store.get(id)) continue
      this.#ids.add(id)
      return id
    }
  }

  #parentOf({ path }: Entry): string {
    const id = this.#known.get(dirname(path))?.id
    return id !== undefined && this.#store.get(id) ? id : this.#store.primary.rootId
  }
}

/** What the id of a head revision follows from. Times do not tell apart what a file is written with while it is looked at. */
function revisionOf({ identity, bytes, changed, settled }: Entry, version: number): string {
  return `${identity}:${bytes}:${changed}${settled ? '' : `:${version}`}`
}

function nameOf({ path }: Entry): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
