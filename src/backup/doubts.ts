import type { TrackedFile } from './catalog.ts'
import type { Destination, Head, Stored } from './destination.ts'
import type { MoveParts } from './re-key.ts'
import { keepAside } from './strangers.ts'

/**
 * What storage may hold without the catalog knowing: a run died between an upload and its record, or storage's answer was
 * lost. The catalog remembers for each such file the paths it was being stored under (`doubts`), and the next attempt looks:
 * what lies where the file belongs counts as stored, and what lies elsewhere goes.
 */
export interface DoubtParts extends MoveParts {
  /** The key of a stored path of this source. */
  keyOf(destination: Destination, file: TrackedFile, storedPath: string): string
}

/** What an object that lies where the file belongs is worth: it, if it is this very content. Then it is not stored twice. */
export function storedBefore(file: TrackedFile, head: Head | null): Stored | null {
  if (head === null || head.fileId !== file.item.id || head.revision !== file.revision) return null
  const { content } = file.item
  const { etag, versionId, size, sha256 } = head
  const other = content.kind === 'blob' && (size !== content.size || (content.sha256 ?? sha256) !== sha256)
  return other ? null : { etag, versionId, size, sha256, md5: null }
}

/** Takes away what an earlier attempt left under keys that the file has left since. To be called once the file is stored. */
export async function removeStrays(
  file: TrackedFile,
  destination: Destination,
  parts: DoubtParts,
  signal: AbortSignal,
): Promise<void> {
  for (const path of file.doubts) {
    const key = parts.keyOf(destination, file, path)
    using _lock = await parts.locks.take(destination, [key])
    if ((await parts.occupant(destination.name, key)) !== null) continue
    const head = await destination.head(key, signal)
    if (head === null || head.fileId === null || head.revision === null) continue
    // Another file's object here was to make room for this one. It may be the only one of its kind: nothing of others goes for good.
    if (head.fileId !== file.item.id) await keepAside(destination, key, head, signal)
    await destination.remove(key, signal)
  }
}
