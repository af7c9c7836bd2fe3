import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect, test } from 'vitest'
import { startDrive } from '../../emulator/drive/index.ts'
import { scanAll, sourceFor } from '../../test/drive-source.ts'
import type { ScanPage } from '../backup/source.ts'
import type { DriveSource } from './source.ts'

const signal = new AbortController().signal

async function pages(source: DriveSource, position: string | null): Promise<ScanPage[]> {
  const all: ScanPage[] = []
  for await (const page of source.scan(position, signal)) all.push(page)
  return all
}

test.each(['small', 'awkward'] as const)(
  'the %s drive is listed whole: every item once, folders first, trash too',
  async (dataSet) => {
    await using drive = await startDrive({ dataSet })
    await using source = sourceFor(drive)
    const items = await scanAll(source, signal)
    const { store } = drive
    const visible = [...store.items()].filter(
      (item) => !store.isRoot(item) && item.driveId === null && store.roleOf(item, 'owner@example.com') !== undefined,
    )
    expect(items.map((item) => item.id).sort()).toEqual(visible.map((item) => item.id).sort())
    const firstFile = items.findIndex((item) => item.content.kind !== 'folder')
    expect(items.slice(firstFile).some((item) => item.content.kind === 'folder')).toBe(false)
    for (const item of items) {
      const real = store.must(item.id)
      expect(item).toMatchObject({
        name: real.name,
        mimeType: real.mimeType,
        createdTime: real.createdTime,
        modifiedTime: real.modifiedTime,
        version: real.version,
        trashed: store.isTrashed(real),
        explicitlyTrashed: real.explicitlyTrashed,
        ownedByMe: real.owner === 'owner@example.com',
      })
      if (real.content) expect(item.content).toMatchObject({ kind: 'blob', size: real.content.size })
      if (real.shortcut) expect(item.content).toMatchObject({ kind: 'shortcut', targetId: real.shortcut.targetId })
    }
  },
)

test('a scan goes on behind any page of an earlier one', async () => {
  await using drive = await startDrive({ dataSet: 'small' })
  await using source = sourceFor(drive)
  drive.faults.add({ fault: { kind: 'short-page', items: 7 }, match: { name: 'files.list' } })
  const whole = await pages(source, null)
  expect(whole.length).toBeGreaterThan(5)
  for (const [index, page] of whole.entries()) {
    if (page.next === null) expect(index).toBe(whole.length - 1)
    else
      expect((await pages(source, page.next)).flatMap((rest) => rest.items)).toEqual(
        whole.slice(index + 1).flatMap((rest) => rest.items),
      )
  }
})

test('short, empty and doubled pages lose nothing', async () => {
  await using drive = await startDrive({ dataSet: 'small' })
  await using source = sourceFor(drive)
  const expected = new Set((await scanAll(source, signal)).map((item) => item.id))
  drive.faults.add({ fault: { kind: 'empty-page' }, match: { name: 'files.list' }, times: 4, probability: 0.5 })
  drive.faults.add({ fault: { kind: 'duplicate-items', items: 3 }, match: { name: 'files.list' }, probability: 0.3 })
  drive.faults.add({ fault: { kind: 'short-page', items: 5 }, match: { name: 'files.list' } })
  expect(new Set((await scanAll(source, signal)).map((item) => item.id))).toEqual(expected)
})

test('pages that never end are a bad answer', async () => {
  // With the time standing still the emulator gives the same token for the same place.
  const now = Date.now()
  await using drive = await startDrive({ dataSet: 'small', now: () => now })
  await using source = sourceFor(drive)
  drive.faults.add({ fault: { kind: 'empty-page' }, match: { name: 'files.list' } })
  await expect(scanAll(source, signal)).rejects.toMatchObject({ code: 'google/bad-answer' })
  expect(drive.requests.count('files.list')).toBeLessThan(20)
})

test('an incomplete search is a Fault, and no short listing', async () => {
  await using drive = await startDrive({ dataSet: 'small' })
  await using source = sourceFor(drive)
  drive.faults.once({ kind: 'incomplete-search' }, { name: 'files.list' })
  await expect(scanAll(source, signal)).rejects.toMatchObject({
    code: 'google/bad-answer',
    message: expect.stringContaining('incomplete'),
  })
})

test.each(['dead-page-token', 'stale-page-token'] as const)(
  'a position with a %s says that the scan must start again',
  async (kind) => {
    await using drive = await startDrive({ dataSet: 'small' })
    await using source = sourceFor(drive)
    drive.faults.once({ kind }, { name: 'files.list' })
    await expect(pages(source, 'files:token')).rejects.toMatchObject({ code: 'google/scan-expired' })
    await expect(pages(source, 'nonsense')).rejects.toMatchObject({ code: 'google/scan-expired' })
  },
)

test('one page ahead is fetched, and no more; a reader that stops leaves nothing running', async () => {
  await using drive = await startDrive({ dataSet: 'small' })
  await using source = sourceFor(drive)
  drive.faults.add({ fault: { kind: 'short-page', items: 5 }, match: { name: 'files.list' } })
  const scan = source.scan(null, signal)[Symbol.asyncIterator]()
  await scan.next()
  await expect.poll(() => drive.requests.count('files.list')).toBe(2)
  await scan.next()
  await expect.poll(() => drive.requests.count('files.list')).toBe(3)
  await scan.return?.()
  expect(source.calls).toBe(3)
})

test('the next page has been asked for before a reader, who may keep the process busy, gets the present one', async () => {
  await using drive = await startDrive({ dataSet: 'small' })
  await using source = sourceFor(drive)
  drive.faults.add({ fault: { kind: 'short-page', items: 5 }, match: { name: 'files.list' } })
  let left = 0
  const count = (message: unknown) => {
    const { request } = message as { request: { path: string } }
    if (request.path.includes('/files?')) left += 1
  }
  subscribe('undici:client:sendHeaders', count)
  try {
    const scan = source.scan(null, signal)[Symbol.asyncIterator]()
    await scan.next() // opens the second connection
    for (let page = 2; page <= 4; page++) {
      await scan.next()
      expect(left).toBe(page + 1)
    }
    await scan.return?.()
  } finally {
    unsubscribe('undici:client:sendHeaders', count)
  }
})

test('a shared drive lists its own files and no others, and My Drive none of them', async () => {
  await using drive = await startDrive({ files: { 'mine.txt': 'm' } })
  const shared = drive.store.addDrive('Team')
  drive.create({ name: 'ours.txt', parent: shared.id, content: 'o' })
  await using team = sourceFor(drive, { driveId: shared.id })
  await using mine = sourceFor(drive)
  expect(await team.identify(signal)).toEqual({ email: 'owner@example.com', rootId: shared.id })
  expect((await scanAll(team, signal)).map((item) => [item.name, item.driveId])).toEqual([['ours.txt', shared.id]])
  expect((await scanAll(mine, signal)).map((item) => item.name)).toEqual(['mine.txt'])
  drive.store.setMember(shared.id, 'owner@example.com', null)
  await expect(scanAll(team, signal)).rejects.toMatchObject({ code: 'google/access-denied' })
})
