import type { DriveEmulator } from '../emulator/drive/index.ts'
import type { Item } from '../emulator/drive/store/item.ts'
import { type Random, randomFrom } from '../emulator/drive/store/random.ts'

const FOLDER = 'application/vnd.google-apps.folder'
const NEW_NAMES = [
  'Meeting notes.txt',
  'Invoice.pdf',
  'Holiday photo.jpg',
  'Budget draft.csv',
  'Scan.pdf',
  'Ideas.md',
  'Contract v2.docx',
] as const
const PAUSE_MS = 3000

/**
 * Somebody works in the drive: every few seconds a file is created, edited, renamed, moved, trashed or restored. `tell`
 * is told in words what was done. Ends when disposed of.
 */
export function liveIn(drive: DriveEmulator, tell: (what: string) => void): Disposable {
  const random: Random = randomFrom(Date.now())
  const timer = setInterval(() => tell(doSomething(drive, random)), PAUSE_MS)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

function doSomething({ store, ...drive }: DriveEmulator, random: Random): string {
  const items = [...store.items()].filter(
    (item) => item.space === 'drive' && !store.isRoot(item) && item.owner !== null,
  )
  const some = (test: (item: Item) => boolean) => {
    const found = items.filter(test)
    return found[random.below(found.length)]
  }
  const living = (item: Item) => !store.isTrashed(item)
  const file = some((item) => living(item) && !item.mimeType.startsWith('application/vnd.google-apps'))
  const folder = some((item) => living(item) && item.mimeType === FOLDER)
  const trashed = some((item) => !living(item) && item.parents.length > 0)
  const text = () => `Written at ${new Date().toISOString()}\n${'All work and no play. '.repeat(random.below(2000))}`

  const dice = random.next()
  if (file === undefined || dice < 0.4) {
    const name = random.pick(NEW_NAMES)
    drive.create({ name, content: text(), ...(folder === undefined ? {} : { parent: folder.id }) })
    return `created ${name}${folder === undefined ? '' : ` in ${folder.name}`}`
  }
  if (dice < 0.65) {
    drive.edit(file.id, text())
    return `edited ${file.name}`
  }
  if (dice < 0.75) {
    const [before, stem, dot] = [file.name, file.name.replace(/( \(\d+\))?(\.[^.]*)?$/, ''), file.name.lastIndexOf('.')]
    const name = `${stem} (${1 + random.below(99)})${dot > 0 ? file.name.slice(dot) : ''}`
    drive.rename(file.id, name)
    return `renamed ${before} to ${name}`
  }
  if (dice < 0.85 && folder !== undefined) {
    drive.move(file.id, folder.id)
    return `moved ${file.name} to ${folder.name}`
  }
  if (dice < 0.93 || trashed === undefined) {
    drive.trash(file.id)
    return `put ${file.name} into the trash`
  }
  drive.restore(trashed.id)
  return `took ${trashed.name} out of the trash`
}
