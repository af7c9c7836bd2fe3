import { FOLDER, nativeType } from '../store/kinds.ts'
import type { Random } from '../store/random.ts'
import type { DriveStore } from '../store/store.ts'
import { documentName, extension, folderName } from './names.ts'

const FOLDERS_PER_FILE = 0.08
const TOTAL_BYTES_PER_FILE = 150_000
const LARGEST = 40_000_000
const DEEPEST = 8

/** Native kinds with how many of them there are in two thousand files. */
const NATIVE: readonly (readonly [string, number])[] = [
  ['document', 70],
  ['spreadsheet', 45],
  ['presentation', 20],
  ['drawing', 8],
  ['script', 5],
  ['form', 5],
  ['site', 2],
  ['map', 1],
  ['jam', 1],
]
const SHORTCUTS = 30

/**
 * A drive as found in real life: `count` files (folders not counted) of log-normal size, names in many languages, native documents
 * of each kind (some of which cannot be exported), shortcuts.
 */
export function fillMixed(store: DriveStore, random: Random, count = 2000): void {
  const share = (of: number): number => Math.max(1, Math.round((of * count) / 2000))
  const folders = makeFolders(store, random, Math.ceil(count * FOLDERS_PER_FILE))
  const anywhere = (): string => folders[random.below(folders.length)]?.id ?? store.primary.rootId
  const made: string[] = []

  for (const [kind, of] of NATIVE) {
    for (let n = 0; n < share(of); n++) {
      const name = documentName(random, made.length)
      const nativeSize = Math.round(random.logNormal(20_000, 1))
      made.push(store.create({ name, parent: anywhere(), mimeType: nativeType(kind), nativeSize, ...times(random) }).id)
    }
  }
  const blobs = count - made.length - share(SHORTCUTS)
  let left = count * TOTAL_BYTES_PER_FILE
  for (let n = 0; n < blobs; n++) {
    const drawn = Math.min(LARGEST, Math.round(random.logNormal(30_000, 1.8)))
    const size = n === 0 ? 0 : drawn <= left ? drawn : Math.min(drawn, 2_000)
    left -= size
    const name = n === 0 ? '.keep' : `${documentName(random, n)}.${extension(random)}`
    made.push(store.create({ name, parent: anywhere(), size, ...times(random) }).id)
  }
  while (made.length < count) {
    const target = made[random.below(blobs)] ?? store.primary.rootId
    const name = store.get(target)?.name ?? 'Shortcut'
    made.push(store.create({ name, parent: anywhere(), target, ...times(random) }).id)
  }
}

function makeFolders(store: DriveStore, random: Random, count: number): { id: string; depth: number }[] {
  const folders = [{ id: store.primary.rootId, depth: 0 }]
  for (let n = 0; n < count; n++) {
    const parent = folders[random.below(folders.length)]
    if (!parent || parent.depth >= DEEPEST) continue
    const folder = store.create({ name: folderName(random), parent: parent.id, mimeType: FOLDER, ...times(random) })
    folders.push({ id: folder.id, depth: parent.depth + 1 })
  }
  return folders
}

const FIRST_DAY = Date.UTC(2018, 2, 1)
const LAST_DAY = Date.UTC(2026, 8, 30)

/** Most things are recent, and files are often older than their upload. */
function times(random: Random): { createdTime: number; modifiedTime: number } {
  const age = random.next() ** 2
  const createdTime = Math.floor(LAST_DAY - age * (LAST_DAY - FIRST_DAY))
  const shift = (random.next() - 0.4) * 90 * 24 * 3600_000
  return { createdTime, modifiedTime: Math.floor(Math.min(LAST_DAY, createdTime + shift)) }
}
