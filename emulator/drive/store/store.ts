import { DriveError, notFound } from '../http/errors.ts'
import type { ChangeLog } from './change-log.ts'
import { Directory } from './directory.ts'
import type { Comment, Item, Permission, Role, SharedDrive, User } from './item.ts'
import { type ItemSource, ItemTable } from './item-table.ts'
import { Journal } from './journal.ts'
import { FOLDER, kindOf } from './kinds.ts'
import {
  BLANK,
  headRevision,
  makeItem,
  type NewContent,
  type NewItem,
  newContent,
  type Patch,
  revisionId,
} from './new-item.ts'
import { idFrom } from './random.ts'
import { grantFor, type Lookups, roleOf } from './visibility.ts'

export type { NewContent, NewItem, Patch } from './new-item.ts'

export interface StoreOptions {
  /** Goes into every id. */
  seed?: number
  users?: readonly string[]
  now?: () => number
  source?: ItemSource
}

const MAX_OLD_REVISIONS = 100
const NOBODY: ReadonlySet<string> = new Set()

/**
 * The Drive itself, in memory: accounts, shared drives, items, change logs. Knows nothing of HTTP.
 *
 * Every mutation raises the item's version and appends to the change log of everyone who sees it. Ids that do not exist throw the
 * 404 that Drive answers. Rights are checked by the routes, not here.
 */
export class DriveStore {
  readonly seed: number
  readonly now: () => number
  readonly users: ReadonlyMap<string, User>
  readonly drives: ReadonlyMap<string, SharedDrive>
  /** Whether revisions before the head can be downloaded when they are not kept forever; Google promises it no more. */
  oldRevisionsReadable = true
  readonly #table: ItemTable
  readonly #directory: Directory
  readonly #journal: Journal
  readonly #trashedFolders = new Set<string>()
  readonly #lookups: Lookups = { drive: (id) => this.drives.get(id), item: (id) => this.#table.get(id) }
  #ids = 0

  constructor(options: StoreOptions = {}) {
    this.seed = options.seed ?? 1
    this.now = options.now ?? Date.now
    this.#table = new ItemTable(options.source)
    this.#directory = new Directory(this.seed)
    this.#journal = new Journal(this.seed, this.now)
    this.users = this.#directory.users
    this.drives = this.#directory.drives
    for (const email of options.users ?? ['owner@example.com']) this.addUser(email)
  }

  /** The account that owns things unless told otherwise. */
  get primary(): User {
    return this.#directory.primary
  }

  // ---- accounts and shared drives

  addUser(email: string, displayName = email.split('@')[0] ?? email): User {
    const user = this.#directory.addUser(email, displayName)
    this.#root(user.rootId, 'My Drive', email, null, 'drive')
    this.#root(user.appDataId, 'Application Data', email, null, 'appDataFolder')
    return user
  }

  /** Gives an account another address: its id, its root and everything else stay. */
  changeAddress(from: string, to: string): User {
    const user = this.#directory.changeAddress(from, to)
    this.#journal.renameLog(from, to)
    const renamed = (email: string) => (email === from ? to : email)
    for (const found of this.items()) {
      const concerned = [found.owner, found.modifiedBy, ...found.permissions.map(({ emailAddress }) => emailAddress)]
      if (!concerned.includes(from)) continue
      const item = this.#table.own(found)
      item.owner = item.owner === null ? null : renamed(item.owner)
      item.modifiedBy = renamed(item.modifiedBy)
      item.permissions = item.permissions.map((grant) =>
        grant.emailAddress === from ? { ...grant, emailAddress: to } : grant,
      )
    }
    return user
  }

  addDrive(
    name: string,
    members: Record<string, Role> = { [this.primary.email]: 'organizer' },
    id?: string,
  ): SharedDrive {
    const drive = this.#directory.addDrive(name, members, this.now(), id)
    this.#root(drive.id, name, null, drive.id, 'drive')
    this.#journal.driveChanged(drive.id, drive.members.keys())
    return drive
  }

  /** Changes who may see a shared drive; a role of null takes the person out. */
  setMember(driveId: string, email: string, role: Role | null): void {
    const { members } = this.#directory.mustDrive(driveId)
    if (role) members.set(email, role)
    else members.delete(email)
    this.#journal.driveChanged(driveId, [email], role === null)
  }

  renameDrive(driveId: string, name: string): void {
    const drive = this.#directory.mustDrive(driveId)
    drive.name = name
    this.#journal.driveChanged(driveId, drive.members.keys())
  }

