/** In which order deliveries are taken: the lower first. As numbers in the catalog, whose index has this order. */
export const PRIORITY = {
  /** Somebody changed the file just now. */
  live: 0,
  /** Tried before, or found by comparing. */
  retry: 1,
  /** Only its key changes: the bytes are safe already. */
  reKey: 2,
  /** The first backup of a drive, or of a destination. */
  first: 3,
} as const
