import type { Transfer } from '../../../api/types.ts'

/** Which transfer is shown in which place; null: a free place. */
export type Lanes = readonly (Transfer | null)[]

/**
 * Gives every transfer a place of its own until it ends, so that nothing on the page moves when another one does. `count`
 * places; those that have been under way longest come first.
 */
export function lanes(before: Lanes, transfers: readonly Transfer[], count: number): Lanes {
  const now = new Map(transfers.map((transfer) => [transfer.file, transfer]))
  const after: (Transfer | null)[] = Array.from({ length: count }, (_, place) => {
    const held = before[place]
    const still = held ? now.get(held.file) : undefined
    if (still !== undefined) now.delete(still.file)
    return still ?? null
  })
  for (const transfer of now.values()) {
    const free = after.indexOf(null)
    if (free === -1) break
    after[free] = transfer
  }
  return after
}

/** How much of it has been stored, 0 to 1; null: nobody knows how much there is. */
export function share({ size, bytes }: Pick<Transfer, 'size' | 'bytes'>): number | null {
  if (size === null) return null
  return size === 0 ? 1 : Math.min(1, bytes / size)
}
