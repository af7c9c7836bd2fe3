import { notFound } from '../http/errors.ts'
import type { Permission, Role, SharedDrive, User } from './item.ts'
import { rootIdOf } from './new-item.ts'
import { idFrom } from './random.ts'

/** The accounts and the shared drives, without what is in them. */
export class Directory {
  readonly users = new Map<string, User>()
  readonly drives = new Map<string, SharedDrive>()
  readonly #seed: number

  constructor(seed: number) {
    this.#seed = seed
  }

  /** The first account. */
  get primary(): User {
    const [first] = this.users.values()
    if (!first) throw new Error('a Drive has at least one user')
    return first
  }

  addUser(email: string, displayName: string): User {
    const user: User = {
      email,
      displayName,
      permissionId: decimalId(email),
      rootId: rootIdOf(this.#seed, email),
      appDataId: idFrom(`${this.#seed}:appdata:${email}`, '1', 44),
    }
    this.users.set(email, user)
    return user
  }

  changeAddress(from: string, to: string): User {
    const user = this.users.get(from)
    if (!user || this.users.has(to)) throw new Error(`no address to change from ${from} to ${to}`)
    user.email = to
    const all = [...this.users.values()]
    this.users.clear()
    // In the same order: the first one is the primary account.
    for (const each of all) this.users.set(each.email, each)
    for (const { members } of this.drives.values()) {
      const role = members.get(from)
      if (role === undefined) continue
      members.delete(from)
      members.set(to, role)
    }
    return user
  }

  addDrive(name: string, members: Record<string, Role>, createdTime: number, id?: string): SharedDrive {
    const drive: SharedDrive = {
      id: id ?? idFrom(`${this.#seed}:drive:${this.drives.size}:${name}`, '0A', 17).concat('9PVA'),
      name,
      createdTime,
      hidden: false,
      members: new Map(Object.entries(members)),
    }
    this.drives.set(drive.id, drive)
    return drive
  }

  mustDrive(id: string): SharedDrive {
    const drive = this.drives.get(id)
    if (!drive) throw notFound(id)
    return drive
  }

  /** The id of a permission follows from whom it is for. */
  permissionId(grant: Omit<Permission, 'id' | 'since'>): string {
    if (grant.type === 'anyone') return grant.allowFileDiscovery ? 'anyone' : 'anyoneWithLink'
    const user = this.users.get(grant.emailAddress ?? '')
    return user?.permissionId ?? decimalId(grant.emailAddress ?? grant.domain ?? '')
  }
}

/** Twenty digits, as the ids of people at Google. */
function decimalId(of: string): string {
  const digits = BigInt(`0x${Buffer.from(idFrom(`permission:${of}`, '', 16)).toString('hex')}`).toString()
  return `1${digits.slice(0, 19)}`
}
