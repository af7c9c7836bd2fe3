import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Labels, Payload, Stored } from '../../../backup/model/destination.ts'
import { type About, publish } from '../files/publish.ts'
import { inFolder } from '../files/write.ts'
import { type Folder, passing } from '../folder.ts'
import { aboutOf, Checksums, receive, seal, writeAll } from './receive.ts'
import { putInParts } from './upload.ts'

/**
 * Writes a file whole and checked, or not at all: into a temporary file, which is compared, brought to the disk and renamed.
 */
export async function putFile(
  folder: Folder,
  key: string,
  payload: Payload,
  labels: Labels,
  signal: AbortSignal,
  beforeVisible?: () => Promise<void>,
): Promise<Stored> {
  if (payload.kind === 'known' && payload.size > folder.threshold)
    return putInParts(folder, key, payload, labels, signal, beforeVisible)
  const { modifiedTime } = labels
  const about = (sha256: string) => aboutOf(labels, sha256)
  return putTemporary(folder, key, payload, { modifiedTime, about }, signal, beforeVisible)
}

/** By way of a temporary file, which is gone if anything fails. */
export async function putTemporary(
  folder: Folder,
  key: string,
  payload: Payload,
  { modifiedTime, about }: { modifiedTime: number; about: (sha256: string) => About },
  signal: AbortSignal,
  beforeVisible?: () => Promise<void>,
): Promise<Stored> {
  await using temporary = await makeTemporary(folder)
  const checksums = Checksums.of(payload)
  await receive(key, payload, 0, signal, async (bytes) => {
    await writeAll(temporary.handle, bytes, checksums.size)
    checksums.add(bytes)
  })
  const { size, sha256, md5 } = checksums.finish(key, payload)
  await seal(temporary.handle, modifiedTime)
  await passing(beforeVisible)
  const etag = await publish(folder, temporary.path, key, about(sha256))
  return { size, etag, versionId: null, sha256, md5 }
}

interface Temporary extends AsyncDisposable {
  path: string
  handle: FileHandle
}

/** A file of our own that is gone at the end, unless it was renamed. */
async function makeTemporary(folder: Folder): Promise<Temporary> {
  const path = temporaryPath(folder)
  const handle = await inFolder(folder.root.absolute(folder.scratch), () => open(path, 'wx'))
  return {
    path,
    handle,
    async [Symbol.asyncDispose]() {
      await handle.close()
      await rm(path, { force: true })
    },
  }
}

export function temporaryPath(folder: Folder): string {
  return join(folder.root.absolute(folder.scratch), randomUUID())
}
