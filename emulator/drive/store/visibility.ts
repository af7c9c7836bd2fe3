import type { Item, Permission, Role, SharedDrive } from './item.ts'

export interface Lookups {
  drive(id: string): SharedDrive | undefined
  item(id: string): Item | undefined
}

/** The role this person has on the item, from ownership, membership, or grants here or above; undefined = cannot see it. */
export function roleOf(item: Item, email: string, find: Lookups): Role | undefined {
  if (item.owner === email) return 'owner'
  if (item.driveId !== null) {
    const member = find.drive(item.driveId)?.members.get(email)
    if (member) return member
  }
  const direct = grantFor(item, email)
  if (direct) return direct.role
  for (const parent of item.parents) {
    const folder = find.item(parent)
    const role = folder && roleOf(folder, email, find)
    // Owning a folder gives a writer's rights on what others put into it.
    if (role) return role === 'owner' ? 'writer' : role
  }
  return undefined
}

/** The item's own grant for this person, by name or for the domain. */
export function grantFor(item: Item, email: string): Permission | undefined {
  if (item.permissions.length === 0) return undefined
  const domain = email.slice(email.indexOf('@') + 1)
  return item.permissions.find(
    (grant) => grant.emailAddress === email || (grant.type === 'domain' && grant.domain === domain),
  )
}
