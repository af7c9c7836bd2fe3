import { FOLDER, nativeType } from '../store/kinds.ts'
import type { DriveStore, NewItem } from '../store/store.ts'

const NOON = Date.UTC(2026, 5, 15, 12)
const LOOKING_ALIKE = 'café'

/** Names that break paths, keys, URLs, shells, logs or Unicode handling. */
const NAMES: readonly string[] = [
  'a/b',
  '/leading slash',
  'trailing slash/',
  '//',
  '/',
  '..',
  '.',
  '...',
  '../../etc/passwd',
  ' leading space',
  'trailing space ',
  ' ',
  'two  spaces',
  'new\nline.txt',
  'carriage\rreturn',
  'tab\there',
  'null\u0000byte',
  'bell\u0007 and escape\u001b[31m',
  'delete\u007f',
  '100%.txt',
  '100%25.txt',
  '%2F',
  'a+b.txt',
  'a b.txt',
  'a%20b.txt',
  'hash#tag.txt',
  'what?.txt',
  'a=b&c=d.txt',
  'semi;colon',
  'quote"double',
  "quote'single",
  'back\\slash',
  'back`tick$(touch pwned)',
  '<script>alert(1)</script>.html',
  'pipe|star*colon:.txt',
  '~$lock.docx.bak',
  'CON',
  'aux.txt',
  'ends with dot.',
  '.hidden',
  '-rf',
  'emoji 👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿.txt',
  'right\u202eto-left txt.exe',
  'zero\u200bwidth',
  '\ufeffbyte order mark',
  LOOKING_ALIKE.normalize('NFC'),
  LOOKING_ALIKE.normalize('NFD'),
  'Straße',
  'STRASSE',
  'İstanbul',
  'ﬁle',
  'Kelvin K',
  'Upper.txt',
  'upper.TXT',
  '日本語の長い名前のファイル.txt',
  'very-long-extension.abcdefghijklmnopqrstuvwxyz0123456789',
  'archive.tar.gz',
  'no extension',
  '__proto__',
  'constructor',
  'null',
  'undefined',
]

/** Everything that real drives hold and naive tools stumble over; each item is described by its name or `description`. */
export function fillAwkward(store: DriveStore): void {
  const make = (spec: NewItem): string => store.create({ createdTime: NOON, modifiedTime: NOON, ...spec }).id
  const folder = (name: string, parent?: string | null): string =>
    make({ name, mimeType: FOLDER, ...(parent !== undefined && { parent }) })
  const file = (name: string, parent: string, more: Partial<NewItem> = {}): string =>
    make({ name, parent, size: 100 + name.length, ...more })

  const names = folder('Names')
  for (const name of NAMES) file(name, names)
  const folders = folder('Folder names')
  for (const name of [
    'a/b',
    '..',
    '.',
    ' ',
    'x#?%+',
    'new\nline',
    LOOKING_ALIKE.normalize('NFC'),
    LOOKING_ALIKE.normalize('NFD'),
  ]) {
    file('inside.txt', folder(name, folders))
  }

  twins(store, folder('Twins'), make, folder, file)
  deep(folder('Deep'), folder, file)

  const content = folder('Content')
  file('zero bytes.bin', content, { size: 0 })
  file('one byte.bin', content, { size: 1 })
  file('no checksum.bin', content, { checksums: 'none' })
  file('md5 only.bin', content, { checksums: 'md5' })
  const old = Date.UTC(2009, 1, 13, 23, 31, 30)
  file('modified in 2009.txt', content, { modifiedTime: old, createdTime: NOON })
  file('modified in the future.txt', content, { modifiedTime: Date.UTC(2049, 0, 1) })
  file('before 1970.txt', content, { modifiedTime: Date.UTC(1969, 6, 20) })
  file('forbidden download.pdf', content, { canDownload: false, copyRequiresWriterPermission: true })
  file('flagged as abusive.exe', content, { abusive: true })
  const revised = file('revised three times.txt', content)
  for (const size of [1, 2_000, 30]) store.edit(revised, { size, modifiedTime: NOON + size })

  const native = folder('Native')
  for (const kind of [
    'document',
    'spreadsheet',
    'presentation',
    'drawing',
    'script',
    'form',
    'site',
    'map',
    'jam',
    'vid',
  ]) {
    make({ name: `A ${kind}`, parent: native, mimeType: nativeType(kind) })
  }
  make({ name: 'Same/name', parent: native, mimeType: nativeType('document') })
  make({
    name: 'Over ten megabytes when exported',
    parent: native,
    mimeType: nativeType('document'),
    exportSize: 12_000_000,
  })
  make({ name: 'Third party', parent: native, mimeType: `${nativeType('drive-sdk')}.123456789` })

  places(store, make, folder, file)
}

