/**
 * Which folders are backed up. Each folder named here stands for all below it, up to the next one that is named too: of
 * the named folders that a file lies in, the innermost decides.
 */
export interface Selection {
  /** What becomes of all that lies in none of them. */
  rest: SelectionMode
  /** By Drive's id, or one of the two below. */
  folders: ReadonlyMap<string, SelectionMode>
}

export type SelectionMode = 'include' | 'exclude'

/** My Drive as a whole, by whatever id Drive has for it. */
export const ROOT = 'root'
/** What others share with us and lies in none of our folders. */
export const SHARED = 'shared-with-me'

/**
 * Makes the test for files. `places` says where the named folders are now, as stored paths without a slash at their ends
 * (My Drive is ''); SHARED must be among them, named or not, since it lies beside My Drive and not in it. What is not
 * known of, or is gone for good, has no place: then nothing lies in it, except for what Drive itself says lies right in it.
 */
export function selector(
  { rest, folders }: Selection,
  places: ReadonlyMap<string, string>,
): (file: { parentId: string | null; storedPath: string }) => boolean {
  const modes = new Map<string, SelectionMode>()
  for (const [id, path] of places) modes.set(path, folders.get(id) ?? rest)
  return ({ parentId, storedPath }) => {
    const parent = parentId === null ? undefined : folders.get(parentId)
    return (parent ?? innermost(modes, storedPath) ?? rest) === 'include'
  }
}

/** The mode of the longest path that the file lies below. */
function innermost(modes: ReadonlyMap<string, SelectionMode>, storedPath: string): SelectionMode | undefined {
  for (let end = storedPath.lastIndexOf('/'); end > 0; end = storedPath.lastIndexOf('/', end - 1)) {
    const mode = modes.get(storedPath.slice(0, end))
    if (mode !== undefined) return mode
  }
  return modes.get('')
}
