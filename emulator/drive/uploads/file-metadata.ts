import { DriveError, invalid } from '../http/errors.ts'
import type { Item } from '../store/item.ts'
import type { NewItem, Patch } from '../store/store.ts'

/** The writable part of a File as it comes in a request's body; what the body does not name stays undefined. */
export type FileMetadata = {
  id?: string
  name?: string
  mimeType?: string
  parents?: string[]
  createdTime?: number
  modifiedTime?: number
  description?: string
  starred?: boolean
  trashed?: boolean
  properties?: Record<string, string | null>
  appProperties?: Record<string, string | null>
  folderColorRgb?: string
  originalFilename?: string
  copyRequiresWriterPermission?: boolean
  writersCanShare?: boolean
  shortcutDetails?: { targetId?: string }
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isFlag = (value: unknown): boolean => typeof value === 'boolean'
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isTexts = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every((each) => each === null || isText(each))

const CHECKS: Record<keyof FileMetadata, (value: unknown) => boolean> = {
  id: isText,
  name: isText,
  mimeType: isText,
  parents: (value) => Array.isArray(value) && value.every(isText),
  createdTime: isText,
  modifiedTime: isText,
  description: isText,
  starred: isFlag,
  trashed: isFlag,
  properties: isTexts,
  appProperties: isTexts,
  folderColorRgb: isText,
  originalFilename: isText,
  copyRequiresWriterPermission: isFlag,
  writersCanShare: isFlag,
  shortcutDetails: isObject,
}

/** Reads a File sent by a client. Fields that only Drive sets are ignored, as Drive does; wrong types are a 400. */
export function readMetadata(body: Record<string, unknown>): FileMetadata {
  const read: Record<string, unknown> = {}
  for (const [name, check] of Object.entries(CHECKS)) {
    const value = body[name]
    if (value === undefined || value === null) continue
    if (!check(value)) throw invalid(name)
    read[name] = name.endsWith('Time') ? timeOf(name, String(value)) : value
  }
  const metadata: FileMetadata = read
  if (metadata.parents !== undefined && metadata.parents.length > 1) {
    throw new DriveError(400, { reason: 'invalid', message: 'A file cannot have more than one parent.' })
  }
  return metadata
}

/** Clients send up to nine digits of a second; Drive keeps three. */
function timeOf(name: string, text: string): number {
  const ms = Date.parse(text)
  if (Number.isNaN(ms) || !/^\d{4}-\d\d-\d\dT/.test(text))
    throw invalid(name, `Invalid value for: Invalid format: "${text}"`)
  return ms
}

/** A new item of this description in this folder, without its bytes. */
export function specOf(metadata: FileMetadata, parent: string): NewItem {
  const { parents, folderColorRgb, shortcutDetails, properties, appProperties, name, ...same } = metadata
  return {
    ...same,
    name: name ?? 'Untitled',
    parent,
    ...(folderColorRgb !== undefined && { folderColor: folderColorRgb }),
    ...(shortcutDetails?.targetId !== undefined && { target: shortcutDetails.targetId }),
    ...(properties !== undefined && { properties: merged(null, properties) }),
    ...(appProperties !== undefined && { appProperties: merged(null, appProperties) }),
  }
}

/** What of an existing item changes; place, trash and bytes aside. */
export function patchOf(metadata: FileMetadata, item: Item): Patch {
  const { id, parents, trashed, createdTime, shortcutDetails, folderColorRgb, properties, appProperties, ...same } =
    metadata
  return {
    ...same,
    ...(folderColorRgb !== undefined && { folderColor: folderColorRgb }),
    ...(properties !== undefined && { properties: merged(item.properties, properties) }),
    ...(appProperties !== undefined && { appProperties: merged(item.appProperties, appProperties) }),
  }
}

/** Properties are added to those there are; a null takes one away. */
function merged(present: Record<string, string> | null, change: Record<string, string | null>): Record<string, string> {
  const all = Object.entries({ ...present, ...change })
  return Object.fromEntries(all.filter((pair): pair is [string, string] => pair[1] !== null))
}
