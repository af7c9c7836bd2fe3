import { Fault } from '../backup/faults.ts'
import type { Content, Item } from '../backup/item.ts'
import { exportFormatOf, FOLDER, GOOGLE_TYPES, SHORTCUT } from './export-formats.ts'

/**
 * Drive's `File` resource, which is not ours to trust, made an Item.
 *
 * Validated by hand: a scan comes by here a million times. What Drive leaves out because it has no value is filled in;
 * what is there in another shape than promised is a Fault, since a guess could pass for the file's state.
 * What an item is follows from its MIME type alone: Drive also reports a `size` for documents that have no bytes.
 */

/** What every call asks for, so that an item looks the same from wherever it comes. */
export const FIELDS =
  'id,name,mimeType,parents,size,md5Checksum,sha256Checksum,headRevisionId,version,createdTime,modifiedTime,trashed,' +
  'explicitlyTrashed,ownedByMe,driveId,resourceKey,shortcutDetails(targetId,targetMimeType),capabilities(canDownload)'

const ID = /^[A-Za-z0-9_-]{1,128}$/
const DIGITS = /^[0-9]{1,16}$/
const MD5 = /^[0-9a-f]{32}$/
const SHA256 = /^[0-9a-f]{64}$/
/** Revisions become part of object keys: one with other characters is not used. */
const REVISION = /^[A-Za-z0-9._-]{1,256}$/
/** As far as a Date reaches: years that Drive cannot mean, but that must not break anything behind us. */
const LATEST = 8.64e15

type Raw = Record<string, unknown>

/** Throws only a Fault (`google/bad-answer`), which names the file's id where it has one. */
export function parseItem(value: unknown): Item {
  if (!isObject(value)) throw new Fault('google/bad-answer', 'Google Drive', { detail: 'a file that is not an object' })
  const id = value.id
  if (!isId(id)) throw new Fault('google/bad-answer', 'Google Drive', { detail: 'a file without a usable id' })
  const mimeType = requiredText(value, 'mimeType', id)
  return {
    id,
    name: requiredText(value, 'name', id),
    parentId: parentOf(value.parents, id),
    mimeType,
    createdTime: time(value, 'createdTime', id),
    modifiedTime: time(value, 'modifiedTime', id),
    version: integer(value, 'version', id) ?? 0,
    trashed: flag(value, 'trashed', id, false),
    explicitlyTrashed: flag(value, 'explicitlyTrashed', id, false),
    ownedByMe: flag(value, 'ownedByMe', id, false),
    driveId: optionalId(value, 'driveId', id),
    canDownload: canDownload(value.capabilities, id),
    content: contentOf(value, mimeType, id),
  }
}

/** What Drive wants to see again with every call about some old link-shared files; null for all others. */
export function resourceKeyOf(value: unknown): string | null {
  const key = isObject(value) ? value.resourceKey : null
  // Goes into a header: anything unlike a key stays out of it.
  return typeof key === 'string' && ID.test(key) ? key : null
}

export function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value)
}

function contentOf(value: Raw, mimeType: string, id: string): Content {
  if (!mimeType.startsWith(GOOGLE_TYPES)) {
    const size = integer(value, 'size', id)
    if (size === null) throw bad(id, 'size')
    return {
      kind: 'blob',
      size,
      md5: checksum(value, 'md5Checksum', MD5, id),
      sha256: checksum(value, 'sha256Checksum', SHA256, id),
      headRevisionId: revision(value.headRevisionId),
    }
  }
  if (mimeType === FOLDER) return { kind: 'folder' }
  if (mimeType === SHORTCUT) return shortcutOf(value.shortcutDetails, id)
  return { kind: 'native', export: exportFormatOf(mimeType) }
}

function shortcutOf(details: unknown, id: string): Content {
  // A shortcut whose target Drive does not name is still a file of the user's, to be recorded like any other.
  if (details === undefined || details === null) return { kind: 'shortcut', targetId: 'unknown', targetMimeType: '' }
  if (!isObject(details) || !isId(details.targetId)) throw bad(id, 'shortcutDetails')
  const { targetMimeType } = details
  if (targetMimeType !== undefined && typeof targetMimeType !== 'string') throw bad(id, 'shortcutDetails')
  return { kind: 'shortcut', targetId: details.targetId, targetMimeType: (targetMimeType ?? '').toWellFormed() }
}

function parentOf(parents: unknown, id: string): string | null {
  if (parents === undefined || parents === null) return null
  if (!Array.isArray(parents)) throw bad(id, 'parents')
  if (parents.length === 0) return null
  const first: unknown = parents[0]
  if (!isId(first)) throw bad(id, 'parents')
  return first
}

function canDownload(capabilities: unknown, id: string): boolean {
  if (capabilities === undefined || capabilities === null) return true
  if (!isObject(capabilities)) throw bad(id, 'capabilities')
  return flag(capabilities, 'canDownload', id, true)
}

function requiredText(value: Raw, field: string, id: string): string {
  const text = value[field]
  if (typeof text !== 'string') throw bad(id, field)
  // Half a character can come in a JSON escape, and neither UTF-8 nor a database could keep it.
  return text.isWellFormed() ? text : text.toWellFormed()
}

function integer(value: Raw, field: string, id: string): number | null {
  const text = value[field]
  if (text === undefined || text === null) return null
  if (typeof text !== 'string' || !DIGITS.test(text)) throw bad(id, field)
  const number = Number(text)
  if (!Number.isSafeInteger(number)) throw bad(id, field)
  return number
}

function time(value: Raw, field: string, id: string): number {
  const text = value[field]
  if (text === undefined || text === null) return 0
  if (typeof text !== 'string') throw bad(id, field)
  const ms = Date.parse(text)
  if (!(Math.abs(ms) <= LATEST)) throw bad(id, field)
  return ms
}

function flag(value: Raw, field: string, id: string, absent: boolean): boolean {
  const state = value[field]
  if (typeof state === 'boolean') return state
  if (state === undefined || state === null) return absent
  throw bad(id, field)
}

function optionalId(value: Raw, field: string, id: string): string | null {
  const text = value[field]
  if (text === undefined || text === null) return null
  if (!isId(text)) throw bad(id, field)
  return text
}

function checksum(value: Raw, field: string, form: RegExp, id: string): string | null {
  const text = value[field]
  if (text === undefined || text === null) return null
  if (typeof text !== 'string' || !form.test(text)) throw bad(id, field)
  return text
}

function revision(text: unknown): string | null {
  return typeof text === 'string' && REVISION.test(text) ? text : null
}

function bad(id: string, field: string): Fault {
  return new Fault('google/bad-answer', `file ${id}`, { detail: `its ${field} is not what the Drive API promises` })
}
