import { expect, test } from 'vitest'
import { type DriveEmulator, startDrive } from '../../emulator/drive/index.ts'
import type { Change, Item } from '../backup/item.ts'
import type { DriveOptions, DriveSource } from './source.ts'
import { createDriveSource } from './source.ts'

const signal = new AbortController().signal

function sourceFor(drive: DriveEmulator, more: Partial<DriveOptions> = {}): DriveSource {
  return createDriveSource({
    apiUrl: drive.url,
    tokenUrl: `${drive.url}/token`,
    credentials: drive.credentials,
    retryBaseMs: 2,
    ...more,
  })
}

async function scanAll(source: DriveSource): Promise<Item[]> {
  const items: Item[] = []
  for await (const page of source.scan(null, signal)) items.push(...page.items)
  return items
}

async function bytes(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of body) pieces.push(piece)
  return Buffer.concat(pieces)
}

test('says whose drive it is, and which folder is its root', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  expect(await source.identify(signal)).toEqual({ email: 'owner@example.com', rootId: drive.store.primary.rootId })
})

test('lists every item once, folders first, and reads every byte of it', async () => {
  await using drive = await startDrive({ dataSet: 'small' })
  await using source = sourceFor(drive)
  const items = await scanAll(source)
  const expected = [...drive.store.items()].filter(
    (item) => !drive.store.isRoot(item) && item.owner === 'owner@example.com',
  )
  expect(items.map((item) => item.id).sort()).toEqual(expected.map((item) => item.id).sort())
  const firstFile = items.findIndex((item) => item.content.kind !== 'folder')
  expect(items.slice(firstFile).every((item) => item.content.kind !== 'folder')).toBe(true)
  for (const item of items) {
    if (item.content.kind !== 'blob' || !item.canDownload) continue
    expect(await bytes(await source.read(item, 0, signal))).toEqual(await drive.content(item.id))
  }
})

test('a feed without news costs one call', async () => {
  await using drive = await startDrive({ files: { 'a.txt': 'a' } })
  await using source = sourceFor(drive)
  const cursor = await source.startCursor(signal)
  const [calls, seen] = [source.calls, [] as Change[]]
  for await (const page of source.changes(cursor, signal)) seen.push(...page.changes)
  expect(seen).toEqual([])
  expect(source.calls - calls).toBe(1)
})
