import { createReadStream } from 'node:fs'
import { link, rm } from 'node:fs/promises'
import type { Labels, ObjectRef, StoredCopy } from '../../../backup/model/destination.ts'
import { Fault } from '../../../backup/model/faults.ts'
import { errnoOf, faultOf } from '../errors.ts'
import type { Folder } from '../folder.ts'
import { putTemporary, temporaryPath } from '../put/put.ts'
import { aboutOf } from '../put/receive.ts'
import { etagOf, type Found, find } from './find.ts'
import { type About, publish } from './publish.ts'
import { inFolder } from './write.ts'

/** File systems without hard links (FAT, some shares) say one of these, and a file with too many links the last. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/**
 * Gives a file another key as well: as a hard link, which costs nothing, or as a copy whose checksum is compared.
 * Both keys show the same file then, until one of them is written again.
 */
export async function copyFile(
  folder: Folder,
  from: ObjectRef,
  key: string,
  labels: Labels | null,
  signal: AbortSignal,
): Promise<StoredCopy> {
  const found = from.versionId === null ? await find(folder, from.key, signal) : null
  if (found === null) throw new Fault('storage/not-found', from.key)
  if (from.etag != null && from.etag !== etagOf(found))
    throw new Fault('storage/replaced', from.key, { detail: `its ETag is ${etagOf(found)}` })
  const about = labels === null ? aboutIt(found) : aboutOf(labels, found.label?.sha256 ?? null)
  const linked = temporaryPath(folder)
  try {
    if (!(await linkTo(folder, found, linked, from.key, signal)))
      return await copyBytes(folder, from.key, found, key, about, signal)
    return { etag: await publish(folder, linked, key, about), versionId: null }
  } finally {
    await rm(linked, { force: true })
  }
}

/** False: the file system has no hard links. */
async function linkTo(
  folder: Folder,
  found: Found,
  linked: string,
  key: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { name } = found
  try {
    await inFolder(folder.root.absolute(folder.scratch), () => link(folder.root.absolute(name), linked))
  } catch (error) {
    if (NO_LINKS.has(errnoOf(error) ?? '')) return false
    if (errnoOf(error) === 'ENOENT') throw new Fault('storage/not-found', key, { cause: error })
    throw error
  }
  // The file may have been replaced at this very moment.
  const now = await find(folder, key, signal)
  if (now !== null && etagOf(now) === etagOf(found)) return true
  throw new Fault('storage/replaced', key)
}

async function copyBytes(
  folder: Folder,
  from: string,
  { name, stat, label }: Found,
  key: string,
  about: About,
  signal: AbortSignal,
): Promise<StoredCopy> {
  async function* read() {
    try {
      yield* createReadStream(folder.root.absolute(name), { signal })
    } catch (error) {
      throw signal.aborted ? signal.reason : faultOf(error, from)
    }
  }
  const size = Number(stat.size)
  const payload = { kind: 'known', size, sha256: label?.sha256 ?? null, md5: null, read: async () => read() } as const
  const meta = { modifiedTime: Number(stat.mtimeMs), about: () => about }
  try {
    const { etag } = await putTemporary(folder, key, payload, meta, signal)
    return { etag, versionId: null }
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'drive/content-mismatch') throw error
    throw new Fault('storage/replaced', from, { detail: error.detail })
  }
}

function aboutIt({ label }: Found): About {
  const {
    fileId = null,
    revision = null,
    modifiedTime = null,
    path = null,
    mimeType = null,
    sha256 = null,
  } = label ?? {}
  return { fileId, revision, modifiedTime, path, mimeType, sha256 }
}
