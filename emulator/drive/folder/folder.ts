import type { DriveStore } from '../store/store.ts'
import { FolderItems } from './folder-items.ts'
import { type LeftOut, leftOutInWords } from './folder-left-out.ts'
import { FolderScan, type MayRead, mayRead } from './folder-scan.ts'
import { FolderWatch } from './folder-watch.ts'

export { FolderError } from './folder-scan.ts'

export interface FolderOptions {
  /** Names left out at any depth; default `.git` and `node_modules`. */
  skip?: readonly string[]
  /** How long the folder must be quiet before it is read again, in ms; default 100. A folder never quiet is read all the same. */
  settleMs?: number
  /** Default: what the system says. */
  mayRead?: MayRead
  /** Hears what is left out, when that is something, and whenever it changes; default the terminal. */
  say?: (line: string) => void
}

/** A local folder served as the first user's My Drive. */
export interface ServedFolder extends AsyncDisposable {
  readonly path: string
  /** As of the last look. */
  readonly leftOut: LeftOut
  /** Reads the folder now and puts what changed into the store; for those who do not want to wait for the watch. */
  rescan(): Promise<void>
}

/** So many times `settleMs` a folder that is never quiet is waited for. */
const PATIENCE = 10

/**
 * Serves a folder: each file is an item whose bytes are read from disk, each change becomes a mutation of the store.
 *
 * Ids follow from the files, so they are the same after a rename or a restart, and another for a file made anew under an old path.
 * A file that may not be read is an item that may not be downloaded. Symbolic links, special files, folders that cannot be read and
 * names that are not UTF-8 are left out and counted. What clients change through the API stays in memory and never touches the disk.
 *
 * Throws a `FolderError` when there is no such folder. One that goes away later is told on the terminal, and the Drive stays as it was.
 */
export async function serveFolder(store: DriveStore, root: string, options: FolderOptions = {}): Promise<ServedFolder> {
  const { settleMs = 100, say = console.error } = options
  const skip = new Set(options.skip ?? ['.git', 'node_modules'])

  let timer: NodeJS.Timeout | undefined
  let closed = false
  let noticedAt: number | undefined
  const watch = new FolderWatch((name) => {
    if (closed || (name !== null && skip.has(name))) return
    const now = performance.now()
    noticedAt ??= now
    clearTimeout(timer)
    const wait = Math.min(settleMs, Math.max(0, noticedAt + PATIENCE * settleMs - now))
    timer = setTimeout(() => void rescan().catch(reportLost), wait)
  })
  const scan = new FolderScan(root, skip, options.mayRead ?? mayRead, watch)
  const items = new FolderItems(store, root)

  let leftOut: LeftOut = {}
  const tell = (now: LeftOut): void => {
    const [before, words] = [leftOutInWords(leftOut), leftOutInWords(now)]
    leftOut = now
    if (words !== before) say(`Drive emulator: left out: ${words || 'nothing any more'}`)
  }

  const apply = async (): Promise<void> => {
    noticedAt = undefined
    const found = await scan.look()
    items.adopt(found.entries, await items.rewritten(found.entries))
    tell(found.leftOut)
  }

  let running: Promise<void> | undefined
  let again = false
  /** One scan at a time; a change during a scan asks for another one. */
  const rescan = (): Promise<void> => {
    if (running) {
      again = true
      return running
    }
    running = (async () => {
      do {
        again = false
        await apply()
      } while (again)
    })().finally(() => {
      running = undefined
    })
    return running
  }

  const close = async (): Promise<void> => {
    closed = true
    clearTimeout(timer)
    watch.close()
    await running?.catch(() => undefined)
  }
  try {
    const first = await scan.look()
    store.load(() => items.adopt(first.entries))
    tell(first.leftOut)
  } catch (error) {
    await close()
    throw error
  }
  return {
    path: root,
    get leftOut() {
      return leftOut
    },
    rescan,
    [Symbol.asyncDispose]: close,
  }
}

function reportLost(error: unknown): void {
  console.error('Drive emulator: the served folder could not be read:', error)
}
