import { type ApiRoute, type Call, json, type Reply } from '../http/call.ts'
import { required } from '../http/errors.ts'
import { parseFields, pick, type Schema } from '../listing/fields.ts'
import { userResource } from '../listing/file-resource.ts'
import type { Parts } from '../parts.ts'
import { EXPORT_FORMATS, IMPORT_FORMATS, nativeType } from '../store/kinds.ts'
import { viewOf } from './files.ts'

const SCHEMA: Schema = {
  kind: 'leaf',
  user: 'open',
  storageQuota: 'open',
  exportFormats: 'open',
  importFormats: 'open',
  maxImportSizes: 'open',
  maxUploadSize: 'leaf',
  folderColorPalette: 'leaf',
  driveThemes: 'open',
  teamDriveThemes: 'open',
  canCreateDrives: 'leaf',
  canCreateTeamDrives: 'leaf',
  appInstalled: 'leaf',
}

const COLORS =
  '#ac725e #d06b64 #f83a22 #fa573c #ff7537 #ffad46 #42d692 #16a765 #7bd148 #b3dc6c #fbe983 #fad165 #92e1c0 #9fe1e7 #9fc6e7 #4986e7 #9a9cff #b99aff #8f8f8f #cabdbf #cca6ac #f691b2 #cd74e6 #a47ae2'.split(
    ' ',
  )

/** `about.get`: the account, its storage, and what can be exported to what. */
export function aboutRoutes(parts: Parts): ApiRoute[] {
  return [
    {
      method: 'GET',
      pattern: '/drive/v3/about',
      name: 'about.get',
      cost: 'read',
      access: 'read-metadata',
      handler: (call) => about(call, parts),
    },
  ]
}

function about(call: Call, parts: Parts): Reply {
  const fields = call.query.text('fields')
  if (!fields) throw required('fields', "The 'fields' parameter is required for this method.")
  const mask = parseFields(fields, SCHEMA, 'about')
  const wants = (name: string): boolean => mask.has('*') || mask.has(name)
  return json(
    pick(
      {
        kind: 'drive#about',
        user: userResource(viewOf(call, parts), call.user.email),
        // Adding up every item is not worth it for callers who did not ask.
        ...(wants('storageQuota') && { storageQuota: storageQuota(call, parts) }),
        exportFormats: EXPORT_FORMATS,
        importFormats: IMPORT_FORMATS,
        maxImportSizes: {
          [nativeType('document')]: '10485760',
          [nativeType('spreadsheet')]: '104857600',
          [nativeType('presentation')]: '104857600',
          [nativeType('drawing')]: '2097152',
        },
        maxUploadSize: '5242880000000',
        folderColorPalette: COLORS,
        driveThemes: [],
        canCreateDrives: true,
        canCreateTeamDrives: true,
        appInstalled: true,
      },
      mask,
    ),
  )
}

function storageQuota(call: Call, { store }: Parts): object {
  let inDrive = 0
  let inTrash = 0
  for (const item of store.items()) {
    if (item.owner !== call.user.email || !item.content) continue
    inDrive += item.content.size
    if (store.isTrashed(item)) inTrash += item.content.size
  }
  return {
    limit: String(2 * 1024 ** 4),
    usage: String(inDrive),
    usageInDrive: String(inDrive),
    usageInDriveTrash: String(inTrash),
  }
}
