import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect, test } from 'vitest'
import { startDrive } from '../../../emulator/drive/index.ts'
import { changesSince, scanAll, sourceFor } from '../../../test/drive-source.ts'
import type { ScanPage } from '../../backup/model/source.ts'
import type { DriveSource } from '../source.ts'

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

test('an incomplete search is a Fault, and no short scan', async () => {
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
  expect(await team.identify(signal)).toEqual({
    permissionId: drive.store.primary.permissionId,
    email: 'owner@example.com',
    rootId: shared.id,
  })
  expect((await scanAll(team, signal)).map((item) => [item.name, item.driveId])).toEqual([['ours.txt', shared.id]])
  expect((await scanAll(mine, signal)).map((item) => item.name)).toEqual(['mine.txt'])
  drive.store.setMember(shared.id, 'owner@example.com', null)
  await expect(scanAll(team, signal)).rejects.toMatchObject({ code: 'google/access-denied' })
})

test('an account is known by its lasting id, also behind another address, and by the address where Google tells no id', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  const before = await source.identify(signal)
  drive.changeAddress('renamed@example.com')
  expect(await source.identify(signal)).toEqual({ ...before, email: 'renamed@example.com' })
  drive.faults.add({
    fault: { kind: 'garbage', text: '{"user":{"emailAddress":"renamed@example.com"}}' },
    match: { name: 'about.get' },
  })
  expect(await source.identify(signal)).toMatchObject({ permissionId: 'email:renamed@example.com' })
})

const PHOTO = { mimeType: 'image/jpeg' }
const ODD: [what: string, fault: object, unreadable: string | null][] = [
  ['a year of five digits', { set: { modifiedTime: '12345-06-07T08:09:10.000Z' } }, null],
  ['a year of six digits', { set: { modifiedTime: '+012345-06-07T08:09:10.000Z' } }, null],
  ['a year before Christ', { set: { modifiedTime: '-0044-03-15T12:00:00.000Z' } }, null],
  ['a leap second', { set: { modifiedTime: '2016-12-31T23:59:60.000Z' } }, null],
  ['neither size nor checksums', { set: PHOTO, drop: ['size', 'md5Checksum', 'sha256Checksum'] }, 'it has no size'],
  ['no MIME type', { drop: ['mimeType'] }, 'it has no mimeType'],
  ['no target', { set: { mimeType: 'application/vnd.google-apps.shortcut', shortcutDetails: {} } }, null],
  ['a checksum in capitals', { set: { md5Checksum: '0CC175B9C0F1B6A831C399E269772661' } }, null],
  ['a size as a number', { set: { size: 1 } }, null],
  ['odd parents, rights and flags', { set: { parents: {}, capabilities: 7, trashed: 'no', ownedByMe: [] } }, null],
  ['no name', { drop: ['name'] }, null],
]

test.each(ODD)('a file with %s stops neither a scan nor the feed', async (_what, odd, unreadable) => {
  await using drive = await startDrive({ files: { 'a.txt': 'a', 'b.txt': 'a', 'c.txt': 'a' } })
  await using source = sourceFor(drive)
  const cursor = await source.startCursor(signal)
  const id = drive.find('b.txt').id
  drive.faults.add({ fault: { kind: 'odd-item', id, ...odd } })
  const files = (await pages(source, null)).at(-1)
  expect(files).toMatchObject({ odd: 0, items: [{ name: 'a.txt' }, { id, unreadable }, { name: 'c.txt' }] })
  drive.edit(id, 'A')
  drive.edit(drive.find('c.txt').id, 'A')
  expect(await changesSince(source, cursor, signal)).toMatchObject([
    { item: { id, unreadable } },
    { item: { name: 'c.txt', unreadable: null } },
  ])
  expect(await source.get(id, signal)).toMatchObject({ id, unreadable })
})

test('an entry without a usable id is omitted and counted; the page goes on', async () => {
  await using drive = await startDrive({ files: { 'a.txt': 'a', 'b.txt': 'b' } })
  await using source = sourceFor(drive)
  const id = drive.find('a.txt').id
  for (const odd of [{ drop: ['id'] }, { set: { id: '../x' } }, { instead: null }, { instead: 'file' }]) {
    drive.faults.add({ fault: { kind: 'odd-item', id, ...odd } })
    expect((await pages(source, null)).at(-1)).toMatchObject({ odd: 1, items: [{ name: 'b.txt' }] })
    drive.faults.clear()
  }
  drive.faults.once({ kind: 'garbage', text: '{"files":{}}' }, { name: 'files.list' })
  await expect(pages(source, null)).rejects.toMatchObject({ code: 'google/bad-answer' })
})

test('where Google fails at large pages, smaller ones are asked for during the rest of the scan', async () => {
  await using drive = await startDrive({ files: Object.fromEntries([...Array(230).keys()].map((n) => [`f${n}`, ''])) })
  await using source = sourceFor(drive)
  const fault = { kind: 'error', status: 500 } as const
  const forget = drive.faults.add({ fault, match: { name: 'files.list', path: /pageSize=(1000|500)\b/ } })
  expect(await scanAll(source, signal)).toHaveLength(230)
  // Twice five tries that fail, then folders in one page and files in three.
  expect(drive.requests.count('files.list')).toBe(14)
  forget()
  drive.faults.add({ fault, match: { name: 'files.list' } })
  await expect(scanAll(source, signal)).rejects.toMatchObject({ code: 'google/unavailable' })
})

test('smaller pages are not tried while all of Google is out of order, or asks for time', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  drive.faults.add({ fault: { kind: 'error', status: 500 } })
  await expect(scanAll(source, signal)).rejects.toMatchObject({ code: 'google/unavailable' })
  expect(drive.requests.count('files.list')).toBe(5)
  drive.faults.clear()
  drive.faults.add({ fault: { kind: 'error', status: 503, retryAfter: 600 }, match: { name: 'files.list' } })
  await expect(scanAll(source, signal)).rejects.toMatchObject({ retryAfterMs: 600_000 })
  expect(drive.requests.count('files.list')).toBe(6)
})

test('a first page that is refused for a page token is not a lost position, which would start again at once', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  drive.faults.add({ fault: { kind: 'dead-page-token' }, match: { name: 'files.list' } })
  await expect(scanAll(source, signal)).rejects.toMatchObject({ code: 'google/bad-answer' })
})
