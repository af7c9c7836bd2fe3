import { type Algorithm, digest, digestNow } from './content.ts'
import { type Mask, parseFields, pick, type Schema } from './fields.ts'
import type { Item, Permission, User } from './item.ts'
import { EXPORT_FORMATS, extensionOf, FOLDER, FORMAT_NAMES, fullExtensionOf, kindOf, nativeType } from './kinds.ts'
import { permissionResource, permissionsOf } from './permission-resource.ts'
import type { DriveStore } from './store.ts'

/** Through whose eyes a file is shown. */
export interface View {
  readonly store: DriveStore
  readonly user: User
  /** Where links lead. */
  readonly origin: string
}

type Getter = (item: Item, view: View) => unknown

const time = (ms: number): string => new Date(ms).toISOString()
const isBlob = (item: Item): boolean => item.content !== null

/** `drive#user`; Google shows `me` and leaves out what is unknown. */
export function userResource(view: View, email: string): object {
  const user = view.store.users.get(email)
  return {
    kind: 'drive#user',
    displayName: user?.displayName ?? email.split('@')[0],
    me: email === view.user.email,
    permissionId: user?.permissionId ?? '',
    emailAddress: email,
  }
}

function checksum(algorithm: Algorithm): Getter {
  return (item) => {
    if (!item.content || item.checksums === 'none') return undefined
    if (item.checksums === 'md5' && algorithm !== 'md5') return undefined
    return digestNow(item.content, algorithm)
  }
}

/** Where the bytes of an export come from: paths as Google has them, at this emulator. */
export function exportLinks(item: Item, origin: string): Record<string, string> | undefined {
  const formats = EXPORT_FORMATS[item.mimeType]
  // Forms are exported only by name of the type: real ones bring no links.
  if (!formats || !item.canDownload || item.mimeType === nativeType('form')) return undefined
  return Object.fromEntries(formats.map((mime) => [mime, exportLink(item, mime, origin)]))
}

export function exportLink(item: Item, mimeType: string, origin: string): string {
  const path = LINK_PATHS[item.mimeType] ?? DOCUMENT_PATH
  return `${origin}${path}?id=${item.id}&exportFormat=${FORMAT_NAMES[mimeType] ?? 'mp4'}`
}

const DOCUMENT_PATH = '/feeds/download/documents/export/Export'
const LINK_PATHS: Readonly<Record<string, string>> = {
  [nativeType('spreadsheet')]: '/spreadsheets/export',
  [nativeType('presentation')]: '/feeds/download/presentations/Export',
  [nativeType('drawing')]: '/feeds/download/drawings/Export',
  [nativeType('script')]: '/feeds/download/scripts/Export',
}
/** The paths of all export links. */
export const EXPORT_PATHS: readonly string[] = [DOCUMENT_PATH, ...Object.values(LINK_PATHS)]

function visibleParents(item: Item, view: View): string[] | undefined {
  const { store, user } = view
  if (item.parents.length === 0) return undefined
  if (item.owner === user.email && item.parents.length === 1) {
    // Orphans aside, an owner sees the parent; the full question is only worth asking for others.
    const [parent] = item.parents
    if (parent === user.rootId) return item.parents
  }
  const seen = item.parents.filter((id) => {
    const parent = store.get(id)
    return parent !== undefined && store.roleOf(parent, user.email) !== undefined
  })
  return seen.length > 0 ? seen : undefined
}

function capabilities(item: Item, view: View): object {
  const role = view.store.roleOf(item, view.user.email)
  const writes = role !== undefined && role !== 'reader' && role !== 'commenter'
  const owns = role === 'owner' || role === 'organizer'
  const folder = item.mimeType === FOLDER
  return {
    canAcceptOwnership: false,
    canAddChildren: writes && folder,
    canAddMyDriveParent: false,
    canChangeCopyRequiresWriterPermission: writes,
    canComment: role !== 'reader' && !folder,
    canCopy: item.canDownload && !folder,
    canDelete: owns,
    canDownload: item.canDownload,
    canEdit: writes,
    canListChildren: folder,
    canModifyContent: writes,
    canMoveItemIntoTeamDrive: owns,
    canReadRevisions: writes && !folder,
    canRemoveChildren: writes && folder,
    canRename: writes,
    canShare: owns || (writes && item.writersCanShare),
    canTrash: owns,
    canUntrash: owns,
  }
}

function sharedGrant(item: Item, view: View): Permission | undefined {
  return view.store.sharedWith(item, view.user.email)
}

