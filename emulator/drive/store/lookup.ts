import type { Call } from '../http/call.ts'
import { forbidden, insufficientFilePermissions, notFound } from '../http/errors.ts'
import type { Item } from './item.ts'
import { kindOf } from './kinds.ts'
import type { DriveStore } from './store.ts'

/**
 * The item that a call names, by id or alias (`root`, `appDataFolder`), if the caller may see it; otherwise Drive's 404, which does
 * not tell whether it exists. `anyDrive` is for methods that know no `supportsAllDrives`: they reach shared drives without it.
 */
export function itemOf(call: Call, store: DriveStore, id = call.params.id ?? '', anyDrive = false): Item {
  const item = store.get(alias(id, call))
  if (!item || store.roleOf(item, call.user.email) === undefined) throw notFound(id)
  if (item.driveId !== null && !anyDrive && !sharedDrivesSupported(call)) throw notFound(id)
  if (item.resourceKey !== null && needsKey(item, store, call) && !bringsKey(item, call)) throw notFound(id)
  return item
}

export function alias(id: string, { user }: Call): string {
  if (id === 'root') return user.rootId
  return id === 'appDataFolder' ? user.appDataId : id
}

/** The download of a shared-drive file works without the flag; clients that send only `alt=media` depend on it. */
function sharedDrivesSupported(call: Call): boolean {
  const { query } = call
  return (
    query.flag('supportsAllDrives') || query.flag('supportsTeamDrives') || query.text('alt')?.toLowerCase() === 'media'
  )
}

/** Items shared by link and never opened need their key; ownership, membership and a grant of one's own do without. */
function needsKey(item: Item, store: DriveStore, call: Call): boolean {
  return item.owner !== call.user.email && item.driveId === null && !store.sharedWith(item, call.user.email)
}

function bringsKey(item: Item, call: Call): boolean {
  const header = call.headers['x-goog-drive-resource-keys']
  const pairs = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',')
  return pairs.some((pair) => pair.trim() === `${item.id}/${item.resourceKey}`)
}

/** Refuses callers who may only read. */
export function mustWrite(item: Item, store: DriveStore, call: Call): void {
  const role = store.roleOf(item, call.user.email)
  if (role === 'reader' || role === 'commenter' || role === undefined) throw insufficientFilePermissions()
}

/** Refuses what Drive refuses to hand out as bytes, with its reasons in its order. */
export function mustDownload(item: Item, store: DriveStore, call: Call): void {
  if (kindOf(item.mimeType) !== 'blob') {
    const message = 'Only files with binary content can be downloaded. Use Export with Docs Editors files.'
    throw forbidden('fileNotDownloadable', message, 'alt')
  }
  if (!item.canDownload) throw forbidden('cannotDownloadFile', 'This file cannot be downloaded by the user.')
  if (item.downloadQuotaExceeded) {
    throw forbidden('downloadQuotaExceeded', 'The download quota for this file has been exceeded.')
  }
  const acknowledges = call.query.flag('acknowledgeAbuse')
  if (!item.abusive) return
  const role = store.roleOf(item, call.user.email)
  if (acknowledges && role !== 'owner' && role !== 'organizer') throw invalidAbuseAcknowledgment()
  if (!acknowledges) {
    const message = 'This file has been identified as malware or spam and cannot be downloaded.'
    throw forbidden('cannotDownloadAbusiveFile', message)
  }
}

export function invalidAbuseAcknowledgment(): Error {
  const message = 'The acknowledgeAbuse parameter is only applicable for download requests.'
  return forbidden('invalidAbuseAcknowledgment', message, 'acknowledgeAbuse')
}
