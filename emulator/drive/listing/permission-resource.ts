import type { Item, Permission } from '../store/item.ts'
import type { DriveStore } from '../store/store.ts'

/** A permission as it applies to an item: the owner's, direct ones, and those inherited from folders or the shared drive. */
export interface Effective extends Permission {
  /** The folder or shared drive it comes from; undefined if it is the item's own. */
  readonly inheritedFrom?: string
}

/** All permissions of an item, the most direct first; each person once. */
export function permissionsOf(item: Item, store: DriveStore): Effective[] {
  const found = new Map<string, Effective>()
  const owner = item.owner === null ? undefined : store.users.get(item.owner)
  if (owner) {
    const { permissionId: id, email } = owner
    found.set(id, { id, type: 'user', role: 'owner', emailAddress: email, since: item.createdTime })
  }
  for (const grant of item.permissions) found.set(grant.id, grant)
  const above = new Set<string>()
  const open = [...item.parents]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const folder = above.has(id) ? undefined : store.get(id)
    above.add(id)
    if (!folder) continue
    open.push(...folder.parents)
    for (const grant of folder.permissions)
      if (!found.has(grant.id)) found.set(grant.id, { ...grant, inheritedFrom: id })
  }
  const drive = item.driveId === null ? undefined : store.drives.get(item.driveId)
  for (const [email, role] of drive?.members ?? []) {
    const id = store.users.get(email)?.permissionId ?? email
    if (found.has(id) || !drive) continue
    found.set(id, { id, type: 'user', role, emailAddress: email, since: drive.createdTime, inheritedFrom: drive.id })
  }
  return [...found.values()]
}

/** `drive#permission` in full. */
export function permissionResource(permission: Effective, store: DriveStore): Record<string, unknown> {
  const { id, type, role, emailAddress, domain, allowFileDiscovery, inheritedFrom } = permission
  return {
    kind: 'drive#permission',
    id,
    type,
    role,
    ...(emailAddress !== undefined && {
      emailAddress,
      displayName: store.users.get(emailAddress)?.displayName ?? emailAddress.split('@')[0],
      deleted: false,
      pendingOwner: false,
    }),
    ...(domain !== undefined && { domain, displayName: domain }),
    ...((type === 'anyone' || type === 'domain') && { allowFileDiscovery: allowFileDiscovery ?? false }),
    ...(inheritedFrom !== undefined && {
      permissionDetails: [{ permissionType: 'member', role, inherited: true, inheritedFrom }],
    }),
  }
}
