import { type ApiRoute, type Call, json, jsonBody, type Reply } from '../http/call.ts'
import { DriveError, forbidden, required } from '../http/errors.ts'
import { type Mask, parseFields, pick, type Schema } from '../listing/fields.ts'
import { driveNotFound } from '../listing/listing.ts'
import { pagePosition, pageToken } from '../listing/page-token.ts'
import type { Parts } from '../parts.ts'
import type { SharedDrive, User } from '../store/item.ts'

const DRIVE_SCHEMA: Schema = {
  ...Object.fromEntries(
    ['kind', 'id', 'name', 'createdTime', 'hidden', 'colorRgb', 'themeId', 'backgroundImageLink', 'orgUnitId'].map(
      (name) => [name, 'leaf' as const],
    ),
  ),
  capabilities: 'open',
  restrictions: 'open',
  backgroundImageFile: 'open',
}
const DEFAULT_FIELDS: Mask = new Map(['kind', 'id', 'name'].map((name) => [name, null]))

/** Shared drives. */
export function driveRoutes(parts: Parts): ApiRoute[] {
  const drives = '/drive/v3/drives'
  return [
    {
      method: 'GET',
      pattern: drives,
      name: 'drives.list',
      cost: 'list',
      access: 'read-metadata',
      handler: (call) => list(call, parts),
    },
    {
      method: 'GET',
      pattern: `${drives}/:id`,
      name: 'drives.get',
      cost: 'read',
      access: 'read-metadata',
      handler: (call) => get(call, parts),
    },
    {
      method: 'POST',
      pattern: drives,
      name: 'drives.create',
      cost: 'modify',
      access: 'write',
      handler: (call) => create(call, parts),
    },
  ]
}

/** `drive#drive` in full. */
export function driveResource(drive: SharedDrive, user: User): Record<string, unknown> {
  const role = drive.members.get(user.email)
  const organizes = role === 'organizer'
  const writes = organizes || role === 'fileOrganizer' || role === 'writer'
  return {
    kind: 'drive#drive',
    id: drive.id,
    name: drive.name,
    colorRgb: '#0f9d58',
    createdTime: new Date(drive.createdTime).toISOString(),
    hidden: drive.hidden,
    capabilities: {
      canAddChildren: writes,
      canComment: role !== 'reader',
      canCopy: true,
      canDeleteDrive: organizes,
      canDownload: true,
      canEdit: writes,
      canListChildren: true,
      canManageMembers: organizes,
      canReadRevisions: writes,
      canRename: writes,
      canRenameDrive: organizes,
      canShare: organizes,
      canTrashChildren: organizes || role === 'fileOrganizer',
    },
    restrictions: {
      adminManagedRestrictions: false,
      copyRequiresWriterPermission: false,
      domainUsersOnly: false,
      driveMembersOnly: false,
    },
  }
}

function list(call: Call, { store }: Parts): Reply {
  const { query, user } = call
  const size = query.pageSize(10, 100)
  if (query.flag('useDomainAdminAccess')) {
    const message = 'The user does not have the administrator privilege required to list shared drives.'
    throw forbidden('noListTeamDrivesAdministratorPrivilege', message)
  }
  const position = pagePosition(query, store.now())
  const mine = [...store.drives.values()].filter((drive) => drive.members.has(user.email))
  const next = position + size
  const fields = query.text('fields')
  const mask =
    fields === undefined
      ? new Map([
          ...['kind', 'nextPageToken'].map((name) => [name, null] as const),
          ['drives', DEFAULT_FIELDS] as const,
        ])
      : parseFields(fields, { kind: 'leaf', nextPageToken: 'leaf', drives: DRIVE_SCHEMA }, 'driveList')
  return json(
    pick(
      {
        kind: 'drive#driveList',
        ...(next < mine.length && { nextPageToken: pageToken(query, next, store.now()) }),
        drives: mine.slice(position, next).map((drive) => driveResource(drive, user)),
      },
      mask,
    ),
  )
}

function get(call: Call, { store }: Parts): Reply {
  const id = call.params.id ?? ''
  const drive = store.drives.get(id)
  if (!drive?.members.has(call.user.email)) throw driveNotFound(id)
  return driveReply(drive, call)
}

async function create(call: Call, { store }: Parts): Promise<Reply> {
  const requestId = call.query.text('requestId')
  if (!requestId) throw required('requestId')
  const { name } = await jsonBody(call)
  if (typeof name !== 'string' || name === '') throw required('name')
  const made = [...store.drives.values()].length
  if (made >= 10_000)
    throw new DriveError(403, { reason: 'teamDrivesLimitExceeded', message: 'Too many shared drives.' })
  return driveReply(store.addDrive(name, { [call.user.email]: 'organizer' }), call)
}

function driveReply(drive: SharedDrive, call: Call): Reply {
  const fields = call.query.text('fields')
  const mask = fields === undefined ? DEFAULT_FIELDS : parseFields(fields, DRIVE_SCHEMA, 'drive')
  return json(pick(driveResource(drive, call.user), mask))
}
