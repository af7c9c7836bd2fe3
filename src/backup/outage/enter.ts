import { createHash, randomUUID } from 'node:crypto'
import type { EnterCatalog } from '../model/catalog.ts'
import type { Destination } from '../model/destination.ts'
import { Fault } from '../model/faults.ts'
import { type Marker, MOST_MARKER_BYTES, parseMarker } from '../model/marker.ts'
import type { Clock, Parts } from '../model/parts.ts'
import { mayBeOfOneObject } from '../transfer/refused.ts'

export interface EnterParts extends Pick<Parts, 'boot'> {
  catalog: EnterCatalog
  clock: Clock
}

/**
 * Identifies a destination before the first write of a process start, by its marker object. Returns whether its keys may hold
 * objects that the catalog does not know: then each key is looked at before it is written, until an inventory has shown all.
 *
 * The marker also names the process start that wrote there last. A catalog that knows another one is not the catalog of that
 * run: an older one was put back, or a new one begun. The same holds for a run that did not end in order, since a power cut
 * may have taken its last records.
 * Throws `storage/other-destination` where the marker of another destination lies, and the Faults of storage.
 */
export async function enter(destination: Destination, parts: EnterParts, signal: AbortSignal): Promise<boolean> {
  try {
    return await enterBy(destination.keys.marker, destination, parts, signal)
  } catch (refused) {
    if (signal.aborted || !(refused instanceof Fault) || !mayBeOfOneObject(refused)) throw refused
    // Firewalls and proxies have rules against names with a dot in front, and take all others.
    return enterBy(destination.keys.plainMarker, destination, parts, signal).catch((error: unknown) => {
      throw error instanceof Fault && mayBeOfOneObject(error) ? refused : error
    })
  }
}

async function enterBy(
  key: string,
  destination: Destination,
  { catalog, boot, clock }: EnterParts,
  signal: AbortSignal,
): Promise<boolean> {
  const record = await catalog.destination(destination.name)
  const marker = await readMarker(destination, key, signal)
  if (marker !== null && record.marker !== null && marker.id !== record.marker)
    throw new Fault('storage/other-destination', destination.address, { detail: `its marker is ${marker.id}` })
  // An empty mount point is no place to begin again.
  if (marker === null && record.marker !== null && destination.can.detachable)
    throw new Fault('storage/not-mounted', destination.address, { detail: `there is no ${key}` })
  const trusted =
    record.known && marker !== null && marker.lease === record.lease && (record.lease === boot || record.endedInOrder)
  const known = trusted || (record.copies === 0 && (await isEmpty(destination, record.sources, signal)))
  const next: Marker = { id: marker?.id ?? record.marker ?? randomUUID(), lease: boot }
  await writeMarker(destination, key, next, clock, signal)
  // Only now: after a crash in between the marker names a run that the catalog does not know, and all is looked at.
  await catalog.recordEntered(destination.name, { marker: next.id, lease: boot, known, at: clock.now() })
  return !known
}

async function readMarker(destination: Destination, key: string, signal: AbortSignal): Promise<Marker | null> {
  const head = await destination.head(key, signal)
  if (head === null || head.size > MOST_MARKER_BYTES) return null
  const chunks: Uint8Array[] = []
  const body = await destination.open({ key, versionId: null, size: head.size }, 0, signal)
  for await (const chunk of body) chunks.push(chunk)
  return parseMarker(Buffer.concat(chunks).toString())
}

async function writeMarker(
  destination: Destination,
  key: string,
  marker: Marker,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const about =
    'Drivekeep keeps copies here. This object tells it that this is the place it knows; leave it where it is.'
  const bytes = Buffer.from(`${JSON.stringify({ about, ...marker }, null, 2)}\n`)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const labels = {
    fileId: 'drivekeep-marker',
    revision: marker.lease,
    modifiedTime: clock.now(),
    path: key,
    mimeType: 'application/json',
  }
  async function* read() {
    yield bytes
  }
  const payload = { kind: 'known', size: bytes.length, sha256, md5: null, read: async () => read() } as const
  await destination.put(key, payload, labels, signal)
}

/** Whether nothing lies where copies go; what is kept aside in our own folder is in nobody's way. */
async function isEmpty(destination: Destination, sources: readonly string[], signal: AbortSignal): Promise<boolean> {
  try {
    const own = destination.keys.folders([])
    for (const folder of destination.keys.folders(sources))
      if (!own.includes(folder)) for await (const _ of destination.list(folder, signal)) return false
    return true
  } catch (error) {
    // Keys that may not list can be backed up with: each is looked at then.
    if (error instanceof Fault && error.code === 'storage/access-denied') return false
    throw error
  }
}
