import type { Item } from '../../backup/model/item.ts'
import { isId, isObject, parseItem, resourceKeyOf } from './items.ts'

/** The My Drive or the shared drive that a source protects: what its calls ask for, and how its files are read. */
export class Corpus {
  /** Null for My Drive. */
  readonly driveId: string | null
  /** What faults are about that concern no single file. */
  readonly subject: string
  readonly list: Readonly<Record<string, string>>
  readonly changes: Readonly<Record<string, string>>
  readonly #resourceKeys = new Map<string, string>()

  constructor(driveId: string | null, subject: string) {
    this.driveId = driveId
    this.subject = subject
    const shared = { supportsAllDrives: 'true', includeItemsFromAllDrives: 'true' }
    this.list =
      driveId === null ? { corpora: 'user', supportsAllDrives: 'true' } : { corpora: 'drive', driveId, ...shared }
    this.changes = {
      includeRemoved: 'true',
      restrictToMyDrive: 'false',
      ...shared,
      ...(driveId === null ? {} : { driveId }),
    }
  }

  /** Makes an Item, and keeps the file's resource key for later calls about it. Null for an entry without a usable id. */
  parse(value: unknown): Item | null {
    const item = parseItem(value)
    if (item === null || !isObject(value)) return null
    // A drive id of another form does not prove a move to another drive: the item belongs where it was found.
    if (value.driveId !== undefined && value.driveId !== null && !isId(value.driveId)) item.driveId = this.driveId
    const key = resourceKeyOf(value)
    if (key !== null) this.#keep(item.id, key)
    return item
  }

  /** `<id>/<key>` for a file that needs it. */
  resourceKeys(id: string): string | null {
    const key = this.#resourceKeys.get(id)
    return key === undefined ? null : `${id}/${key}`
  }

  #keep(id: string, key: string): void {
    this.#resourceKeys.set(id, key)
    if (this.#resourceKeys.size <= MOST_KEYS) return
    const [oldest] = this.#resourceKeys.keys()
    if (oldest !== undefined) this.#resourceKeys.delete(oldest)
  }
}

/** Keys exist only for files shared by link before September 2021; a few MB at most. */
const MOST_KEYS = 20_000