/** Every field with how it is had; undefined leaves it out. */
const GETTERS: Readonly<Record<string, Getter>> = {
  kind: () => 'drive#file',
  id: (item) => item.id,
  name: (item) => item.name,
  mimeType: (item) => item.mimeType,
  description: (item) => item.description ?? undefined,
  starred: (item) => item.starred,
  trashed: (item, { store }) => store.isTrashed(item),
  explicitlyTrashed: (item) => item.explicitlyTrashed,
  trashedTime: (item) => (item.driveId !== null && item.trashedTime !== null ? time(item.trashedTime) : undefined),
  trashingUser: (item, view) =>
    item.driveId !== null && item.trashedTime !== null ? userResource(view, item.modifiedBy) : undefined,
  parents: visibleParents,
  properties: (item) => item.properties ?? undefined,
  appProperties: (item) => item.appProperties ?? undefined,
  spaces: (item) => [item.space],
  version: (item) => String(item.version),
  webContentLink: (item, { origin }) => (isBlob(item) ? `${origin}/uc?id=${item.id}&export=download` : undefined),
  webViewLink: (item) =>
    item.mimeType === FOLDER
      ? `https://drive.google.com/drive/folders/${item.id}`
      : `https://drive.google.com/file/d/${item.id}/view?usp=drivesdk`,
  iconLink: (item) => `https://drive-thirdparty.googleusercontent.com/16/type/${item.mimeType}`,
  hasThumbnail: () => false,
  thumbnailVersion: () => '0',
  viewedByMe: () => true,
  viewedByMeTime: (item) => time(item.createdTime),
  createdTime: (item) => time(item.createdTime),
  modifiedTime: (item) => time(item.modifiedTime),
  modifiedByMeTime: (item, { user }) => (item.modifiedBy === user.email ? time(item.modifiedTime) : undefined),
  modifiedByMe: (item, { user }) => item.modifiedBy === user.email,
  sharedWithMeTime: (item, view) => {
    const grant = sharedGrant(item, view)
    return grant && time(grant.since)
  },
  sharingUser: (item, view) => (sharedGrant(item, view) && item.owner ? userResource(view, item.owner) : undefined),
  owners: (item, view) => (item.owner === null ? undefined : [userResource(view, item.owner)]),
  ownedByMe: (item, { user }) => (item.owner === null ? undefined : item.owner === user.email),
  driveId: (item) => item.driveId ?? undefined,
  teamDriveId: (item) => item.driveId ?? undefined,
  lastModifyingUser: (item, view) => userResource(view, item.modifiedBy),
  shared: (item) => (item.owner === null ? undefined : item.permissions.length > 0),
  capabilities,
  viewersCanCopyContent: (item) => !item.copyRequiresWriterPermission,
  copyRequiresWriterPermission: (item) => item.copyRequiresWriterPermission,
  writersCanShare: (item) => (item.driveId === null ? item.writersCanShare : undefined),
  permissions: (item, view) =>
    item.driveId === null && view.store.roleOf(item, view.user.email) !== 'reader'
      ? permissionsOf(item, view.store).map((permission) => permissionResource(permission, view.store))
      : undefined,
  permissionIds: (item, { store }) => permissionsOf(item, store).map(({ id }) => id),
  hasAugmentedPermissions: (item) => (item.driveId !== null ? false : undefined),
  folderColorRgb: (item) => (item.mimeType === FOLDER ? (item.folderColor ?? '#8f8f8f') : undefined),
  originalFilename: (item) => item.originalFilename ?? undefined,
  fullFileExtension: (item) => (isBlob(item) ? fullExtensionOf(item.name) : undefined),
  fileExtension: (item) => (isBlob(item) ? extensionOf(item.name) : undefined),
  md5Checksum: checksum('md5'),
  sha1Checksum: checksum('sha1'),
  sha256Checksum: checksum('sha256'),
  size: (item) => {
    if (item.content) return String(item.content.size)
    return kindOf(item.mimeType) === 'native' ? String(item.nativeSize) : undefined
  },
  quotaBytesUsed: (item) => {
    if (!item.content) return kindOf(item.mimeType) === 'native' ? String(item.nativeSize) : '0'
    return String(item.revisions.reduce((sum, old) => sum + (old.content?.size ?? 0), item.content.size))
  },
  headRevisionId: (item) => item.headRevisionId ?? undefined,
  isAppAuthorized: () => true,
  exportLinks: (item, { origin }) => exportLinks(item, origin),
  shortcutDetails: (item) => item.shortcut ?? undefined,
  contentRestrictions: () => undefined,
  linkShareMetadata: () => ({ securityUpdateEligible: false, securityUpdateEnabled: true }),
  resourceKey: (item) => item.resourceKey ?? undefined,
  labelInfo: () => undefined,
  inheritedPermissionsDisabled: (item) => (item.mimeType === FOLDER ? false : undefined),
  downloadRestrictions: () => undefined,
  clientEncryptionDetails: () => undefined,
  thumbnailLink: () => undefined,
  contentHints: () => undefined,
  imageMediaMetadata: () => undefined,
  videoMediaMetadata: () => undefined,
}

