import type { Item } from '../store/item.ts'
import type { DriveStore } from '../store/store.ts'
import type { ItemFault } from './faults.ts'

/** The entries of an answer, of the files with these ids, with the one altered that the fault is about. */
export function withOddItem(
  fault: ItemFault | undefined,
  of: 'file' | 'change',
  entries: readonly unknown[],
  ids: readonly string[],
): readonly unknown[] {
  if (fault?.kind !== 'odd-item' || (fault.of ?? 'file') !== of) return entries
  const at = fault.id === undefined ? 0 : ids.indexOf(fault.id)
  return entries.map((entry, index) => (fault.every || index === at ? altered(fault, entry) : entry))
}

function altered({ instead, set, drop = [] }: ItemFault & { kind: 'odd-item' }, entry: unknown): unknown {
  if (entry === undefined) return entry
  if (instead !== undefined) return instead
  const kept = Object.entries(entry as object).filter(([field]) => !drop.includes(field))
  return { ...Object.fromEntries(kept), ...set }
}

/** The former state of the item that the fault is about, by id; undefined = was not there yet. */
export function staleItem(fault: ItemFault | undefined, store: DriveStore): Map<string, Item | undefined> {
  return fault?.kind === 'stale-item' ? store.beforeWritesTo(fault.id, fault.writes ?? 1) : new Map()
}
