import type { Copy, TrackedFile } from './catalog.ts'
import type { SkipReason } from './faults.ts'
import type { Selection } from './selection.ts'

/** What the operator wants copied; made from the config. */
export interface Rules {
  /** Null: everything is chosen. */
  selection: Selection | null
  /** Whether exclude_patterns or exclude_paths name this path. */
  excludes(path: string): boolean
  maxFileSizeBytes: number
  /** 0: everything. Otherwise files that only the first listing showed need to be modified this recently, in ms. */
  recentMs: number
}

/** A destination, and the key that the file belongs under there. */
export interface Target {
  destination: string
  key: string
}

export type Step =
  | { do: 'nothing' }
  | { do: 'skip'; reason: SkipReason }
  /**
   * `transfers`: destinations that lack the revision. `moves`: they have it, under another key.
   * `retire`: copies of older revisions under keys that the file has left; they go to the history once the new one is stored.
   * With all of them empty only the file's doubts are looked into.
   */
  | CopyStep

export interface CopyStep {
  do: 'copy'
  transfers: Target[]
  moves: (Target & { from: Copy })[]
  retire: Copy[]
}

/**
 * Decides what one file needs, from what Drive shows and what is stored. Pure: every trigger, early, late or repeated,
 * leads to the same step.
 */
export function plan(file: TrackedFile, targets: Target[], rules: Rules, now: number): Step {
  const reason = skipReason(file, rules, now)
  if (reason !== null) return { do: 'skip', reason }
  if (file.item.content.kind === 'folder') return { do: 'nothing' }

  const step: CopyStep = { do: 'copy', transfers: [], moves: [], retire: [] }
  for (const target of targets) {
    const mine = file.copies.filter((copy) => copy.destination === target.destination)
    const present = mine.filter((copy) => copy.revision === file.revision && fits(copy, file))
    const stored = present.some((copy) => copy.place === 'mirror' && copy.key === target.key)
    const from = stored ? undefined : (present.find((copy) => copy.place === 'mirror') ?? present[0])
    if (from !== undefined) step.moves.push({ ...target, from })
    else if (!stored && !file.gone) step.transfers.push(target)
    step.retire.push(...mine.filter((copy) => copy.place === 'mirror' && copy.key !== target.key && copy !== from))
  }
  const stored = step.transfers.length + step.moves.length + step.retire.length === 0
  return stored && file.doubts.length === 0 ? { do: 'nothing' } : step
}

/** A revision is one content, so what has another size is something else, whatever it is called. */
function fits(copy: Copy, { item: { content } }: TrackedFile): boolean {
  return content.kind !== 'blob' || copy.size === content.size
}

function skipReason(file: TrackedFile, rules: Rules, now: number): SkipReason | null {
  const { item } = file
  if (item.content.kind === 'folder' || file.gone) return null
  if (!file.selected) return 'not-selected'
  if (rules.excludes(file.path)) return 'excluded'
  if (item.content.kind === 'blob' && item.content.size > rules.maxFileSizeBytes) return 'too-large'
  if (item.content.kind === 'native' && item.content.export === null) return 'not-exportable'
  if (!item.canDownload && item.content.kind !== 'shortcut') return 'download-forbidden'
  if (
    rules.recentMs > 0 &&
    file.seenBy === 'scan' &&
    item.modifiedTime < now - rules.recentMs &&
    file.copies.length === 0
  )
    return 'not-recent'
  return null
}
