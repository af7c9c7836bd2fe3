import { type Content, explicit, seeded } from './content.ts'
import type { Item, Permission, Revision } from './item.ts'
import { kindOf, mimeTypeOf, SHORTCUT } from './kinds.ts'
import { idFrom } from './random.ts'

/** Bytes of a blob: given, or so many seeded ones, or a file on disk. Without any the blob is empty. */
export interface NewContent {
  content?: Buffer | string
  size?: number
  /** Path of a real file; `size` must be its size. */
  disk?: string
  /** The same bytes as another revision. */
  like?: Content
  /** What the id of the head revision follows from, beside the id of the file; default its version. */
  revision?: string
}

export interface NewItem extends NewContent {
  name: string
  /** Folder id, several for a legacy file, null for an orphan; default the root of the owner. */
  parent?: string | readonly string[] | null
  /** Default: guessed from the name. */
  mimeType?: string
  /** E-mail; default the first user, or whoever owns the parent. */
  owner?: string
  id?: string
  /** Where its versions begin; default 1. */
  version?: number
  createdTime?: number
  modifiedTime?: number
  /** Id of the target: makes a shortcut. */
  target?: string
  nativeSize?: number
  exportSize?: number
  exports?: Map<string, Buffer>
  trashed?: boolean
  starred?: boolean
  checksums?: 'all' | 'md5' | 'none'
  canDownload?: boolean
  abusive?: boolean
  downloadQuotaExceeded?: boolean
  resourceKey?: string
  description?: string
  folderColor?: string
  properties?: Record<string, string>
  appProperties?: Record<string, string>
  copyRequiresWriterPermission?: boolean
  writersCanShare?: boolean
  originalFilename?: string
  keepForever?: boolean
  permissions?: Permission[]
}

/** Properties of an item that can be changed without touching content, place or trash. */
export type Patch = Partial<
  Pick<
    Item,
    | 'name'
    | 'mimeType'
    | 'modifiedTime'
    | 'createdTime'
    | 'starred'
    | 'description'
    | 'folderColor'
    | 'properties'
    | 'appProperties'
    | 'copyRequiresWriterPermission'
    | 'writersCanShare'
    | 'originalFilename'
    | 'owner'
    | 'checksums'
    | 'canDownload'
    | 'abusive'
    | 'downloadQuotaExceeded'
    | 'exportSize'
    | 'exports'
    | 'keepForever'
  >
>

/** The id of a user's My Drive root. */
export function rootIdOf(seed: number, email: string): string {
  return idFrom(`${seed}:root:${email}`, '0A', 17).concat('Uk9PVA')
}

/** Every field of an item at its usual value; spread it and fill in the rest, so that all items have one shape. */
export const BLANK = {
  name: '',
  version: 1,
  explicitlyTrashed: false,
  trashedTime: null,
  starred: false,
  content: null,
  headRevisionId: null,
  originalFilename: null,
  nativeSize: 1024,
  exportSize: null,
  exports: null,
  shortcut: null,
  keepForever: false,
  checksums: 'all',
  canDownload: true,
  abusive: false,
  downloadQuotaExceeded: false,
  resourceKey: null,
  description: null,
  folderColor: null,
  properties: null,
  appProperties: null,
  copyRequiresWriterPermission: false,
  writersCanShare: true,
} as const satisfies Partial<Item>

/** The head of a blob as a revision. */
export function headRevision(item: Item, id: string): Revision {
  return {
    id,
    content: item.content,
    mimeType: item.mimeType,
    modifiedTime: item.modifiedTime,
    originalFilename: item.originalFilename ?? item.name,
    keepForever: item.keepForever,
  }
}

export function revisionId(id: string, revision: number | string): string {
  return idFrom(`${id}:revision:${revision}`, '0B', 51)
}

export function newContent(spec: NewContent, seed: string): Content {
  if (spec.content !== undefined) return explicit(spec.content)
  if (spec.like) return spec.like
  if (spec.disk !== undefined) return { from: 'disk', path: spec.disk, size: spec.size ?? 0 }
  return seeded(seed, spec.size ?? 0)
}

/** Where a new item stands. */
export interface Placement {
  readonly id: string
  readonly ordinal: number
  readonly parents: string[]
  readonly owner: string | null
  readonly driveId: string | null
  readonly space: Item['space']
  readonly modifiedBy: string
  readonly now: number
  /** Of the target of a shortcut, if that is known. */
  readonly targetMimeType: string | undefined
}

/** The item that a description makes. */
export function makeItem(spec: NewItem, place: Placement): Item {
  const { now, targetMimeType, ...placed } = place
  const { id } = place
  const mimeType = spec.target !== undefined ? SHORTCUT : (spec.mimeType ?? mimeTypeOf(spec.name))
  const blob = kindOf(mimeType) === 'blob'
  const trashed = spec.trashed ?? false
  return {
    ...BLANK,
    ...placed,
    name: spec.name,
    mimeType,
    version: spec.version ?? 1,
    createdTime: spec.createdTime ?? now,
    modifiedTime: spec.modifiedTime ?? now,
    explicitlyTrashed: trashed,
    trashedTime: trashed ? now : null,
    starred: spec.starred ?? false,
    content: blob ? newContent(spec, `${id}/1`) : null,
    headRevisionId: blob ? revisionId(id, spec.revision ?? 1) : null,
    originalFilename: blob ? (spec.originalFilename ?? spec.name) : null,
    nativeSize: spec.nativeSize ?? 1024,
    exportSize: spec.exportSize ?? null,
    exports: spec.exports ?? null,
    shortcut:
      spec.target === undefined
        ? null
        : {
            targetId: spec.target,
            targetMimeType: targetMimeType ?? 'application/octet-stream',
          },
    revisions: [],
    keepForever: spec.keepForever ?? false,
    permissions: spec.permissions ? [...spec.permissions] : [],
    comments: [],
    checksums: spec.checksums ?? 'all',
    canDownload: spec.canDownload ?? true,
    abusive: spec.abusive ?? false,
    downloadQuotaExceeded: spec.downloadQuotaExceeded ?? false,
    resourceKey: spec.resourceKey ?? null,
    description: spec.description ?? null,
    folderColor: spec.folderColor ?? null,
    properties: spec.properties ?? null,
    appProperties: spec.appProperties ?? null,
    copyRequiresWriterPermission: spec.copyRequiresWriterPermission ?? false,
    writersCanShare: spec.writersCanShare ?? true,
  }
}
