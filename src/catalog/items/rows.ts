import type { Copy } from '../../backup/model/catalog.ts'
import { type Content, type Item, revisionOf } from '../../backup/model/item.ts'
import type { CopyRow, ItemRow, NewItemRow } from '../schema.ts'
import { timeMs, timeText } from '../times.ts'

/** What Drive says of an item, as columns. */
export type ItemColumns = Pick<NewItemRow, (typeof ITEM_COLUMNS)[number]>

export const ITEM_COLUMNS = [
  'name',
  'kind',
  'mime_type',
  'parent_id',
  'size',
  'md5',
  'sha256',
  'head_revision_id',
  'export_type',
  'export_extension',
  'target_id',
  'target_type',
  'version',
  'revision',
  'created_time',
  'modified_time',
  'owned_by_me',
  'drive_id',
  'can_download',
  'unreadable',
  'trashed',
  'explicitly_trashed',
] as const

/** An item that can be read again, or need not be. */
export const READ_WELL = {
  read_fault: null,
  read_detail: null,
  read_fault_at: null,
  read_attempts: 0,
  read_failed: 0,
} as const

export function columnsOf(item: Item): ItemColumns {
  const { content } = item
  const blob = content.kind === 'blob' ? content : null
  const exported = content.kind === 'native' ? content.export : null
  const target = content.kind === 'shortcut' ? content : null
  return {
    name: item.name,
    kind: content.kind,
    mime_type: item.mimeType,
    parent_id: item.parentId,
    size: blob?.size ?? null,
    md5: blob?.md5 ?? null,
    sha256: blob?.sha256 ?? null,
    head_revision_id: blob?.headRevisionId ?? null,
    export_type: exported?.mimeType ?? null,
    export_extension: exported?.extension ?? null,
    target_id: target?.targetId ?? null,
    target_type: target?.targetMimeType ?? null,
    version: item.version,
    revision: revisionOf(item),
    created_time: timeText(item.createdTime),
    modified_time: timeText(item.modifiedTime),
    owned_by_me: Number(item.ownedByMe),
    drive_id: item.driveId,
    can_download: Number(item.canDownload),
    unreadable: item.unreadable,
    trashed: Number(item.trashed || item.explicitlyTrashed),
    explicitly_trashed: Number(item.explicitlyTrashed),
  }
}

export function itemOf(row: Pick<ItemRow, 'file_id' | (typeof ITEM_COLUMNS)[number]>): Item {
  return {
    id: row.file_id,
    name: row.name,
    parentId: row.parent_id,
    mimeType: row.mime_type,
    createdTime: timeMs(row.created_time),
    modifiedTime: timeMs(row.modified_time),
    version: row.version,
    trashed: row.trashed === 1,
    explicitlyTrashed: row.explicitly_trashed === 1,
    ownedByMe: row.owned_by_me === 1,
    driveId: row.drive_id,
    canDownload: row.can_download === 1,
    unreadable: row.unreadable,
    content: contentOf(row),
  }
}

function contentOf(row: Pick<ItemRow, (typeof ITEM_COLUMNS)[number]>): Content {
  switch (row.kind) {
    case 'blob':
      return {
        kind: 'blob',
        size: row.size ?? 0,
        md5: row.md5,
        sha256: row.sha256,
        headRevisionId: row.head_revision_id,
      }
    case 'native': {
      const { export_type: mimeType, export_extension: extension } = row
      return { kind: 'native', export: mimeType === null || extension === null ? null : { mimeType, extension } }
    }
    case 'shortcut':
      return { kind: 'shortcut', targetId: row.target_id ?? '', targetMimeType: row.target_type ?? '' }
    case 'folder':
      return { kind: 'folder' }
  }
}

export function copyOf(row: CopyRow & { file_id: string }, destination: string): Copy {
  return {
    id: row.id,
    file: row.file,
    fileId: row.file_id,
    revision: row.revision,
    destination,
    key: row.object_key,
    versionId: row.version_id,
    etag: row.etag,
    size: row.size,
    sha256: row.sha256,
    place: row.place,
  }
}
