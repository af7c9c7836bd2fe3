import { randomUUID } from 'node:crypto'
import { type FileHandle, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FinishedPart, Labels, Payload, Stored, UploadUnderWay } from '../../../backup/model/destination.ts'
import { Fault } from '../../../backup/model/faults.ts'
import { faultOf, ifThere } from '../errors.ts'
import { etagOf, find } from '../files/find.ts'
import { publish } from '../files/publish.ts'
import { inFolder, writeWhole } from '../files/write.ts'
import { type Folder, Passing, passing } from '../folder.ts'
import { aboutOf, Checksums, receive, seal, writeAll } from './receive.ts'

/**
 * Large files: written to a file that survives a restart, under `.drivekeep/uploads/`. What was written is noted in the
 * UploadLog part by part, each with the checksum of all bytes up to its end, so that hashing costs nothing more. A continued
 * upload reads what is on the disk, compares it, and asks Drive for the rest alone.
 */
type Known = Extract<Payload, { kind: 'known' }>

/** Reading what is on the disk: large enough for a disk's own speed. */
const READ_BYTES = 1024 * 1024
/** Temporary files of runs that died are removed after this time: no file is written for longer without a change. */
const OLD_MS = 24 * 60 * 60_000

export async function putInParts(
  folder: Folder,
  key: string,
  payload: Known,
  labels: Labels,
  signal: AbortSignal,
  beforeVisible?: () => Promise<void>,
): Promise<Stored> {
  const earlier = await findUpload(folder, key, payload, labels, signal)
  if (earlier !== null && 'etag' in earlier) return earlier
  const upload = earlier ?? (await begin(folder, key, labels))
  folder.live.add(upload.uploadId)
  let continuable = true
  let madeRoom = true
  try {
    await using handle = await open(fileOf(folder, upload.uploadId), 'r+')
    const checksums = await writeRest(folder, upload, handle, payload, signal)
    if (checksums === null) {
      // What was there before is of another content: the file was edited and put back in between.
      await forget(folder, key, upload.uploadId)
      return await putInParts(folder, key, payload, labels, signal, beforeVisible)
    }
    const { size, sha256, md5 } = checksums
    await seal(handle, labels.modifiedTime)
    madeRoom = false
    await passing(beforeVisible)
    madeRoom = true
    const etag = await publish(folder, fileOf(folder, upload.uploadId), key, aboutOf(labels, sha256))
    await passing(() => folder.uploads.end(folder.name, key))
    await rm(noteOf(folder, upload.uploadId), { force: true })
    return { size, etag, versionId: null, sha256, md5 }
  } catch (error) {
    continuable = signal.aborted || !madeRoom || canContinue(error)
    throw error
  } finally {
    if (!continuable) await forget(folder, key, upload.uploadId)
    folder.live.delete(upload.uploadId)
  }
}

/**
 * Ends uploads of ours that no file is waiting for, and removes temporary files of runs that died. `folders`: the prefixes of
 * keys that can be ours. Gives the number of uploads.
 */
export async function abandonUploads(folder: Folder, folders: string[], keep: ReadonlySet<string>): Promise<number> {
  let abandoned = 0
  for (const file of (await ifThere(readdir(folder.root.absolute(folder.parts)))) ?? []) {
    const id = file.replace(/\.json$/, '')
    if (id === file || keep.has(id) || folder.live.has(id)) continue
    const key = await readFile(noteOf(folder, id), 'utf8').catch(() => null)
    if (key === null || !folders.some((one) => key.startsWith(one))) continue
    await rm(fileOf(folder, id), { force: true })
    await rm(noteOf(folder, id), { force: true })
    abandoned += 1
  }
  const scratch = folder.root.absolute(folder.scratch)
  for (const file of (await ifThere(readdir(scratch))) ?? []) {
    const there = await ifThere(stat(join(scratch, file)))
    if (there !== null && folder.now() - there.ctimeMs > OLD_MS) await rm(join(scratch, file), { recursive: true })
  }
  return abandoned
}

/** The upload that an earlier call left, if it can go on; or what it stored, if only its end was not noted. */
async function findUpload(
  folder: Folder,
  key: string,
  payload: Known,
  labels: Labels,
  signal: AbortSignal,
): Promise<UploadUnderWay | Stored | null> {
  const earlier = (await passing(() => folder.uploads.find(folder.name, key))) ?? null
  if (earlier === null) return null
  if (earlier.revision === labels.revision) {
    if ((await ifThere(stat(fileOf(folder, earlier.uploadId)))) !== null) return earlier
    const written = earlier.parts.reduce((sum, part) => sum + part.size, 0)
    const done = written === payload.size ? await alreadyStored(folder, key, payload, labels, signal) : null
    if (done !== null) {
      await forget(folder, key, earlier.uploadId)
      return done
    }
  }
  await forget(folder, key, earlier.uploadId)
  return null
}

