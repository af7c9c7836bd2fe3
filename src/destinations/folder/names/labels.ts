import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ifThere } from '../errors.ts'
import { writeWhole } from '../files/write.ts'
import { Serial } from '../serial.ts'
import { folded } from './names.ts'

/**
 * What a file says of itself: S3 keeps it as metadata of the object, a folder in a JSON file of its own under
 * `.drivekeep/labels/`. (Extended attributes would need a native module, and FAT and many shares have none.)
 */
export interface Label {
  /** The key, exactly; a folder ends in a slash. */
  key: string
  /** The path of its file below the folder. */
  name: string
  /** Tells apart what is written under one key. */
  etag: string
  /** Null for a copy of another program's file. */
  fileId: string | null
  revision: string | null
  /** ISO 8601 in UTC. */
  modifiedTime: string | null
  /** The path in Drive. */
  path: string | null
  mimeType: string | null
  /** Lower-case hex. */
  sha256: string | null
  size: number
  /** Of the file, as the file system gave them: nanoseconds since 1970, and its inode number. */
  mtimeNs: string
  ino: string
  /** When it was stored, by this machine's clock; ISO 8601 in UTC. */
  stored: string
}

/** Times that file systems round, FAT to 2 s. */
const ROUNDED_NS = 2_000_000_000n
/** A label file has some 500 bytes for each key; more than this is something else. */
const MOST_BYTES = 4 * 1024 * 1024

/**
 * How far a label describes a file. Where only the fraction of the time differs, the file may have been moved to another
 * file system, or one that rounds times was mounted again: `nearly`. Inode numbers say little: FAT and many shares give new
 * ones at each mount, or to each spelling of a name.
 */
export function describes(label: Label, stat: BigIntStats): 'exactly' | 'nearly' | 'no' {
  if (BigInt(label.size) !== stat.size) return 'no'
  const off = BigInt(label.mtimeNs) - stat.mtimeNs
  if (off === 0n) return 'exactly'
  return off <= ROUNDED_NS && off >= -ROUNDED_NS ? 'nearly' : 'no'
}

/** The label of a file among several, where size, time and inode number tell it; null where only its content can. */
export function labelOf(labels: Label[], stat: BigIntStats): Label | null {
  const exact = labels.filter((label) => describes(label, stat) === 'exactly')
  if (exact.length === 1 && exact[0] !== undefined) return exact[0]
  const same = exact.filter((label) => label.ino === String(stat.ino))
  return same.length === 1 ? (same[0] ?? null) : null
}

/**
 * The label files. Each holds the labels of all paths that some file system may take for the same one (see `folded`), so
 * usually one. `folder` is where they are.
 */
export class LabelFiles {
  readonly #folder: string
  readonly #serial = new Serial()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The labels of a path below the folder, and of those that some file systems take for the same. */
  async read(name: string): Promise<Label[]> {
    const text = await ifThere(readFile(this.#fileOf(name), 'utf8'))
    return text === null || text.length > MOST_BYTES ? [] : parseLabels(text)
  }

  /** Replaces the labels of a path. Nothing is written where `change` gives back what it got. */
  update(name: string, change: (labels: Label[]) => Label[]): Promise<void> {
    const file = this.#fileOf(name)
    return this.#serial.run(file, async () => {
      const before = await this.read(name)
      const after = change(before)
      if (after === before) return
      if (after.length === 0) await rm(file, { force: true })
      else await writeWhole(file, `${JSON.stringify({ files: after }, null, 1)}\n`)
    })
  }

  #fileOf(name: string): string {
    const hash = createHash('sha256').update(folded(name)).digest('hex')
    return join(this.#folder, hash.slice(0, 2), `${hash.slice(2, 40)}.json`)
  }
}

/** A file that a power cut left empty, or that another program wrote, has no labels. */
function parseLabels(text: string): Label[] {
  try {
    const { files } = JSON.parse(text) as { files?: unknown }
    return Array.isArray(files) ? files.filter(isLabel) : []
  } catch {
    return []
  }
}

function isLabel(value: unknown): value is Label {
  if (typeof value !== 'object' || value === null) return false
  const label = value as Partial<Record<keyof Label, unknown>>
  const texts = [label.key, label.name, label.etag, label.mtimeNs, label.ino, label.stored]
  const others = [label.fileId, label.revision, label.modifiedTime, label.path, label.mimeType, label.sha256]
  return (
    texts.every((text) => typeof text === 'string') &&
    others.every((text) => text === null || typeof text === 'string') &&
    Number.isSafeInteger(label.size) &&
    /^-?\d+$/.test(String(label.mtimeNs))
  )
}
