import type { Call } from '../http/call.ts'
import { forbidden, insufficientFilePermissions } from '../http/errors.ts'
import type { Item } from '../store/item.ts'
import { alias, itemOf, mustWrite } from '../store/lookup.ts'
import type { DriveStore } from '../store/store.ts'
import { type FileMetadata, patchOf } from './file-metadata.ts'

/**
 * Does what `files.update` asks for, bytes aside: properties, trash and place. `addParents` and `removeParents` are parameters of
 * the call, not of the File.
 */
export function applyMetadata(item: Item, metadata: FileMetadata, call: Call, store: DriveStore): Item {
  mustWrite(item, store, call)
  if (metadata.parents !== undefined) {
    const message =
      'The parents field is not directly writable in update requests. Use the addParents and removeParents parameters instead.'
    throw forbidden('fieldNotWritable', message)
  }
  const add = idsOf('addParents', call)
  const named = idsOf('removeParents', call)
  // A file has one parent: to add one is to move the file there, out of where it was.
  const remove = add.length > 0 && named.length === 0 ? item.parents : named
  for (const id of add) mustWrite(itemOf(call, store, id), store, call)
  const kept = item.parents.filter((id) => !remove.includes(id) && !add.includes(id))
  if (kept.length + add.length > Math.max(1, item.parents.length)) {
    throw forbidden('cannotAddParent', 'Increasing the number of parents is not allowed')
  }

  // A writer may change a file, but not throw away what belongs to someone else.
  const role = store.roleOf(item, call.user.email) ?? ''
  if (metadata.trashed !== undefined && !['owner', 'organizer', 'fileOrganizer'].includes(role)) {
    throw insufficientFilePermissions()
  }

  const patch = patchOf(metadata, item)
  if (Object.keys(patch).length > 0) store.update(item.id, patch)
  if (add.length > 0 || remove.length > 0) store.move(item.id, add, remove)
  if (metadata.trashed === true && !item.explicitlyTrashed) store.trash(item.id)
  if (metadata.trashed === false && item.explicitlyTrashed) store.restore(item.id)
  return store.must(item.id)
}

function idsOf(name: 'addParents' | 'removeParents', call: Call): string[] {
  const ids = call.query.text(name)?.split(',').filter(Boolean) ?? []
  return ids.map((id) => alias(id.trim(), call))
}