  removeDrive(driveId: string): void {
    const { members } = this.#directory.mustDrive(driveId)
    for (const item of this.descendants(driveId)) this.#drop(item)
    const root = this.#table.get(driveId)
    if (root) this.#table.remove(root)
    this.#directory.drives.delete(driveId)
    this.#journal.driveChanged(driveId, members.keys(), true)
  }

  /** The change log of a user (by e-mail) or of a shared drive (by id). */
  log(corpus: string): ChangeLog {
    return this.#journal.log(corpus)
  }

  // ---- reading

  get(id: string): Item | undefined {
    return this.#table.get(id)
  }

  /** The item, or the 404 that Drive answers. */
  must(id: string): Item {
    const item = this.#table.get(id)
    if (!item) throw notFound(id)
    return item
  }

  /** Everything, roots included, in listing order, from `ordinal` on. */
  *items(ordinal = 0): Generator<Item> {
    for (let at = ordinal; at < this.#table.nextOrdinal; at++) {
      const item = this.#table.at(at)
      if (item) yield item
    }
  }

  /** One more than the greatest ordinal given out. */
  get ordinals(): number {
    return this.#table.nextOrdinal
  }

  at(ordinal: number): Item | undefined {
    return this.#table.at(ordinal)
  }

  children(id: string, ordinal = 0): Iterable<Item> {
    return this.#table.children(id, ordinal)
  }

  /** Everything below a folder, parents before children; an item in several places comes once. */
  *descendants(id: string): Generator<Item> {
    const seen = new Set<string>([id])
    const open = [id]
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      for (const item of [...this.#table.children(folder)]) {
        if (seen.has(item.id)) continue
        seen.add(item.id)
        yield item
        if (item.mimeType === FOLDER) open.push(item.id)
      }
    }
  }

  /** A My Drive root, a shared drive's root, or an appDataFolder: never listed, never moved. */
  isRoot(item: Item): boolean {
    if (item.parents.length > 0) return false
    if (item.driveId === item.id) return true
    const owner = item.owner === null ? undefined : this.users.get(item.owner)
    return owner !== undefined && (owner.rootId === item.id || owner.appDataId === item.id)
  }

  /** Trashed itself, or within a trashed folder. */
  isTrashed(item: Item): boolean {
    if (item.explicitlyTrashed) return true
    if (this.#trashedFolders.size === 0) return false
    return this.#ancestors(item).some((id) => this.#trashedFolders.has(id))
  }

  #ancestors(item: Item): string[] {
    const found: string[] = []
    const open = [...item.parents]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.includes(id)) continue
      found.push(id)
      open.push(...(this.#table.get(id)?.parents ?? []))
    }
    return found
  }

