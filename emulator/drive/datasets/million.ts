import type { Algorithm, DigestMemo } from '../store/content.ts'
import type { Item } from '../store/item.ts'
import type { ItemSource } from '../store/item-table.ts'
import { FOLDER, mimeTypeOf } from '../store/kinds.ts'
import { BLANK, rootIdOf } from '../store/new-item.ts'
import { hash32, mix } from '../store/random.ts'

const FILES_PER_FOLDER = 49
const TOP_FOLDERS = 100
const SUBFOLDERS = 10
const LARGEST = 4096
const FIRST_DAY = Date.UTC(2016, 0, 1)
const MINUTES = 5_000_000
const ID_HEAD = 16
const ID_DIGITS = 7

const WORDS = [
  'report',
  'Rechnung',
  'photo',
  '写真',
  'note',
  'Отчёт',
  'scan',
  'factura',
  'draft',
  'budget',
  'Übersicht',
  'plan',
  'letter',
  '合同',
  'memo',
  'invoice',
]
const EXTENSIONS = ['pdf', 'jpg', 'docx', 'txt', 'png', 'xlsx', 'csv', 'mp3']

/**
 * `count` items (one folder to 49 files, up to 4 KiB each) that follow from their number: nothing of them is in memory but the
 * checksums once asked for.
 */
export function millionItems(seed: number, email: string, count = 1_000_000): ItemSource {
  const folders = Math.max(1, Math.floor(count / (FILES_PER_FOLDER + 1)))
  const rootId = rootIdOf(seed, email)
  const head = `1${hash32(`head:${seed}`).toString(36)}MillionItemsXX`.slice(0, ID_HEAD)
  const digests = new DigestTable(count)

  const idOf = (ordinal: number): string => {
    const check = mix(ordinal ^ seed)
    return head + ordinal.toString(36).padStart(ID_DIGITS, '0') + check.toString(36).padStart(ID_DIGITS, '0') + TAIL
  }
  const parentOf = (ordinal: number): string => {
    if (ordinal >= folders) return idOf(Math.min(folders - 1, Math.floor((ordinal - folders) / FILES_PER_FOLDER)))
    return ordinal < TOP_FOLDERS ? rootId : idOf(Math.floor((ordinal - TOP_FOLDERS) / SUBFOLDERS))
  }
  const childrenOf = (id: string): number[] => {
    if (id === rootId) return range(0, Math.min(TOP_FOLDERS, folders))
    const folder = ordinalOf(id)
    if (folder < 0 || folder >= folders) return []
    const below = TOP_FOLDERS + folder * SUBFOLDERS
    const files = folders + folder * FILES_PER_FOLDER
    return [
      ...range(below, Math.min(below + SUBFOLDERS, folders)),
      // The last folder takes what the division leaves over.
      ...range(files, folder === folders - 1 ? count : Math.min(files + FILES_PER_FOLDER, count)),
    ]
  }
  const ordinalOf = (id: string): number => {
    if (!id.startsWith(head) || id.length !== ID_LENGTH) return -1
    const ordinal = Number.parseInt(id.slice(ID_HEAD, ID_HEAD + ID_DIGITS), 36)
    return ordinal < count && idOf(ordinal) === id ? ordinal : -1
  }

  return {
    count,
    ordinalOf,
    childrenOf,
    at(ordinal) {
      const id = idOf(ordinal)
      const noise = mix(ordinal + seed)
      const created = FIRST_DAY + (noise % MINUTES) * 60_000
      const folder = ordinal < folders
      const word = WORDS[noise & 15] ?? ''
      const name = folder ? `${word} ${ordinal}` : `${word}-${ordinal}.${EXTENSIONS[(noise >>> 4) & 7]}`
      const item: Item = {
        ...BLANK,
        id,
        ordinal,
        name,
        mimeType: folder ? FOLDER : mimeTypeOf(name),
        parents: [parentOf(ordinal)],
        owner: email,
        driveId: null,
        space: 'drive',
        createdTime: created,
        modifiedTime: created + ((noise >>> 8) % 1_000_000) * 1000,
        modifiedBy: email,
        content: folder ? null : { from: 'seed', seed: id, size: (noise >>> 7) % LARGEST, memo: digests.memo(ordinal) },
        headRevisionId: folder ? null : `0B${id}`,
        originalFilename: folder ? null : name,
        revisions: [],
        permissions: [],
        comments: [],
      }
      return item
    },
  }
}

const TAIL = 'aZ9'
const ID_LENGTH = ID_HEAD + 2 * ID_DIGITS + TAIL.length

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
}

const WIDTH: Readonly<Record<Algorithm, number>> = { md5: 16, sha1: 20, sha256: 32 }

/** Checksums in flat memory: a million of them as texts would be a hundred megabytes. */
class DigestTable {
  readonly #count: number
  readonly #columns = new Map<Algorithm, { bytes: Buffer; known: Uint8Array }>()

  constructor(count: number) {
    this.#count = count
  }

  memo(ordinal: number): DigestMemo {
    return {
      get: (algorithm) => this.#get(algorithm, ordinal),
      set: (algorithm, hex) => this.#set(algorithm, ordinal, hex),
    }
  }

  #get(algorithm: Algorithm, ordinal: number): string | undefined {
    const column = this.#columns.get(algorithm)
    if (!column?.known[ordinal]) return undefined
    const width = WIDTH[algorithm]
    return column.bytes.toString('hex', ordinal * width, (ordinal + 1) * width)
  }

  #set(algorithm: Algorithm, ordinal: number, hex: string): void {
    const width = WIDTH[algorithm]
    const column = this.#columns.get(algorithm) ?? {
      bytes: Buffer.allocUnsafe(this.#count * width),
      known: new Uint8Array(this.#count),
    }
    this.#columns.set(algorithm, column)
    column.bytes.write(hex, ordinal * width, 'hex')
    column.known[ordinal] = 1
  }
}
