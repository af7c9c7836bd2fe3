import type { UploadLog } from '../../backup/model/destination.ts'
import { faultOf } from './errors.ts'
import type { LabelFiles } from './names/labels.ts'
import { type NameRules, pathOf } from './names/names.ts'
import type { Root } from './root.ts'
import type { Serial } from './serial.ts'

/** What the operations of a folder destination work with. */
export interface Folder {
  /** The destination's name in the config. */
  readonly name: string
  readonly address: string
  readonly root: Root
  /** Below the root, folders with a slash at their end: what all keys begin with, and what is ours and no object. */
  readonly base: string
  readonly scratch: string
  readonly parts: string
  readonly labelFolder: string
  readonly rulesFile: string
  readonly labels: LabelFiles
  readonly uploads: UploadLog
  /** Ids of uploads under way in this process. */
  readonly live: Set<string>
  /** Publishing under one key, or keys that some file systems take for the same, happens one after the other. */
  readonly publishing: Serial
  /** Larger known files are written in parts that survive a restart, in bytes. */
  readonly threshold: number
  readonly partSize: number
  rules(): Promise<NameRules>
  counted(): void
  /** ms since 1970, UTC. */
  now(): number
}

/** An error that is not the folder's: what a payload's reader or the caller's function threw. It passes through as it is. */
export class Passing extends Error {
  readonly error: unknown

  constructor(error: unknown) {
    super('passing')
    this.error = error
  }
}

/** Calls what is the caller's: its errors are not the folder's. */
export async function passing<T>(run: (() => Promise<T>) | undefined): Promise<T | undefined> {
  try {
    return await run?.()
  } catch (error) {
    throw new Passing(error)
  }
}

/** Runs an operation on a folder that is there. What the file system says becomes a Fault about `subject`. */
export async function operation<T>(
  folder: Folder,
  subject: string,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  folder.counted()
  try {
    await folder.root.ready()
    return await run()
  } catch (error) {
    if (error instanceof Passing) throw error.error
    throw signal.aborted ? signal.reason : faultOf(error, subject)
  }
}

/** Where a key's file is meant to be, below the root. Another file may be in its way, see find.ts. */
export async function plannedName(folder: Folder, key: string): Promise<string> {
  return pathOf(key, await folder.rules())
}
