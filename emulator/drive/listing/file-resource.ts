import { type Algorithm, digestNow } from '../store/content.ts'
import type { Item, Permission, User } from '../store/item.ts'
import {
  EXPORT_FORMATS,
  extensionOf,
  FOLDER,
  FORMAT_NAMES,
  fullExtensionOf,
  kindOf,
  nativeType,
} from '../store/kinds.ts'
import type { DriveStore } from '../store/store.ts'
import { permissionResource, permissionsOf } from './permission-resource.ts'

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
export const GETTERS: Readonly<Record<string, Getter>> = {
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
