import { expect, test } from 'vitest'
import { startDrive } from '../../../emulator/drive/index.ts'
import { bytesOf, itemNamed, sourceFor } from '../../../test/drive-source.ts'

const signal = new AbortController().signal
const type = (name: string) => `application/vnd.google-apps.${name}`
const read = async (source: ReturnType<typeof sourceFor>, item: Parameters<typeof source.read>[0]) =>
  bytesOf(await source.read(item, 0, signal))

test.each([
  ['document', 'PK'],
  ['spreadsheet', 'PK'],
  ['presentation', 'PK'],
  ['drawing', '<'],
  ['script', '{'],
])('a %s is exported in its default format', async (name, start) => {
  await using drive = await startDrive()
  drive.create({ name: 'native', mimeType: type(name) })
  await using source = sourceFor(drive)
  const bytes = await read(source, await itemNamed(source, drive, 'native', signal))
  expect(bytes.toString('latin1').startsWith(start)).toBe(true)
})

test.each(['form', 'site', 'map', 'jam', 'drive-sdk.123'])(
  'a %s cannot be exported, and costs no call',
  async (name) => {
    await using drive = await startDrive()
    drive.create({ name: 'native', mimeType: type(name) })
    await using source = sourceFor(drive)
    const item = await itemNamed(source, drive, 'native', signal)
    drive.requests.reset()
    await expect(read(source, item)).rejects.toMatchObject({ code: 'drive/not-exportable', subject: 'native' })
    expect(drive.requests.total).toBe(0)
  },
)

test('beyond 10 MB the export link is taken', async () => {
  await using drive = await startDrive()
  drive.create({ name: 'thick', mimeType: type('document'), exportSize: 12 * 1024 * 1024 })
  await using source = sourceFor(drive)
  const bytes = await read(source, await itemNamed(source, drive, 'thick', signal))
  expect(bytes.length).toBeGreaterThanOrEqual(12 * 1024 * 1024)
  expect(drive.requests.count('files.export', 403)).toBe(1)
  expect(drive.requests.count('exportLinks', 200)).toBe(1)
})

test('an export that keeps failing at Google is tried through its link too', async () => {
  await using drive = await startDrive()
  drive.create({ name: 'odd', mimeType: type('document') })
  await using source = sourceFor(drive)
  const item = await itemNamed(source, drive, 'odd', signal)
  drive.faults.add({ fault: { kind: 'error', status: 500 }, match: { name: 'files.export' } })
  expect((await read(source, item)).length).toBeGreaterThan(0)
  drive.faults.add({ fault: { kind: 'error', status: 500 }, match: { name: 'exportLinks' } })
  await expect(read(source, item)).rejects.toMatchObject({ code: 'drive/export-failed', subject: 'odd' })
})

test('a sign-in page is not a document', async () => {
  await using drive = await startDrive()
  drive.create({ name: 'thick', mimeType: type('document'), exportSize: 12 * 1024 * 1024 })
  await using source = sourceFor(drive)
  const item = await itemNamed(source, drive, 'thick', signal)
  drive.faults.add({ fault: { kind: 'garbage', text: '<html>Sign in</html>' }, match: { name: 'exportLinks' } })
  await expect(read(source, item)).rejects.toMatchObject({ code: 'drive/export-failed' })
})

test('a document that may not be exported is denied, and not skipped for good', async () => {
  await using drive = await startDrive()
  drive.create({ name: 'closed', mimeType: type('document'), canDownload: false })
  await using source = sourceFor(drive)
  const item = await itemNamed(source, drive, 'closed', signal)
  expect(item.canDownload).toBe(false)
  await expect(read(source, item)).rejects.toMatchObject({ code: 'drive/access-denied' })
})

test.each(['document', 'spreadsheet', 'presentation', 'drawing', 'script'])(
  'a %s that breaks off never passes for whole, however cleanly it ends',
  async (name) => {
    await using drive = await startDrive()
    drive.create({ name: 'native', mimeType: type(name), exportSize: 200_000 })
    await using source = sourceFor(drive)
    const item = await itemNamed(source, drive, 'native', signal)
    for (const fault of [{ kind: 'reset-mid-body' }, { kind: 'truncate' }, { kind: 'truncate', after: 0 }] as const) {
      drive.faults.once(fault, { name: 'files.export' })
      await expect(read(source, item)).rejects.toMatchObject({ code: 'drive/interrupted' })
    }
  },
)