async function alreadyStored(
  folder: Folder,
  key: string,
  { size, sha256, md5 }: Known,
  { fileId, revision }: Labels,
  signal: AbortSignal,
): Promise<Stored | null> {
  const found = await find(folder, key, signal)
  const label = found?.label ?? null
  if (found === null || label === null || label.fileId !== fileId || label.revision !== revision) return null
  if (label.size !== size || (sha256 !== null && label.sha256 !== sha256)) return null
  return { size, etag: etagOf(found), versionId: null, sha256: label.sha256, md5: sha256 === null ? md5 : null }
}

async function begin(folder: Folder, key: string, { revision }: Labels): Promise<UploadUnderWay> {
  const uploadId = randomUUID()
  const upload = { destination: folder.name, key, uploadId, revision, partSize: folder.partSize }
  await writeWhole(noteOf(folder, uploadId), key)
  await inFolder(folder.root.absolute(folder.parts), async () => (await open(fileOf(folder, uploadId), 'wx')).close())
  await passing(() => folder.uploads.begin(upload))
  return { ...upload, parts: [] }
}

/** Writes what is missing. Null: what was there before is not the content that is described. */
async function writeRest(
  folder: Folder,
  upload: UploadUnderWay,
  handle: FileHandle,
  payload: Known,
  signal: AbortSignal,
): Promise<ReturnType<Checksums['finish']> | null> {
  const { key, partSize } = upload
  const { checksums, parts } = await readParts(upload, handle, payload, signal)
  const continued = parts > 0
  await handle.truncate(checksums.size)
  let number = parts
  const endPart = async (size: number) => {
    number += 1
    const checksum = checksums.soFar()
    await passing(() => folder.uploads.part(folder.name, key, { number, size, etag: checksum, sha256: checksum }))
    if ((await handle.stat()).nlink === 0)
      throw new Fault('storage/not-found', key, { detail: 'the upload was abandoned' })
  }
  const started = checksums.size
  await receive(key, payload, started, signal, async (bytes) => {
    for (let at = 0; at < bytes.byteLength; ) {
      const room = partSize - (checksums.size % partSize)
      const piece = bytes.subarray(at, at + room)
      await writeAll(handle, piece, checksums.size)
      checksums.add(piece)
      at += piece.byteLength
      if (checksums.size % partSize === 0) await endPart(partSize)
    }
  })
  if (checksums.size > started && checksums.size % partSize !== 0) await endPart(checksums.size % partSize)
  try {
    return checksums.finish(key, payload)
  } catch (error) {
    if (continued) return null
    throw error
  }
}

/** The parts that are on the disk as they were noted, in a row from the first. */
async function readParts(
  { parts, partSize }: UploadUnderWay,
  handle: FileHandle,
  payload: Known,
  signal: AbortSignal,
): Promise<{ checksums: Checksums; parts: number }> {
  let good = Checksums.of(payload)
  let count = 0
  for (const part of inARow(parts, partSize, payload.size)) {
    const next = good.copy()
    if (!(await readInto(next, handle, part.size, signal)) || next.soFar() !== part.sha256) break
    good = next
    count += 1
  }
  return { checksums: good, parts: count }
}

function inARow(parts: FinishedPart[], partSize: number, size: number): FinishedPart[] {
  const wanted = (i: number) => Math.min(partSize, size - i * partSize)
  const end = parts.findIndex(({ number, size: has }, i) => number !== i + 1 || has !== wanted(i))
  return end === -1 ? parts : parts.slice(0, end)
}

async function readInto(checksums: Checksums, handle: FileHandle, size: number, signal: AbortSignal): Promise<boolean> {
  const buffer = Buffer.allocUnsafe(Math.min(size, READ_BYTES))
  for (let left = size; left > 0; ) {
    signal.throwIfAborted()
    const { bytesRead } = await handle.read(buffer, 0, Math.min(left, buffer.length), checksums.size)
    if (bytesRead === 0) return false
    checksums.add(buffer.subarray(0, bytesRead))
    left -= bytesRead
  }
  return true
}

/** Other bytes cannot be continued, and a full disk needs the room. */
function canContinue(error: unknown): boolean {
  const fault = error instanceof Passing ? error.error : faultOf(error, '')
  if (!(fault instanceof Fault)) return true
  return fault.code !== 'storage/full' && ['backoff', 'daily', 'after-operator'].includes(fault.kind.retry)
}

async function forget(folder: Folder, key: string, uploadId: string): Promise<void> {
  await rm(fileOf(folder, uploadId), { force: true })
  await rm(noteOf(folder, uploadId), { force: true })
  await passing(() => folder.uploads.end(folder.name, key))
}

function fileOf(folder: Folder, uploadId: string): string {
  return join(folder.root.absolute(folder.parts), uploadId)
}

/** Holds the key of an upload. */
function noteOf(folder: Folder, uploadId: string): string {
  return `${fileOf(folder, uploadId)}.json`
}