  /** The role this person has on the item, from ownership, grants here or above, or membership; undefined = cannot see it. */
  roleOf(item: Item, email: string): Role | undefined {
    return item.owner === email ? 'owner' : roleOf(item, email, this.#lookups)
  }

  /** The grant that put the item itself into this person's "shared with me". */
  sharedWith(item: Item, email: string): Permission | undefined {
    return item.owner === null || item.owner === email ? undefined : grantFor(item, email)
  }

  /** What a listing that has not seen the last `count` writes shows instead, by id; undefined = nothing. */
  beforeWrites(count: number): Map<string, Item | undefined> {
    return this.#journal.recentWrites.before(count)
  }

  /** The same for the last `count` writes to one item; empty if they are not remembered. */
  beforeWritesTo(id: string, count: number): Map<string, Item | undefined> {
    return this.#journal.recentWrites.ofItem(id, count)
  }

  // ---- writing

  /** A fresh id, as `files.generateIds` gives them. */
  newId(): string {
    return idFrom(`${this.seed}:item:${this.#ids++}`, '1', 33)
  }

  create(spec: NewItem): Item {
    const parents = this.#parentsOf(spec)
    const first = parents[0] === undefined ? undefined : this.must(parents[0])
    const driveId = first?.driveId ?? null
    const owner = driveId !== null ? null : (spec.owner ?? first?.owner ?? this.primary.email)
    const id = spec.id ?? this.newId()
    if (this.#table.get(id)) {
      throw new DriveError(409, { reason: 'fileIdInUse', message: 'A file already exists with the provided ID.' })
    }
    const item = makeItem(spec, {
      id,
      ordinal: this.#table.nextOrdinal,
      parents,
      owner,
      driveId,
      space: first?.space ?? 'drive',
      modifiedBy: owner ?? this.primary.email,
      now: this.now(),
      targetMimeType: spec.target === undefined ? undefined : this.#table.get(spec.target)?.mimeType,
    })
    this.#table.add(item)
    if (item.explicitlyTrashed && item.mimeType === FOLDER) this.#trashedFolders.add(id)
    this.#journal.replaces(id, undefined)
    this.#journal.changed(id, NOBODY, this.#viewers(item))
    return item
  }

  /** Gives a blob new bytes: a new head revision; the old head is kept as a revision. */
  edit(
    id: string,
    change: NewContent & { modifiedTime?: number; mimeType?: string; by?: string; keepForever?: boolean },
  ): Item {
    return this.#mutate(id, (item) => {
      const now = this.now()
      const number = item.version + 1
      if (kindOf(item.mimeType) === 'blob') {
        // A file on disk holds only its newest bytes.
        if (item.content && item.content.from !== 'disk' && item.headRevisionId)
          item.revisions.push(headRevision(item, item.headRevisionId))
        const prunable = item.revisions.findIndex((revision) => !revision.keepForever)
        if (item.revisions.length > MAX_OLD_REVISIONS && prunable >= 0) item.revisions.splice(prunable, 1)
        item.content = newContent(change, `${id}/${number}`)
        item.headRevisionId = revisionId(id, change.revision ?? number)
        item.keepForever = change.keepForever ?? false
      } else if (change.size !== undefined) item.nativeSize = change.size
      if (change.mimeType !== undefined) item.mimeType = change.mimeType
      item.modifiedTime = change.modifiedTime ?? now
      item.modifiedBy = change.by ?? item.modifiedBy
    })
  }

  /** Changes properties. `modifiedTime` moves if the patch has it, or with a new name. */
  update(id: string, patch: Patch): Item {
    return this.#mutate(id, (item) => {
      if (patch.name !== undefined && patch.name !== item.name) item.modifiedTime = this.now()
      Object.assign(item, patch)
    })
  }

  rename(id: string, name: string): Item {
    return this.update(id, { name })
  }

  /** Leaves `remove` (default: all present parents) for `add`. Moving between My Drive and a shared drive keeps the id. */
  move(id: string, add: string | readonly string[], remove?: readonly string[]): Item {
    const added = typeof add === 'string' ? [add] : add
    for (const parent of added) this.must(parent)
    return this.#mutate(id, (item) => {
      const before = item.parents
      const gone = remove ?? before
      item.parents = [
        ...before.filter((parent) => !gone.includes(parent)),
        ...added.filter((parent) => !before.includes(parent) || gone.includes(parent)),
      ]
      this.#table.moved(item, before)
      const home = item.parents[0] === undefined ? undefined : this.#table.get(item.parents[0])
      if (home && home.driveId !== item.driveId) this.#changeDrive(item, home)
    })
  }

  trash(id: string): Item {
    return this.#mutate(id, (item) => {
      item.explicitlyTrashed = true
      item.trashedTime = this.now()
      if (item.mimeType === FOLDER) this.#trashedFolders.add(id)
    })
  }

  restore(id: string): Item {
    return this.#mutate(id, (item) => {
      item.explicitlyTrashed = false
      item.trashedTime = null
      this.#trashedFolders.delete(id)
    })
  }

  /**
   * Deletes for good, with everything below a folder that belongs to the same owner. What others own there becomes an orphan, and
   * what has another parent stays with that one.
   */
  remove(id: string): void {
    const item = this.must(id)
    const below = item.mimeType === FOLDER ? [...this.descendants(id)] : []
    const doomed = new Set([id, ...below.map((each) => each.id)])
    for (const each of below.reverse()) {
      const elsewhere = each.parents.filter((parent) => !doomed.has(parent))
      if (each.owner === item.owner && elsewhere.length === 0) this.#drop(each)
      else
        this.move(
          each.id,
          [],
          each.parents.filter((parent) => doomed.has(parent)),
        )
    }
    this.#drop(item)
  }

  /** Deletes whatever is trashed in a user's My Drive or in a shared drive. */
  emptyTrash(corpus: { owner: string } | { driveId: string }): void {
    const here = (item: Item): boolean =>
      'owner' in corpus ? item.owner === corpus.owner : item.driveId === corpus.driveId
    for (const item of this.items()) if (item.explicitlyTrashed && here(item) && this.get(item.id)) this.remove(item.id)
  }

  /** Grants access; the person sees the item (and, of a folder, what is in it) from now on. */
  share(id: string, grant: Omit<Permission, 'id' | 'since'> & { id?: string }): Permission {
    const permission: Permission = { ...grant, id: grant.id ?? this.#directory.permissionId(grant), since: this.now() }
    this.#mutate(id, (item) => {
      item.permissions = [...item.permissions.filter((other) => other.id !== permission.id), permission]
    })
    return permission
  }

  /** Takes a grant back: in the logs of those who lose sight of it the item is `removed`. */
  unshare(id: string, permissionId: string): void {
    this.#mutate(id, (item) => {
      item.permissions = item.permissions.filter((other) => other.id !== permissionId)
    })
  }

  /** Adds a comment. Drive does not move the file's `modifiedTime` for it. */
  comment(id: string, comment: { content: string; author?: string; quoted?: string }): Comment {
    const now = this.now()
    const made: Comment = {
      id: idFrom(`${id}:comment:${this.#ids++}`, 'AAAA', 11),
      createdTime: now,
      modifiedTime: now,
      author: comment.author ?? this.primary.email,
      content: comment.content,
      ...(comment.quoted !== undefined && { quoted: comment.quoted }),
      resolved: false,
      deleted: false,
      replies: [],
    }
    this.#mutate(id, (item) => {
      item.comments.push(made)
    })
    return made
  }

  /** Runs mutations that are to count as the state from the beginning: nothing of them gets into the change logs. */
  load(fill: () => void): void {
    this.#journal.silently(fill)
  }

  /** Marks the item as changed without changing it, as Drive does for invisible reasons. */
  touch(id: string): Item {
    return this.#mutate(id, () => {})
  }

  // ---- within

  #root(id: string, name: string, owner: string | null, driveId: string | null, space: Item['space']): void {
    const now = this.now()
    this.#table.add({
      ...BLANK,
      id,
      ordinal: this.#table.nextOrdinal,
      name,
      mimeType: FOLDER,
      parents: [],
      owner,
      driveId,
      space,
      createdTime: now,
      modifiedTime: now,
      modifiedBy: owner ?? this.primary.email,
      revisions: [],
      permissions: [],
      comments: [],
    })
  }

  #parentsOf(spec: NewItem): string[] {
    if (spec.parent === null) return []
    if (spec.parent === undefined) {
      const owner = spec.owner === undefined ? this.primary : this.users.get(spec.owner)
      if (!owner) throw new Error(`no such user: ${spec.owner}`)
      return [owner.rootId]
    }
    const parents = typeof spec.parent === 'string' ? [spec.parent] : [...spec.parent]
    for (const parent of parents) this.must(parent)
    return parents
  }

  #mutate(id: string, change: (item: Item) => void): Item {
    const found = this.must(id)
    this.#journal.replaces(id, { ...found })
    const viewersBefore = this.#viewers(found)
    const item = this.#table.own(found)
    change(item)
    item.version++
    this.#journal.changed(id, viewersBefore, this.#viewers(item))
    return item
  }

  #drop(item: Item): void {
    this.#journal.replaces(item.id, item)
    const viewers = this.#viewers(item)
    this.#table.remove(item)
    this.#trashedFolders.delete(item.id)
    this.#journal.removed(item.id, viewers)
  }

  /** The corpora in whose logs the item appears. */
  #viewers(item: Item): Set<string> {
    const viewers = new Set<string>()
    if (item.driveId !== null) viewers.add(item.driveId)
    for (const email of this.users.keys()) {
      if (item.driveId === null ? this.roleOf(item, email) : grantFor(item, email)) viewers.add(email)
    }
    return viewers
  }

  /** A move across the border of a shared drive changes the corpus of everything below, and the owner. */
  #changeDrive(item: Item, home: Item): void {
    const inside = item.mimeType === FOLDER ? [...this.descendants(item.id)] : []
    for (const found of [item, ...inside]) {
      const viewersBefore = found === item ? undefined : this.#viewers(found)
      const each = this.#table.own(found)
      each.driveId = home.driveId
      each.owner = home.driveId === null ? (home.owner ?? this.primary.email) : null
      if (!viewersBefore) continue
      each.version++
      this.#journal.changed(each.id, viewersBefore, this.#viewers(each))
    }
  }
}
