import type { Content } from './content.ts'

/** A Google account. */
export interface User {
  /** Changed by `DriveStore.changeAddress` alone. */
  email: string
  readonly displayName: string
  readonly permissionId: string
  /** The id of this user's My Drive root. */
  readonly rootId: string
  readonly appDataId: string
}

export interface SharedDrive {
  /** Also the id of its root folder. */
  readonly id: string
  name: string
  readonly createdTime: number
  hidden: boolean
  /** E-mail to role; who is not here does not see the drive. */
  readonly members: Map<string, Role>
}

export type Role = 'owner' | 'organizer' | 'fileOrganizer' | 'writer' | 'commenter' | 'reader'

export interface Permission {
  id: string
  type: 'user' | 'group' | 'domain' | 'anyone'
  role: Role
  emailAddress?: string
  domain?: string
  allowFileDiscovery?: boolean
  /** When a person was given access: `sharedWithMeTime`. Unix ms. */
  since: number
}

export interface Revision {
  readonly id: string
  readonly content: Content | null
  readonly mimeType: string
  readonly modifiedTime: number
  readonly originalFilename: string
  keepForever: boolean
}

export interface Comment {
  readonly id: string
  readonly createdTime: number
  modifiedTime: number
  readonly author: string
  content: string
  quoted?: string
  resolved: boolean
  deleted: boolean
  replies: { id: string; createdTime: number; author: string; content: string; action?: 'resolve' | 'reopen' }[]
}

/** What Drive holds about a file, folder, native document or shortcut. Times are Unix ms. What is served is derived from it. */
export interface Item {
  readonly id: string
  /** The place in listings: later items have greater numbers, and none is given twice. */
  readonly ordinal: number
  name: string
  mimeType: string
  /** Usually one; none for a root or an orphan; legacy files may have more. */
  parents: string[]
  /** E-mail of the owner; null in a shared drive. */
  owner: string | null
  driveId: string | null
  space: 'drive' | 'appDataFolder'
  createdTime: number
  modifiedTime: number
  /** E-mail of who changed it last. */
  modifiedBy: string
  version: number
  /** Trashed itself; `DriveStore.isTrashed` also knows of trashed ancestors. */
  explicitlyTrashed: boolean
  trashedTime: number | null
  starred: boolean
  /** Blobs only. */
  content: Content | null
  headRevisionId: string | null
  originalFilename: string | null
  /** Native documents: the `size` that Drive reports, which is not the size of an export. */
  nativeSize: number
  /** Native documents: what an export comes to, in bytes; null leaves it to the document generator. */
  exportSize: number | null
  /** Bytes of an export that were given explicitly, by MIME type. */
  exports: Map<string, Buffer> | null
  shortcut: { targetId: string; targetMimeType: string } | null
  /** Older than the head, oldest first. */
  revisions: Revision[]
  keepForever: boolean
  /** Direct grants, the owner's aside. */
  permissions: Permission[]
  comments: Comment[]
  /** Which checksums Drive reports: some old files lack them. */
  checksums: 'all' | 'md5' | 'none'
  canDownload: boolean
  abusive: boolean
  downloadQuotaExceeded: boolean
  resourceKey: string | null
  description: string | null
  folderColor: string | null
  properties: Record<string, string> | null
  appProperties: Record<string, string> | null
  copyRequiresWriterPermission: boolean
  writersCanShare: boolean
}
