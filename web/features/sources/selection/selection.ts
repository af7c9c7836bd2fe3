/**
 * What is chosen to be backed up, as the API keeps it: a mode for each folder that is named, and one for the rest. A named
 * folder stands for all below it, up to the next named one: the innermost decides. Only what differs from the folder
 * around it is named, so that a choice of two folders stays a list of two, however large the drive is.
 */
export type Mode = 'include' | 'exclude'

interface NamedFolder {
  id: string
  name: string
  mode: Mode
  /** The ids of the folders it lies in, from the top down. */
  ancestors: readonly string[]
  /** Drive has it no more. */
  gone?: boolean | undefined
}

export interface Choice {
  rest: Mode
  folders: readonly NamedFolder[]
}

/** The API keeps no more; whoever needs more means the folders around them. */
export const MOST_FOLDERS = 10_000

/** A folder as the tree knows it. */
export type TreeFolder = Pick<NamedFolder, 'id' | 'name' | 'ancestors'>

/** Where everything lies. What others share is in no folder of My Drive; Drivekeep gives it an id of its own. */
export const MY_DRIVE: TreeFolder = { id: 'root', name: 'My Drive', ancestors: [] }
export const SHARED: TreeFolder = { id: 'shared-with-me', name: 'Shared with me', ancestors: [] }

/** What a box shows: all of the folder is backed up, nothing of it, or a part. */
export type Share = 'all' | 'none' | 'part'

export interface ChoiceIndex {
  rest: Mode
  modes: ReadonlyMap<string, Mode>
  /** Folders with a named folder of that mode somewhere below them. */
  above: Record<Mode, ReadonlySet<string>>
  /** Modes that are named at all. */
  named: Record<Mode, number>
}

/** Prepares a choice for being asked about every row of a tree. */
export function indexed({ rest, folders }: Choice): ChoiceIndex {
  const above = { include: new Set<string>(), exclude: new Set<string>() }
  const named = { include: 0, exclude: 0 }
  for (const { mode, ancestors } of folders) {
    named[mode]++
    for (const id of ancestors) above[mode].add(id)
  }
  return { rest, modes: new Map(folders.map(({ id, mode }) => [id, mode])), above, named }
}

export function shareOf(index: ChoiceIndex, { id, ancestors }: Pick<TreeFolder, 'id' | 'ancestors'>): Share {
  const decided = index.modes.get(id) ?? decidedBy(index, ancestors)
  return share(decided, index.above[opposite(decided)].has(id))
}

/** The share of the whole drive. */
export function shareOfAll({ rest, named }: ChoiceIndex): Share {
  return share(rest, named[opposite(rest)] > 0)
}

/** Choosing a folder settles everything below it; what was named there is forgotten. */
export function choose(choice: Choice, { id, name, ancestors }: TreeFolder, mode: Mode): Choice {
  const folders = choice.folders.filter((folder) => folder.id !== id && !folder.ancestors.includes(id))
  const inherited = decidedBy(indexed({ rest: choice.rest, folders }), ancestors)
  return { rest: choice.rest, folders: inherited === mode ? folders : [...folders, { id, name, mode, ancestors }] }
}

export function chooseAll(mode: Mode): Choice {
  return { rest: mode, folders: [] }
}

/** Takes a folder out of the list of named ones: from then on it follows what is around it. */
export function forget(choice: Choice, id: string): Choice {
  return { rest: choice.rest, folders: choice.folders.filter((folder) => folder.id !== id) }
}

/** What a click on a box does: whatever is not wholly chosen becomes so. */
export function clicked(share: Share): Mode {
  return share === 'all' ? 'exclude' : 'include'
}

export function nothingChosen({ rest, folders }: Choice): boolean {
  return rest === 'exclude' && !folders.some(({ mode }) => mode === 'include')
}

export function sameChoice(one: Choice, other: Choice): boolean {
  if (one.rest !== other.rest || one.folders.length !== other.folders.length) return false
  const modes = new Map(other.folders.map(({ id, mode }) => [id, mode]))
  return one.folders.every(({ id, mode }) => modes.get(id) === mode)
}

/** The choice in one sentence. */
export function inWords(choice: Choice): string {
  const included = namesOf(choice, 'include')
  const excluded = namesOf(choice, 'exclude')
  if (choice.rest === 'include') {
    if (excluded.length === 0) return 'Everything is backed up.'
    const inside =
      included.length === 0 ? '' : `, but ${listed(included)} inside ${included.length === 1 ? 'is' : 'are'}`
    return `Everything is backed up except ${listed(excluded)}${inside}.`
  }
  if (included.length === 0) return 'Nothing is backed up.'
  const inside = excluded.length === 0 ? '' : `, without ${listed(excluded)}`
  return `Only ${listed(included)} ${included.length === 1 ? 'is' : 'are'} backed up${inside}.`
}

const NAMES_SHOWN = 3

function listed(names: readonly string[]): string {
  const shown = names.length > NAMES_SHOWN + 1 ? names.slice(0, NAMES_SHOWN) : names
  const more = names.length - shown.length
  const parts = [...shown.map((name) => `“${name}”`), ...(more > 0 ? [`${more} more folders`] : [])]
  return parts.length === 1 ? String(parts[0]) : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

function namesOf({ folders }: Choice, wanted: Mode): string[] {
  return folders.filter(({ mode }) => mode === wanted).map(({ name }) => name)
}

function decidedBy({ rest, modes }: ChoiceIndex, ancestors: readonly string[]): Mode {
  for (const id of ancestors.toReversed()) {
    const mode = modes.get(id)
    if (mode !== undefined) return mode
  }
  return rest
}

function share(decided: Mode, exceptions: boolean): Share {
  if (exceptions) return 'part'
  return decided === 'include' ? 'all' : 'none'
}

function opposite(mode: Mode): Mode {
  return mode === 'include' ? 'exclude' : 'include'
}
