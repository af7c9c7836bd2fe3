import type { Copy, DueFile } from '../model/catalog.ts'
import type { SkipReason } from '../model/faults.ts'
import type { Selection } from './selection.ts'

/** What the operator wants copied of one source; made from the configuration. */
export interface Rules {
  /** Null: everything is chosen. */
  selection: Selection | null
  /** Whether exclude_patterns or exclude_paths name this path. */
  excludes(path: string): boolean
  maxFileSizeBytes: number
  /** 0: everything. Otherwise files that only the first scan showed need to be modified this recently, in ms, when first seen. */
  recentMs: number
}

/** A destination, and the key where the file belongs there. */
export interface Target {
  destination: string
  key: string
  /** Where its present content is stored instead if what lies under `key` can be neither kept aside nor overwritten. */
  spareKey: string
}

/** What one delivery needs. */
export type Step =
  | { do: 'nothing' }
  /** The destination lacks the revision. */
  | { do: 'store'; key: string; retire: Copy[] }
  /** It has the revision under another key, or under this one as history. */
  | { do: 'move'; key: string; from: Copy; retire: Copy[] }
  /** Copies of older revisions under keys that the file has left: they become history. */
  | { do: 'retire'; retire: Copy[] }

/**
 * Decides what one delivery needs, from what Drive shows and what is stored. Pure: every trigger, early, late or repeated,
 * leads to the same step. Whether the file is wanted at all is `skipReason`'s to say.
 */
export function plan(file: DueFile, { destination, key, spareKey }: Target): Step {
  if (file.item.content.kind === 'folder') return { do: 'nothing' }
  const mine = file.copies.filter((copy) => copy.destination === destination)
  const present = mine.filter((copy) => copy.revision === file.revision && fits(copy, file))
  const stored = present.some((copy) => copy.place === 'mirror' && (copy.key === key || copy.key === spareKey))
  const from = stored ? undefined : (present.find((copy) => copy.place === 'mirror') ?? present[0])
  const retire = mine.filter(
    (copy) => copy.place === 'mirror' && copy.key !== key && copy.key !== spareKey && copy !== from,
  )
  if (from !== undefined) return { do: 'move', key, from, retire }
  if (!stored && !file.gone) return { do: 'store', key, retire }
  return retire.length > 0 ? { do: 'retire', retire } : { do: 'nothing' }
}

/** All keys that a step writes or removes; the first is the one that is written. */
export function keysOf(step: Step): string[] {
  switch (step.do) {
    case 'nothing':
      return []
    case 'store':
      return [...new Set([step.key, ...step.retire.map(({ key }) => key)])]
    case 'move':
      return [...new Set([step.key, step.from.key, ...step.retire.map(({ key }) => key)])]
    case 'retire':
      return [...new Set(step.retire.map(({ key }) => key))]
  }
}

/** A revision is one content, so what has another size is something else, whatever it is called. */
function fits(copy: Copy, { item: { content } }: DueFile): boolean {
  return content.kind !== 'blob' || copy.size === content.size
}

/** Why the file is deliberately not copied; null: it is wanted. */
export function skipReason(file: DueFile, rules: Rules): SkipReason | null {
  const { item } = file
  if (item.content.kind === 'folder' || file.gone) return null
  if (!file.selected) return 'not-selected'
  if (rules.excludes(file.path)) return 'excluded'
  if (item.content.kind === 'blob' && item.content.size > rules.maxFileSizeBytes) return 'too-large'
  if (item.content.kind === 'native' && item.content.export === null) return 'not-exportable'
  if (!item.canDownload && item.content.kind !== 'shortcut') return 'download-forbidden'
  return isOld(file, rules) && file.copies.length === 0 ? 'not-recent' : null
}

/** By the moment at which it was first seen, so that waiting makes no file older. */
function isOld({ seenBy, firstSeen, item }: DueFile, { recentMs }: Rules): boolean {
  return recentMs > 0 && seenBy === 'first-scan' && item.modifiedTime < firstSeen - recentMs
}