type Make = (spec: NewItem) => string
type MakeFolder = (name: string, parent?: string | null) => string
type MakeFile = (name: string, parent: string, more?: Partial<NewItem>) => string

/** Siblings of one name, of all kinds. */
function twins(store: DriveStore, parent: string, make: Make, folder: MakeFolder, file: MakeFile): void {
  for (const size of [10, 20, 20]) file('Same name', parent, { size })
  for (const inside of ['one.txt', 'two.txt']) file(inside, folder('Same name', parent))
  make({ name: 'Same name', parent, mimeType: nativeType('document') })
  make({ name: 'Same name', parent, mimeType: nativeType('spreadsheet') })
  make({ name: 'Same name', parent, target: store.primary.rootId })
  // A name that a tool might give to the second of two twins, or to the export of a document.
  file('Same name (1)', parent)
  file('Same name.docx', parent)
}

/** Names of 255 characters ten levels deep: the path passes 1,024 bytes, in ASCII and in three-byte characters. */
function deep(parent: string, folder: MakeFolder, file: MakeFile): void {
  for (const letter of ['x', '長']) {
    let at = parent
    for (let level = 1; level <= 10; level++) at = folder(`${level}`.padStart(2, '0') + letter.repeat(253), at)
    file(`${letter.repeat(251)}.txt`, at)
    // The same but for the last character, to catch keys that are cut.
    file(`${letter.repeat(250)}y.txt`, at)
  }
}

/** Odd places: no parent, two parents, loops, trash, other people's files. */
function places(store: DriveStore, make: Make, folder: MakeFolder, file: MakeFile): void {
  make({ name: 'orphan.txt', parent: null, size: 77 })
  file('in an orphaned folder.txt', folder('Orphaned folder', null))
  const [first, second] = [folder('First parent'), folder('Second parent')]
  make({ name: 'two parents.txt', parent: [first, second], size: 222 })

  const loop = folder('Loop')
  make({ name: 'back to the top', parent: loop, target: loop })
  make({ name: 'to the root', parent: loop, target: store.primary.rootId })
  make({ name: 'dangling shortcut', parent: loop, target: '1dangling_shortcut_target_that_is_gone' })
  const plain = file('shortcut target.txt', loop)
  make({ name: 'plain shortcut', parent: loop, target: plain })

  const trash = folder('Trash')
  file('trashed file.txt', trash, { trashed: true })
  const inside = folder('Trashed folder', trash)
  file('within a trashed folder.txt', inside)
  file('within, and trashed itself.txt', inside, { trashed: true })
  store.trash(inside)

  const [owner] = store.users.keys()
  const friend = 'friend@example.com'
  if (!store.users.has(friend)) store.addUser(friend, 'A Friend')
  const grant = { type: 'user', role: 'reader', emailAddress: owner ?? '', since: NOON } as const
  const permissions = [{ ...grant, id: store.primary.permissionId }]
  make({ name: 'shared with me.txt', owner: friend, size: 333, permissions })
  const shared = make({ name: 'Shared folder', owner: friend, mimeType: FOLDER, permissions })
  file('in a folder shared with me.txt', shared)
  make({ name: 'shared, and flagged as abusive.zip', owner: friend, size: 50, abusive: true, permissions })
  make({ name: 'not shared.txt', owner: friend, size: 1 })
}
