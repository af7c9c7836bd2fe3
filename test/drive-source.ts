import type { DriveEmulator } from '../emulator/drive/index.ts'
import type { Change, Item } from '../src/backup/model/item.ts'
import { createDriveSource, type DriveOptions, type DriveSource } from '../src/drive/source.ts'

/** A source that reads an emulated Drive, with pauses short enough for tests. */
export function sourceFor(drive: DriveEmulator, more: Partial<DriveOptions> = {}): DriveSource {
  const { clientId, clientSecret, refreshToken } = drive.credentials
  return createDriveSource({
    apiUrl: drive.url,
    tokenUrl: `${drive.url}/token`,
    credentials: { clientId, clientSecret, refreshToken },
    retryBaseMs: 2,
    ...more,
  })
}

export async function scanAll(source: DriveSource, signal: AbortSignal): Promise<Item[]> {
  const items: Item[] = []
  for await (const page of source.scan(null, signal)) items.push(...page.items)
  return items
}

export async function changesSince(source: DriveSource, cursor: string, signal: AbortSignal): Promise<Change[]> {
  const found: Change[] = []
  for await (const page of source.changes(cursor, signal)) found.push(...page.changes)
  return found
}

/** The one item of this name, as the source reads it. */
export async function itemNamed(
  source: DriveSource,
  drive: DriveEmulator,
  name: string,
  signal: AbortSignal,
): Promise<Item> {
  const item = await source.get(drive.find(name).id, signal)
  if (item === null) throw new Error(`${name} is not there`)
  return item
}

export async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of body) pieces.push(piece)
  return Buffer.concat(pieces)
}
