import type { Copy, KeyCatalog } from './catalog.ts'

/** One object as a listing shows it. */
export interface Listed {
  key: string
  size: number
  etag: string | null
}

/** How a stretch of a listing differs from the catalog. */
export interface KeyDifferences {
  /** Copies that should be there, and are not, or are others by size or ETag. */
  missing: Copy[]
  /** Objects that no copy and no write explains. */
  unknown: string[]
}

/** What an inventory reads and writes besides keys and copies. */
export interface InventoryCatalog extends KeyCatalog {
  compareKeys(
    destination: string,
    stretch: { from: string; to: string; listed: readonly Listed[]; before: number },
  ): Promise<KeyDifferences>
  someCopies(destination: string, count: number): Promise<Copy[]>
  recordInventory(destination: string, result: { at: number; lost: number; known: boolean }): Promise<void>
}