const USER: Schema = {
  kind: 'leaf',
  displayName: 'leaf',
  me: 'leaf',
  permissionId: 'leaf',
  emailAddress: 'leaf',
  photoLink: 'leaf',
}

export const PERMISSION_SCHEMA: Schema = {
  ...Object.fromEntries(
    [
      'kind',
      'id',
      'type',
      'role',
      'emailAddress',
      'domain',
      'displayName',
      'photoLink',
      'allowFileDiscovery',
      'expirationTime',
      'deleted',
      'pendingOwner',
      'view',
      'inheritedPermissionsDisabled',
    ].map((name) => [name, 'leaf' as const]),
  ),
  permissionDetails: 'open',
  teamDrivePermissionDetails: 'open',
}

const NESTED: Readonly<Record<string, Schema>> = {
  owners: USER,
  trashingUser: USER,
  sharingUser: USER,
  lastModifyingUser: USER,
  permissions: PERMISSION_SCHEMA,
  shortcutDetails: { targetId: 'leaf', targetMimeType: 'leaf', targetResourceKey: 'leaf' },
  linkShareMetadata: { securityUpdateEligible: 'leaf', securityUpdateEnabled: 'leaf' },
  capabilities: 'open',
  properties: 'open',
  appProperties: 'open',
  exportLinks: 'open',
  contentRestrictions: 'open',
  labelInfo: 'open',
  downloadRestrictions: 'open',
  clientEncryptionDetails: 'open',
  contentHints: 'open',
  imageMediaMetadata: 'open',
  videoMediaMetadata: 'open',
}

export const FILE_SCHEMA: Schema = Object.fromEntries(
  Object.keys(GETTERS).map((name) => [name, NESTED[name] ?? 'leaf']),
)

/** What a file resource shows if `fields` does not say. */
const DEFAULT_FIELDS: Mask = new Map(['kind', 'id', 'name', 'mimeType', 'resourceKey'].map((name) => [name, null]))

/** The mask of a single file answer. */
export function fileMask(fields: string | undefined): Mask {
  return fields === undefined ? DEFAULT_FIELDS : parseFields(fields, FILE_SCHEMA, 'file')
}

/** Shows items through one mask; made once for a page. */
export interface FileShape {
  show(item: Item, view: View): Record<string, unknown>
  /** Computes what `show` needs and cannot have at once: checksums of long files. Nothing to wait for gives undefined. */
  prepare(items: readonly Item[]): Promise<void> | undefined
}

const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  md5Checksum: 'md5',
  sha1Checksum: 'sha1',
  sha256Checksum: 'sha256',
}

const shapes = new WeakMap<Mask, FileShape>()

/** The shape for a mask of the file's own fields; null selects the default ones. */
export function fileShape(chosen: Mask | null): FileShape {
  const mask = chosen ?? DEFAULT_FIELDS
  const known = shapes.get(mask)
  if (known) return known
  const shape = compile(mask)
  shapes.set(mask, shape)
  return shape
}

function compile(mask: Mask): FileShape {
  const names = mask.has('*') ? Object.keys(GETTERS) : [...mask.keys()]
  const columns = names.flatMap((name) => {
    const get = GETTERS[name]
    return get ? [{ name, get, inner: mask.get(name) ?? null }] : []
  })
  const algorithms = names.flatMap((name) => ALGORITHMS[name] ?? [])
  return {
    show(item, view) {
      const shown: Record<string, unknown> = {}
      for (const { name, get, inner } of columns) {
        const value = get(item, view)
        if (value !== undefined) shown[name] = inner === null ? value : pick(value, inner)
      }
      return shown
    },
    prepare(items) {
      const waiting: Promise<string>[] = []
      for (const algorithm of algorithms) {
        for (const { content, checksums } of items) {
          if (!content || checksums === 'none' || (checksums === 'md5' && algorithm !== 'md5')) continue
          const sum = digest(content, algorithm)
          if (typeof sum !== 'string') waiting.push(sum)
        }
      }
      // A file on disk may be gone by now; then it is shown without a checksum until the next look at the folder.
      return waiting.length === 0 ? undefined : Promise.allSettled(waiting).then(() => undefined)
    },
  }
}
