import { type FSWatcher, watch } from 'node:fs'

/**
 * Watches the folders of a tree one by one. Each is held before it is read, so that what happens while or after it is read is
 * noticed. (`recursive` of node:fs watches a new folder some time after it appeared, and on Linux every file by itself.)
 */
export class FolderWatch {
  readonly #held = new Map<string, { identity: string; watcher: FSWatcher }>()
  readonly #noticed: (name: string | null) => void
  #closed = false

  /** `noticed` hears the name of what changed, if that is known. */
  constructor(noticed: (name: string | null) => void) {
    this.#noticed = noticed
  }

  /**
   * Watches this folder from now on; another folder under a path held before takes its place. One that is gone or closed to us is
   * not watched, and whoever reads it will see that. Throws when the system has no room for more watches.
   */
  hold(path: string, identity: string): void {
    if (this.#closed || this.#held.get(path)?.identity === identity) return
    this.#drop(path)
    try {
      const watcher = watch(path, (_event, name) => this.#noticed(name))
      watcher.on('error', () => this.#drop(path))
      this.#held.set(path, { identity, watcher })
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOSPC' || code === 'EMFILE') throw error
    }
  }

  /** Lets go of all other folders. */
  keepOnly(paths: ReadonlySet<string>): void {
    for (const path of [...this.#held.keys()]) if (!paths.has(path)) this.#drop(path)
  }

  close(): void {
    this.#closed = true
    this.keepOnly(new Set())
  }

  #drop(path: string): void {
    this.#held.get(path)?.watcher.close()
    this.#held.delete(path)
  }
}
