import type { Content, Item } from '../../backup/model/item.ts'
import { quote } from '../api/quote.ts'
import { exportFormatOf, FOLDER, GOOGLE_TYPES, SHORTCUT } from './export-formats.ts'

/**
 * Drive's `File` resource, which is untrusted input, as an Item.
 *
 * Validated by hand: a scan calls this a million times. One odd file must not stop the page it is on, so nothing here throws. A field of
 * another form than promised is read as absent, except for those that are needed to copy the file: they make the item `unreadable`.
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
/** Years beyond these have no four digits in ISO text, which the catalog and object metadata rely on. */
const EARLIEST = Date.parse('0001-01-01T00:00:00.000Z')
const LATEST = Date.parse('9999-12-31T23:59:59.999Z')

type Raw = Record<string, unknown>

/** Null for an entry without a usable id, which cannot be tracked. Never throws. */
export function parseItem(value: unknown): Item | null {
  if (!isObject(value) || !isId(value.id)) return null
  const mimeType = typeof value.mimeType === 'string' ? value.mimeType.toWellFormed() : ''
  const { content, unreadable } = contentOf(value, mimeType)
  return {
    id: value.id,
    name: itemName(value.name),
    parentId: parentOf(value.parents),
    mimeType,
    createdTime: time(value.createdTime),
    modifiedTime: time(value.modifiedTime),
    version: integer(value.version) ?? 0,
    trashed: value.trashed === true,
    explicitlyTrashed: value.explicitlyTrashed === true,
    ownedByMe: value.ownedByMe === true,
    driveId: isId(value.driveId) ? value.driveId : null,
    canDownload: !isObject(value.capabilities) || value.capabilities.canDownload !== false,
    content,
    unreadable,
  }
}

/** An item of which nothing but its id is known. */
export function unknownItem(id: string, driveId: string | null, why: string): Item {
  return {
    id,
    name: UNNAMED,
    parentId: null,
    mimeType: '',
    createdTime: 0,
    modifiedTime: 0,
    version: 0,
    trashed: false,
    explicitlyTrashed: false,
    ownedByMe: false,
    driveId,
    canDownload: true,
    content: { kind: 'blob', size: 0, md5: null, sha256: null, headRevisionId: null },
    unreadable: why,
  }
}

/** The key that Drive requires with every call about some old link-shared files; null for all others. */
export function resourceKeyOf(value: Raw): string | null {
  // Goes into a header: anything unlike a key stays out of it.
  return isId(value.resourceKey) ? value.resourceKey : null
}

export function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value)
}

const UNNAMED = '(unnamed)'

export function itemName(name: unknown): string {
  // Half a character can come in a JSON escape, and neither UTF-8 nor a database can hold it.
  return typeof name === 'string' ? name.toWellFormed() : UNNAMED
}

function contentOf(value: Raw, mimeType: string): Pick<Item, 'content' | 'unreadable'> {
  const content = mimeType.startsWith(GOOGLE_TYPES) ? googleContent(value, mimeType) : null
  if (content !== null) return { content, unreadable: null }
  const size = integer(value.size)
  const unreadable = mimeType === '' ? odd('mimeType', value.mimeType) : size === null ? odd('size', value.size) : null
  const blob = {
    kind: 'blob',
    size: size ?? 0,
    md5: checksum(value.md5Checksum, MD5),
    sha256: checksum(value.sha256Checksum, SHA256),
    headRevisionId: revision(value.headRevisionId),
  } as const
  return { content: blob, unreadable }
}

function googleContent(value: Raw, mimeType: string): Content {
  if (mimeType === FOLDER) return { kind: 'folder' }
  if (mimeType === SHORTCUT) return shortcutOf(value.shortcutDetails)
  return { kind: 'native', export: exportFormatOf(mimeType) }
}

/** A shortcut whose target Drive does not name is still an item of the user's, to be recorded like any other. */
function shortcutOf(details: unknown): Content {
  const { targetId, targetMimeType } = isObject(details) ? details : {}
  return {
    kind: 'shortcut',
    targetId: isId(targetId) ? targetId : 'unknown',
    targetMimeType: typeof targetMimeType === 'string' ? targetMimeType.toWellFormed() : '',
  }
}

function parentOf(parents: unknown): string | null {
  const first: unknown = Array.isArray(parents) ? parents[0] : null
  return isId(first) ? first : null
}

function integer(value: unknown): number | null {
  const number = typeof value === 'string' && DIGITS.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null
}

/** ms of the years 1 to 9999. A date beyond them becomes the nearest one, one that cannot be read becomes 0. */
function time(value: unknown): number {
  if (typeof value !== 'string') return 0
  if (/^\+?[0-9]{5,}-/.test(value)) return LATEST
  if (/^-[0-9]{4,}-/.test(value)) return EARLIEST
  if (!/^[0-9]{4}-/.test(value)) return 0
  let ms = Date.parse(value)
  // `Date` does not know leap seconds.
  if (Number.isNaN(ms)) ms = Date.parse(value.replace(/:60(?=[.Z+-])/, ':59'))
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, EARLIEST), LATEST)
}

function checksum(value: unknown, form: RegExp): string | null {
  const text = typeof value === 'string' ? value.toLowerCase() : ''
  return form.test(text) ? text : null
}

function revision(text: unknown): string | null {
  return typeof text === 'string' && REVISION.test(text) ? text : null
}

/** Which field is missing or odd, for people. */
function odd(field: string, value: unknown): string {
  if (value === undefined || value === null || value === '') return `it has no ${field}`
  if (typeof value === 'object') return `its ${field} is ${Array.isArray(value) ? 'a list' : 'an object'}`
  return `its ${field} is ${quote(String(value), 80)}`
}
