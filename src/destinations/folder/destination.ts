import { constants, createReadStream } from 'node:fs'
import type {
  CheckResult,
  Destination,
  Head,
  Labels,
  LayoutName,
  ObjectRef,
  Payload,
  UploadLog,
} from '../../backup/model/destination.ts'
import { Fault } from '../../backup/model/faults.ts'
import { keysOf, normalisePrefix } from '../layouts.ts'
import { checkFolder } from './check.ts'
import { faultOf } from './errors.ts'
import { copyFile } from './files/copy.ts'
import { etagOf, find } from './files/find.ts'
import { listFiles } from './files/list.ts'
import { removeFile } from './files/remove.ts'
import { type Folder, operation } from './folder.ts'
import { LabelFiles } from './names/labels.ts'
import type { NameRules } from './names/names.ts'
import { nameRules } from './names/traits.ts'
import { putFile } from './put/put.ts'
import { abandonUploads } from './put/upload.ts'
import { Root } from './root.ts'
import { Serial } from './serial.ts'

export interface FolderOptions {
  /** The destination's name in the config. */
  name: string
  /** An absolute path; the folder must be there. */
  path: string
  prefix: string
  /** Default `mirror`. */
  layout?: LayoutName
  /** The layout that was in use before, of which keys are left. */
  formerLayout?: LayoutName | null
  /** The id in its marker file, as the catalog knows it. Null: it was never used. */
  marker: string | null
  uploads: UploadLog
  /** Larger known files continue after a restart where they were; default 64 MiB. */
  threshold?: number
  /** How much of them is noted at a time; default 16 MiB. */
  partSize?: number
  /** Names of one folder that a listing holds at a time; default 20,000. */
  mostNames?: number
  /** ms since 1970; default the clock. */
  now?: () => number
}

const MIB = 1024 * 1024

/**
 * A folder of this machine as a destination: a second disk, a mounted share. Constructing it reads and writes nothing.
 *
 * The copies are plain files under their keys. What S3 keeps as metadata is in `.drivekeep/labels/`. Names that the file
 * system does not take get a suffix (names.ts), and so does a file whose path is another's already (publish.ts).
 */
export function createFolderDestination(options: FolderOptions): Destination & AsyncDisposable {
  const { name, path, prefix } = options
  const base = normalisePrefix(prefix)
  const keys = keysOf(options.layout ?? 'mirror', prefix, options.formerLayout)
  const address = `folder ${path.replace(/\/+$/, '')}/${base}`
  const root = new Root(path, address, [keys.marker, keys.plainMarker], options.marker)
  let calls = 0
  let rules: Promise<NameRules> | null = null
  const folder: Folder = {
    ...{ name, address, root, base },
    scratch: `${keys.own}tmp/`,
    parts: `${keys.own}uploads/`,
    labelFolder: `${keys.own}labels/`,
    rulesFile: `${keys.own}names.json`,
    labels: new LabelFiles(root.absolute(`${keys.own}labels`)),
    uploads: options.uploads,
    live: new Set(),
    publishing: new Serial(),
    threshold: options.threshold ?? 64 * MIB,
    partSize: options.partSize ?? 16 * MIB,
    now: options.now ?? Date.now,
    counted: () => {
      calls += 1
    },
    rules: () => {
      rules ??= nameRules(root.absolute(folder.rulesFile), root.absolute(folder.scratch)).catch((error: unknown) => {
        rules = null
        throw error
      })
      return rules
    },
  }
  const markers = [keys.marker, keys.plainMarker]
  return {
    name,
    address,
    keys,
    can: {
      copy: (from: ObjectRef, key: string, labels: Labels | null, signal: AbortSignal) =>
        operation(folder, key, signal, () => copyFile(folder, from, key, labels, signal)),
      abandonUploads: (keep: ReadonlySet<string>, sources: readonly string[], signal: AbortSignal) =>
        operation(folder, address, signal, () => abandonUploads(folder, keys.folders(sources), keep)),
      keepsVersions: async () => false,
      detachable: true,
    },
    put: (key: string, payload: Payload, labels: Labels, signal: AbortSignal, beforeVisible?: () => Promise<void>) =>
      operation(folder, key, signal, async () => {
        const stored = await putFile(folder, key, payload, labels, signal, beforeVisible)
        if (markers.includes(key)) await root.noteMarker()
        return stored
      }),
    open: (object: ObjectRef, offset: number, signal: AbortSignal) =>
      operation(folder, object.key, signal, () => openFile(folder, object, offset, signal)),
    list: (under: string, signal: AbortSignal) => listFiles(folder, under, signal, options.mostNames),
    head: (key: string, signal: AbortSignal, versionId: string | null = null) =>
      operation(folder, key, signal, () => headFile(folder, key, versionId, signal)),
    remove: (key: string, signal: AbortSignal) => operation(folder, key, signal, () => removeFile(folder, key, signal)),
    check: (signal: AbortSignal): Promise<CheckResult[]> => checkFolder(folder, `${keys.own}probe`, signal),
    get calls() {
      return calls
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

async function headFile(
  folder: Folder,
  key: string,
  versionId: string | null,
  signal: AbortSignal,
): Promise<Head | null> {
  const found = versionId === null ? await find(folder, key, signal) : null
  if (found === null) return null
  const { fileId = null, revision = null, sha256 = null } = found.label ?? {}
  return { size: Number(found.stat.size), etag: etagOf(found), versionId: null, fileId, revision, sha256 }
}

async function openFile(
  folder: Folder,
  { key, versionId }: ObjectRef,
  offset: number,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const found = versionId === null ? await find(folder, key, signal) : null
  if (found === null) throw new Fault('storage/not-found', key)
  if (BigInt(offset) >= found.stat.size) return nothing()
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW
  const stream = createReadStream(folder.root.absolute(found.name), { start: offset, flags: flags as never, signal })
  await new Promise((resolve, reject) => stream.once('open', resolve).once('error', reject))
  return reading(stream, key, signal)
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* reading(
  stream: AsyncIterable<Uint8Array>,
  key: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    yield* stream
  } catch (error) {
    throw signal.aborted ? signal.reason : faultOf(error, key)
  }
}
