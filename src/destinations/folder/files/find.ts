import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { createReadStream } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { ifThere } from '../errors.ts'
import { type Folder, plannedName } from '../folder.ts'
import { describes, type Label, labelOf } from '../names/labels.ts'
import { folded } from '../names/names.ts'

/** The file under a key. */
export interface Found {
  /** Its path below the root. */
  name: string
  stat: BigIntStats
  /** Null: a file that another program put there, or changed. */
  label: Label | null
}

/** The file under a key, if there is one. Where size and time do not tell which label is its, its checksum does. */
export async function find(folder: Folder, key: string, signal: AbortSignal): Promise<Found | null> {
  const planned = await plannedName(folder, key)
  const labels = await folder.labels.read(planned)
  const own = labels.filter((label) => label.key === key)
  for (const name of new Set([...own.map((label) => label.name), planned])) {
    const stat = await fileAt(folder, name)
    if (stat === null) continue
    const here = own.filter((label) => label.name === name)
    const label = labelOf(here, stat) ?? (await proved(folder, name, stat, here, signal))
    if (label === 'gone') continue
    if (label !== null) return { name, stat, label }
    if (here.length === 0 && (await isOthers(folder, { key, name, stat }, labels))) continue
    return { name, stat, label: null }
  }
  return null
}

/** The ETag: that of the label, or one made of what the file system says of another program's file. */
export function etagOf({ stat, label }: Found): string {
  if (label !== null) return label.etag
  return ['f', stat.size.toString(36), stat.mtimeNs.toString(36), stat.ino.toString(36)].join('-')
}

/** A regular file; links are not followed. */
export async function fileAt(folder: Folder, name: string): Promise<BigIntStats | null> {
  const stat = await ifThere(lstat(folder.root.absolute(name), { bigint: true }))
  return stat?.isFile() ? stat : null
}

/** Whether the file at a path belongs to another key, whose path the file system takes for the same. */
export async function isOthers(
  folder: Folder,
  { key, name, stat }: { key: string; name: string; stat: BigIntStats },
  labels: Label[],
): Promise<boolean> {
  for (const label of labels) {
    if (label.key === key || describes(label, stat) === 'no' || folded(label.name) !== folded(name)) continue
    const theirs = await fileAt(folder, label.name)
    if (theirs !== null && theirs.size === stat.size && theirs.mtimeNs === stat.mtimeNs) return true
  }
  return false
}

async function proved(
  folder: Folder,
  name: string,
  stat: BigIntStats,
  labels: Label[],
  signal: AbortSignal,
): Promise<Label | 'gone' | null> {
  const likely = labels.filter((label) => describes(label, stat) !== 'no')
  if (likely.length === 0) return null
  const sha256 = await ifThere(checksumOf(folder, name, signal))
  if (sha256 === null) return 'gone'
  const label = likely.findLast((one) => one.sha256 === null || one.sha256 === sha256)
  if (label === undefined) return null
  const mended = { ...label, mtimeNs: String(stat.mtimeNs), ino: String(stat.ino) }
  await mend(folder, label, mended)
  return mended
}

/** Best effort: on a disk that is mounted read-only it is proved again next time. */
async function mend(folder: Folder, label: Label, mended: Label): Promise<void> {
  const change = (labels: Label[]) =>
    labels.map((one) => (one.key === label.key && one.etag === label.etag ? mended : one))
  await folder.labels.update(await plannedName(folder, label.key), change).catch(() => {})
}

async function checksumOf(folder: Folder, name: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(folder.root.absolute(name), { signal })) hash.update(chunk)
  signal.throwIfAborted()
  return hash.digest('hex')
}
