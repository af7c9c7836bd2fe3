/** A search goes through the catalog in slices, each a call of its own that may find nothing. */
export interface Slice {
  files: readonly unknown[]
  next: string | null
  searched: number
}

/** Whether to ask for the next slice at once: something is left, and what was found does not fill what is wanted. */
export function wantsMore(slices: readonly Slice[], wanted: number): boolean {
  const last = slices.at(-1)
  if (last === undefined || last.next === null) return false
  return foundIn(slices) < wanted
}

function foundIn(slices: readonly Slice[]): number {
  return slices.reduce((sum, { files }) => sum + files.length, 0)
}

/** How much has been searched, 0 to 1; never 1 while something is left, and 1 when nothing is. */
export function searchedOf(slices: readonly Slice[]): number {
  const last = slices.at(-1)
  if (last === undefined) return 0
  return last.next === null ? 1 : Math.min(last.searched, 0.99)
}
