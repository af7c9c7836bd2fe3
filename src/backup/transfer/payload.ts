import { createHash } from 'node:crypto'
import type { DueFile } from '../model/catalog.ts'
import type { Labels, Payload, Read } from '../model/destination.ts'
import type { Item } from '../model/item.ts'
import type { Source } from '../model/source.ts'

/**
 * The bytes to store for an item. A blob's are Drive's own; a native document's are its export; a shortcut is stored as
 * a small JSON object that says where it points, and is never followed.
 * `tell` hears now and then how many bytes of a large file have passed.
 */
export function payloadOf(item: Item, source: Pick<Source, 'read'>, tell: (bytes: number) => void): Payload {
  const { content } = item
  switch (content.kind) {
    case 'blob': {
      const { size, sha256, md5 } = content
      const read: Read = async (offset, signal) => counted(await source.read(item, offset, signal), size, offset, tell)
      // Perhaps a size that Drive did not tell: only the source knows, so that it must be asked before an empty object is stored.
      if (size === 0 && md5 === null && sha256 === null) return { kind: 'unknown', read }
      return { kind: 'known', size, sha256, md5, read }
    }
    case 'native':
      return { kind: 'unknown', read: (_offset, signal) => source.read(item, 0, signal) }
    case 'shortcut': {
      const { targetId, targetMimeType } = content
      const text = JSON.stringify({ kind: 'shortcut', id: item.id, name: item.name, targetId, targetMimeType }, null, 2)
      const bytes = Buffer.from(`${text}\n`)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      return {
        kind: 'known',
        size: bytes.length,
        sha256,
        md5: null,
        read: async (offset) => only(bytes.subarray(offset)),
      }
    }
    case 'folder':
      throw new Error('a folder has no bytes: the plan never transfers one')
  }
}

export function labelsOf({ item, revision, path }: DueFile): Labels {
  const mimeType = item.content.kind === 'native' ? (item.content.export?.mimeType ?? item.mimeType) : item.mimeType
  return { fileId: item.id, revision, modifiedTime: item.modifiedTime, path, mimeType }
}

/** How much of a large file passes between two words of progress. Smaller files are done before anybody looks. */
const TELL_EVERY_BYTES = 4 * 1024 * 1024

function counted(
  body: AsyncIterable<Uint8Array>,
  size: number,
  offset: number,
  tell: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  return size < TELL_EVERY_BYTES ? body : counting(body, offset, tell)
}

async function* counting(body: AsyncIterable<Uint8Array>, offset: number, tell: (bytes: number) => void) {
  let [passed, told] = [offset, offset]
  for await (const chunk of body) {
    yield chunk
    passed += chunk.length
    if (passed - told < TELL_EVERY_BYTES) continue
    told = passed
    tell(passed)
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes
}
