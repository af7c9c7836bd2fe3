import { type ApiRoute, type Call, json, jsonBody, NO_CONTENT, type Reply } from '../http/call.ts'
import { badRequest, forbidden, insufficientFilePermissions, invalid } from '../http/errors.ts'
import { driveNotFound } from '../listing/listing.ts'
import type { Parts } from '../parts.ts'
import type { Content } from '../store/content.ts'
import type { Item } from '../store/item.ts'
import { FOLDER, kindOf } from '../store/kinds.ts'
import { itemOf, mustWrite } from '../store/lookup.ts'
import type { NewContent } from '../store/store.ts'
import { applyMetadata } from '../uploads/apply-metadata.ts'
import { readMetadata, specOf } from '../uploads/file-metadata.ts'
import { fileReply } from './files.ts'

/** Changing files without sending bytes: create, update, copy, delete, empty the trash. */
export function modifyRoutes(parts: Parts): ApiRoute[] {
  const write = { cost: 'modify', access: 'write' } as const
  const files = '/drive/v3/files'
  return [
    { ...write, method: 'POST', pattern: files, name: 'files.create', handler: (call) => create(call, parts) },
    {
      ...write,
      access: 'write-metadata',
      method: 'PATCH',
      pattern: `${files}/:id`,
      name: 'files.update',
      handler: (call) => update(call, parts),
    },
    {
      ...write,
      method: 'DELETE',
      pattern: `${files}/trash`,
      name: 'files.emptyTrash',
      handler: (call) => emptyTrash(call, parts),
    },
    {
      ...write,
      method: 'DELETE',
      pattern: `${files}/:id`,
      name: 'files.delete',
      handler: (call) => remove(call, parts),
    },
    {
      ...write,
      method: 'POST',
      pattern: `${files}/:id/copy`,
      name: 'files.copy',
      handler: (call) => copy(call, parts),
    },
    {
      method: 'POST',
      pattern: `${files}/:id/watch`,
      name: 'files.watch',
      cost: 'other',
      access: 'read-metadata',
      handler: (call) => watch(call, parts),
    },
  ]
}

async function create(call: Call, parts: Parts): Promise<Reply> {
  const { store } = parts
  const metadata = readMetadata(await jsonBody(call))
  const parent = itemOf(call, store, metadata.parents?.[0] ?? 'root')
  mustWrite(parent, store, call)
  const spec = specOf(metadata, parent.id)
  if (metadata.mimeType !== undefined && kindOf(metadata.mimeType) === 'shortcut' && spec.target === undefined) {
    throw invalid('shortcutDetails.targetId')
  }
  const mimeType = metadata.mimeType ?? 'application/octet-stream'
  return fileReply(store.create({ ...spec, mimeType, owner: call.user.email }), call, parts)
}

async function update(call: Call, parts: Parts): Promise<Reply> {
  const item = itemOf(call, parts.store)
  if (parts.store.isRoot(item)) throw insufficientFilePermissions()
  const metadata = readMetadata(await jsonBody(call))
  return fileReply(applyMetadata(item, metadata, call, parts.store), call, parts)
}

async function copy(call: Call, parts: Parts): Promise<Reply> {
  const { store } = parts
  const original = itemOf(call, store)
  if (original.mimeType === FOLDER) throw forbidden('cannotCopyFile', 'This file cannot be copied by the user.')
  if (!original.canDownload) throw forbidden('cannotCopyFile', 'This file cannot be copied by the user.')
  const metadata = readMetadata(await jsonBody(call))
  const parent = itemOf(call, store, metadata.parents?.[0] ?? original.parents[0] ?? 'root')
  mustWrite(parent, store, call)
  const made = store.create({
    ...specOf(metadata, parent.id),
    name: metadata.name ?? `Copy of ${original.name}`,
    mimeType: original.mimeType,
    owner: call.user.email,
    nativeSize: original.nativeSize,
    checksums: original.checksums,
    ...(original.exportSize !== null && { exportSize: original.exportSize }),
    ...(original.exports && { exports: original.exports }),
    ...(original.shortcut && { target: original.shortcut.targetId }),
    ...(original.content && bytesFrom(original.content)),
  })
  return fileReply(made, call, parts)
}

/** A copy has the bytes of the original, not of its own id. */
function bytesFrom(content: Content): NewContent {
  if (content.from === 'bytes') return { content: content.bytes }
  return content.from === 'disk' ? { disk: content.path, size: content.size } : { like: content }
}

function remove(call: Call, { store }: Parts): Reply {
  const item = itemOf(call, store)
  const role = store.roleOf(item, call.user.email)
  if ((role !== 'owner' && role !== 'organizer') || store.isRoot(item)) throw insufficientFilePermissions()
  store.remove(item.id)
  return NO_CONTENT
}

function emptyTrash(call: Call, { store }: Parts): Reply {
  const driveId = call.query.text('driveId')
  if (driveId === undefined) {
    store.emptyTrash({ owner: call.user.email })
    return NO_CONTENT
  }
  if (store.drives.get(driveId)?.members.get(call.user.email) !== 'organizer') throw driveNotFound(driveId)
  store.emptyTrash({ driveId })
  return NO_CONTENT
}

async function watch(call: Call, parts: Parts): Promise<Reply> {
  const item = itemOf(call, parts.store)
  if (item.mimeType === FOLDER && parts.store.isRoot(item)) throw badRequest('Watching this file is not supported.')
  const channel = parts.push.open(await jsonBody(call), `${parts.origin()}/drive/v3/files/${item.id}`, item.id, call)
  parts.push.follow(channel, parts.store.log(logOf(item, call)), 'update', item.id)
  return json(parts.push.resource(channel))
}

function logOf(item: Item, call: Call): string {
  return item.driveId ?? call.user.email
}
