import { type ApiRoute, type Call, json, jsonBody, NO_CONTENT, type Reply } from '../http/call.ts'
import { DriveError, forbidden, insufficientFilePermissions, required } from '../http/errors.ts'
import { parseFields, pick } from '../listing/fields.ts'
import { PERMISSION_SCHEMA } from '../listing/file-shape.ts'
import { pagePosition, pageToken } from '../listing/page-token.ts'
import { type Effective, permissionResource, permissionsOf } from '../listing/permission-resource.ts'
import type { Parts } from '../parts.ts'
import type { Item, Role } from '../store/item.ts'
import { itemOf, mustWrite } from '../store/lookup.ts'

const DEFAULT = 'kind,id,type,role'
const ROLES: readonly string[] = ['owner', 'organizer', 'fileOrganizer', 'writer', 'commenter', 'reader']
const TYPES: readonly string[] = ['user', 'group', 'domain', 'anyone']

/** Who may do what with a file. */
export function permissionRoutes(parts: Parts): ApiRoute[] {
  const permissions = '/drive/v3/files/:id/permissions'
  const read = { cost: 'read', access: 'read-metadata' } as const
  const write = { cost: 'modify', access: 'write' } as const
  return [
    {
      ...read,
      cost: 'list',
      method: 'GET',
      pattern: permissions,
      name: 'permissions.list',
      handler: (call) => list(call, parts),
    },
    {
      ...read,
      method: 'GET',
      pattern: `${permissions}/:permission`,
      name: 'permissions.get',
      handler: (call) => get(call, parts),
    },
    {
      ...write,
      method: 'POST',
      pattern: permissions,
      name: 'permissions.create',
      handler: (call) => create(call, parts),
    },
    {
      ...write,
      method: 'PATCH',
      pattern: `${permissions}/:permission`,
      name: 'permissions.update',
      handler: (call) => update(call, parts),
    },
    {
      ...write,
      method: 'DELETE',
      pattern: `${permissions}/:permission`,
      name: 'permissions.delete',
      handler: (call) => remove(call, parts),
    },
  ]
}

function shareable(call: Call, { store }: Parts): Item {
  const item = itemOf(call, store)
  const role = store.roleOf(item, call.user.email)
  if (role === 'reader' || role === 'commenter') {
    const message = 'The user does not have sufficient permissions to view the permissions of this file.'
    throw forbidden('insufficientFilePermissions', message)
  }
  return item
}

function list(call: Call, parts: Parts): Reply {
  const item = shareable(call, parts)
  const { query } = call
  const now = parts.store.now()
  const all = permissionsOf(item, parts.store)
  const size = query.pageSize(item.driveId === null ? Math.max(1, all.length) : 100, 100)
  const position = pagePosition(query, now)
  const next = position + size < all.length ? pageToken(query, position + size, now) : undefined
  const schema = { kind: 'leaf', nextPageToken: 'leaf', permissions: PERMISSION_SCHEMA } as const
  const mask = parseFields(
    query.text('fields') ?? `kind,nextPageToken,permissions(${DEFAULT})`,
    schema,
    'permissionList',
  )
  const permissions = all.slice(position, position + size).map((each) => permissionResource(each, parts.store))
  return json(
    pick({ kind: 'drive#permissionList', ...(next !== undefined && { nextPageToken: next }), permissions }, mask),
  )
}

function find(item: Item, call: Call, parts: Parts): Effective {
  const found = permissionsOf(item, parts.store).find(({ id }) => id === call.params.permission)
  if (found) return found
  const message = `Permission not found: ${call.params.permission}.`
  throw new DriveError(404, { reason: 'notFound', message, location: 'permissionId' })
}

function reply(permission: Effective, call: Call, parts: Parts): Reply {
  const mask = parseFields(call.query.text('fields') ?? DEFAULT, PERMISSION_SCHEMA, 'permission')
  return json(pick(permissionResource(permission, parts.store), mask))
}

function get(call: Call, parts: Parts): Reply {
  return reply(find(shareable(call, parts), call, parts), call, parts)
}

async function create(call: Call, parts: Parts): Promise<Reply> {
  const item = itemOf(call, parts.store)
  mustWrite(item, parts.store, call)
  const { type, role, emailAddress, domain, allowFileDiscovery } = await jsonBody(call)
  if (typeof type !== 'string' || !TYPES.includes(type))
    throw required('type', 'The permission type field is required.')
  if (typeof role !== 'string' || !ROLES.includes(role))
    throw required('role', 'The permission role field is required.')
  const person = type === 'user' || type === 'group'
  if (person && (typeof emailAddress !== 'string' || !emailAddress.includes('@'))) throw badSharing(emailAddress)
  if (type === 'domain' && typeof domain !== 'string') throw badSharing(domain)
  if (role === 'owner') return transfer(item, String(emailAddress), call, parts)
  const granted = parts.store.share(item.id, {
    type: type as Effective['type'],
    role: role as Role,
    ...(person && { emailAddress: String(emailAddress) }),
    ...(type === 'domain' && { domain: String(domain) }),
    ...(typeof allowFileDiscovery === 'boolean' && { allowFileDiscovery }),
  })
  return reply(granted, call, parts)
}

function badSharing(value: unknown): DriveError {
  const message = `Bad Request. User message: "You are trying to invite ${String(value)}. Please enter a valid address."`
  return new DriveError(400, { reason: 'invalidSharingRequest', message })
}

/** The new owner keeps the id; the old one stays a writer. */
function transfer(item: Item, email: string, call: Call, parts: Parts): Reply {
  const { store } = parts
  if (!call.query.flag('transferOwnership')) {
    const message = 'The transferOwnership parameter must be enabled when the permission role is owner.'
    throw forbidden('forbidden', message, 'transferOwnership')
  }
  if (item.owner !== call.user.email || !store.users.has(email)) throw insufficientFilePermissions()
  const { email: before, permissionId } = call.user
  store.update(item.id, { owner: email })
  store.share(item.id, { id: permissionId, type: 'user', role: 'writer', emailAddress: before })
  const owner = permissionsOf(store.must(item.id), store)[0]
  if (!owner) throw new Error(`an item without permissions: ${item.id}`)
  return reply(owner, call, parts)
}

async function update(call: Call, parts: Parts): Promise<Reply> {
  const item = itemOf(call, parts.store)
  mustWrite(item, parts.store, call)
  const present = find(item, call, parts)
  const { role } = await jsonBody(call)
  if (typeof role !== 'string' || !ROLES.includes(role))
    throw required('role', 'The permission role field is required.')
  const { since, inheritedFrom, ...same } = present
  return reply(parts.store.share(item.id, { ...same, role: role as Role }), call, parts)
}

function remove(call: Call, parts: Parts): Reply {
  const item = itemOf(call, parts.store)
  const permission = find(item, call, parts)
  if (permission.emailAddress !== call.user.email) mustWrite(item, parts.store, call)
  if (permission.role === 'owner' || permission.inheritedFrom !== undefined) throw insufficientFilePermissions()
  parts.store.unshare(item.id, permission.id)
  return NO_CONTENT
}
