import type { File } from '../../api/types.ts'
import type { Tone } from '../../ui/state/tone.ts'

type Seen = Pick<File, 'kind' | 'status' | 'trashed' | 'removed_at'>

export interface FileState {
  tone: Tone
  /** One or two words, for a badge. */
  word: string
  /** A sentence, for who wants to know. */
  meaning: string
}

/** A file's state for people. A folder has none of its own: there is nothing of it to copy. */
export function stateOf({ kind, status, trashed, removed_at }: Seen): FileState | null {
  if (kind === 'folder') return status === 'skipped' ? SKIPPED : null
  switch (status) {
    case 'synced':
      return { tone: 'proven', word: 'Protected', meaning: storedMeaning(trashed, removed_at !== null) }
    case 'pending':
      return { tone: 'mending', word: 'Waiting', meaning: 'Its newest content is still to be copied.' }
    case 'failed':
      return {
        tone: 'act',
        word: 'Failed',
        meaning: 'Its newest content could not be copied. It is tried again daily.',
      }
    case 'skipped':
      return SKIPPED
  }
}

const SKIPPED: FileState = { tone: 'idle', word: 'Skipped', meaning: 'It is not copied, on purpose.' }

function storedMeaning(trashed: boolean, removed: boolean): string {
  if (removed) return 'It was deleted in Drive. Its copies are kept.'
  return trashed
    ? 'It is in Drive’s bin, and its newest content is stored.'
    : 'Its newest content is stored and was checked.'
}

/** What became of it in Drive, in a word beside its name; null: it is where it was. */
export function whereabouts({ trashed, removed_at }: Pick<File, 'trashed' | 'removed_at'>): string | null {
  if (removed_at !== null) return 'Deleted in Drive'
  return trashed ? 'In Drive’s bin' : null
}

/** The kind of a file, from Drive's own types to what people call them. */
export function kindOf({ kind, mime_type }: Pick<File, 'kind' | 'mime_type'>): string {
  if (kind === 'folder') return 'Folder'
  if (kind === 'shortcut') return 'Shortcut'
  const known = KINDS.find(([pattern]) => pattern.test(mime_type))
  return known === undefined ? 'File' : known[1]
}

const KINDS: [RegExp, string][] = [
  [/google-apps\.document$/, 'Google document'],
  [/google-apps\.spreadsheet$/, 'Google spreadsheet'],
  [/google-apps\.presentation$/, 'Google presentation'],
  [/google-apps\.drawing$/, 'Google drawing'],
  [/google-apps\.form$/, 'Google form'],
  [/google-apps\.script$/, 'Google script'],
  [/google-apps\./, 'Google file'],
  [/^image\//, 'Picture'],
  [/^video\//, 'Video'],
  [/^audio\//, 'Sound'],
  [/^application\/pdf$/, 'PDF'],
  [/zip|compressed|x-tar|x-7z/, 'Archive'],
  [/spreadsheet|ms-excel|csv/, 'Spreadsheet'],
  [/presentation|ms-powerpoint/, 'Presentation'],
  [/wordprocessing|msword|opendocument\.text/, 'Document'],
  [/^text\//, 'Text'],
]

/** The words for the filter on the state. */
export const STATUS_WORDS: Record<File['status'], string> = {
  synced: 'Protected',
  pending: 'Waiting',
  failed: 'Failed',
  skipped: 'Skipped',
}
