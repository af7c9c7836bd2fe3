import type { Copy } from '../backup/model/catalog.ts'
import type { Destination } from '../backup/model/destination.ts'
import { Fault } from '../backup/model/faults.ts'
import type { InventoryCatalog, Listed } from '../backup/model/inventory.ts'
import type { Clock } from '../backup/model/parts.ts'
import { isCopy } from '../backup/transfer/judge.ts'
import { traceCopy } from '../backup/transfer/keep-aside.ts'
import { isOutOfReach } from '../backup/transfer/refused.ts'

export interface InventoryParts {
  catalog: InventoryCatalog
  clock: Clock
}

/** What an inventory came to. `sampled`: storage gave no listing, so some copies alone were looked at. */
export interface Inventory {
  listed: number
  lost: number
  unknown: number
  sampled: boolean
}

/** Objects compared at a time: a page of a listing. */
const STRETCH = 1000
const HEADS_AT_ONCE = 8
/** Copies looked at where storage gives no listing. */
const SAMPLE = 100
/** Behind every key (U+10FFFF, the highest character). */
const END = '\u{10ffff}'

/**
 * Compares what a destination lists with the catalog: a wiped or replaced bucket is noticed, each lost copy lowers coverage
 * and is due again, and objects that nobody knows are remembered, so that none is overwritten. Nothing is read or written
 * there but the listing and one HEAD for each object that seems to be lost: listings of some servers lag behind their writes.
 */
export async function takeInventory(
  destination: Destination,
  sources: readonly string[],
  parts: InventoryParts,
  signal: AbortSignal,
): Promise<Inventory> {
  const result: Inventory = { listed: 0, lost: 0, unknown: 0, sampled: false }
  const before = parts.clock.now()
  try {
    for (const folder of destination.keys.folders(sources).toSorted(byBytes))
      await compareFolder(destination, folder, before, parts, result, signal)
  } catch (error) {
    if (!(error instanceof Unordered) && !(error instanceof Fault && error.code === 'storage/access-denied'))
      throw error
    result.sampled = true
    result.lost += await countLost(await parts.catalog.someCopies(destination.name, SAMPLE), destination, parts, signal)
  }
  const { lost, sampled } = result
  await parts.catalog.recordInventory(destination.name, { at: parts.clock.now(), lost, known: !sampled })
  return result
}

/** A listing that is not in the order of its keys says nothing about what lies between two of them. */
class Unordered extends Error {}

async function compareFolder(
  destination: Destination,
  folder: string,
  before: number,
  parts: InventoryParts,
  result: Inventory,
  signal: AbortSignal,
): Promise<void> {
  let from = folder
  let listed: Listed[] = []
  const compare = async (to: string) => {
    const { missing, unknown } = await parts.catalog.compareKeys(destination.name, { from, to, listed, before })
    result.listed += listed.length
    result.lost += await countLost(missing, destination, parts, signal)
    // Our own folder explains itself: what was kept aside is there on purpose.
    const strange = unknown.filter((key) => !key.startsWith(destination.keys.own))
    result.unknown += strange.length
    if (strange.length > 0) await parts.catalog.recordUnknown(destination.name, strange)
    from = to
    listed = []
  }
  for await (const object of destination.list(folder, signal)) {
    const last = listed.at(-1)?.key ?? from
    if (byBytes(object.key, last) < 0) throw new Unordered(`${object.key} comes after ${last}`)
    listed.push(object)
    if (listed.length >= STRETCH) await compare(object.key)
  }
  await compare(folder + END)
}

/** Looks at each copy that seems to be gone, and records those that are. One that may not be looked at stays as it is known. */
async function countLost(
  copies: readonly Copy[],
  destination: Destination,
  parts: InventoryParts,
  signal: AbortSignal,
): Promise<number> {
  const rest = [...copies]
  let lost = 0
  const work = async () => {
    for (let copy = rest.pop(); copy !== undefined; copy = rest.pop())
      try {
        if (await isLost(copy, destination, parts, signal)) lost += 1
      } catch (error) {
        if (signal.aborted || !(error instanceof Fault) || !isOutOfReach(error)) throw error
      }
  }
  await Promise.all(Array.from({ length: HEADS_AT_ONCE }, work))
  return lost
}

async function isLost(
  copy: Copy,
  destination: Destination,
  { catalog, clock }: InventoryParts,
  signal: AbortSignal,
): Promise<boolean> {
  const now = await catalog.copy(copy.id)
  if (now === null || now.key !== copy.key || now.place !== copy.place) return false
  const head = await destination.head(copy.key, signal)
  if (isCopy(head, copy)) {
    // Another program has written the same object again.
    const { versionId, etag } = head
    if (etag !== copy.etag) await catalog.recordMoved(copy, { key: copy.key, versionId, etag, place: copy.place })
    return false
  }
  const traced = await traceCopy(destination, copy, { catalog, clock }, signal)
  // It is another's, and is not to be overwritten unseen.
  if (head !== null) await catalog.recordUnknown(destination.name, [copy.key])
  return traced === 'lost'
}

/** As storage and SQLite order keys: by their bytes in UTF-8. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
