import { randomBytes } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bytesOf } from '../store/content.ts'
import type { Item } from '../store/item.ts'
import { FOLDER, nativeType } from '../store/kinds.ts'
import { type LocalFolder, localFolder, sha256 } from './local-folder.ts'
import { type RcloneFixture, startForRclone } from './rclone-fixture.ts'

let drive: RcloneFixture
let local: LocalFolder
let folder: string

beforeEach(async () => {
  drive = await startForRclone()
  local = await localFolder()
  folder = local.path
})

afterEach(async () => {
  await drive?.[Symbol.asyncDispose]()
  await local?.[Symbol.asyncDispose]()
})

async function hashOf(item: Item): Promise<string> {
  if (item.content === null) throw new Error(`${item.name} has no bytes`)
  return sha256(await bytesOf(item.content))
}

/** A tree with one of everything that rclone treats in its own way. */
function fill(): { blobs: Record<string, Item> } {
  const { store } = drive
  const reports = store.create({ name: 'Reports', mimeType: FOLDER })
  const deep = store.create({ name: 'deep', mimeType: FOLDER, parent: reports.id })
  store.create({ name: 'Empty', mimeType: FOLDER })
  const blobs = {
    'top.txt': store.create({ name: 'top.txt', content: 'hello' }),
    'Reports/zero.bin': store.create({ name: 'zero.bin', parent: reports.id, size: 0 }),
    'Reports/photo ü.jpg': store.create({ name: 'photo ü.jpg', parent: reports.id, size: 300_000 }),
    'Reports/deep/a／b.bin': store.create({ name: 'a/b.bin', parent: deep.id, size: 3_000_000 }),
    "Reports/deep/it's 100%.txt": store.create({ name: "it's 100%.txt", parent: deep.id, size: 1 }),
  }
  store.create({ name: 'Plan', mimeType: nativeType('document'), parent: reports.id })
  store.create({ name: 'Budget', mimeType: nativeType('spreadsheet'), parent: reports.id })
  store.create({ name: 'Talk', mimeType: nativeType('presentation'), parent: deep.id })
  store.create({ name: 'Sketch', mimeType: nativeType('drawing'), parent: deep.id })
  store.create({ name: 'Gone.txt', content: 'trashed', trashed: true })
  return { blobs }
}

const DOCUMENTS = ['Reports/Budget.xlsx', 'Reports/Plan.docx', 'Reports/deep/Sketch.svg', 'Reports/deep/Talk.pptx']

test('lsf -R lists folders, files and documents under the names rclone gives them', async () => {
  const { blobs } = fill()
  for (const more of [[], ['--fast-list']]) {
    const { code, stdout, stderr } = await drive.rclone('lsf', '-R', 'drive:', ...more)
    expect(code, stderr).toBe(0)
    const expected = [...Object.keys(blobs), ...DOCUMENTS, 'Empty/', 'Reports/', 'Reports/deep/']
    expect(stdout.trim().split('\n').sort()).toEqual(expected.sort())
  }
})

test('copy brings every byte, and check agrees, documents included', async () => {
  const { blobs } = fill()
  const copied = await drive.rclone('copy', 'drive:', folder)
  expect(copied.code, copied.stderr).toBe(0)
  const files = await local.files()
  expect([...files.keys()].sort()).toEqual([...Object.keys(blobs), ...DOCUMENTS].sort())
  for (const [path, item] of Object.entries(blobs)) expect(files.get(path), path).toBe(await hashOf(item))
  expect((await readFile(join(folder, 'Reports/Plan.docx'))).toString('latin1', 0, 2)).toBe('PK')
  expect((await readFile(join(folder, 'Reports/deep/Sketch.svg'))).toString()).toContain('<svg ')
  expect((await stat(join(folder, 'top.txt'))).mtimeMs).toBe(blobs['top.txt']?.modifiedTime)
  const checked = await drive.rclone('check', 'drive:', folder)
  expect(checked.code, checked.stderr).toBe(0)
  expect(checked.stderr).toContain('0 differences found')
})

test('check notices a single byte that differs', async () => {
  fill()
  await drive.rclone('copy', 'drive:', folder)
  await writeFile(join(folder, 'top.txt'), 'hellO')
  const checked = await drive.rclone('check', 'drive:', folder)
  expect(checked.code).toBe(1)
  expect(checked.stderr).toContain('1 differences found')
})

test('a document beyond ten megabytes comes through its export link', async () => {
  drive.store.create({ name: 'Huge', mimeType: nativeType('document'), exportSize: 11 * 1024 * 1024 })
  const copied = await drive.rclone('copy', 'drive:', folder)
  expect(copied.code, copied.stderr).toBe(0)
  expect((await stat(join(folder, 'Huge.docx'))).size).toBeGreaterThan(11 * 1024 * 1024)
})

test('hundreds of files in a tree come down whole', async () => {
  const expected = new Map<string, string>()
  for (let outer = 0; outer < 20; outer += 1) {
    const parent = drive.store.create({ name: `folder ${outer}`, mimeType: FOLDER })
    for (let inner = 0; inner < 25; inner += 1) {
      const item = drive.store.create({ name: `file ${inner}.bin`, parent: parent.id, size: (inner * 7919) % 20_000 })
      expected.set(`folder ${outer}/file ${inner}.bin`, await hashOf(item))
    }
  }
  const copied = await drive.rclone('copy', 'drive:', folder, '--transfers', '16', '--checkers', '16')
  expect(copied.code, copied.stderr).toBe(0)
  expect(await local.files()).toEqual(expected)
  const checked = await drive.rclone('check', 'drive:', folder, '--fast-list')
  expect(checked.stderr).toContain('500 matching files')
})

test('copy into Drive: small files, an empty one, one in chunks, and an update', async () => {
  await mkdir(join(folder, 'in/ner'), { recursive: true })
  const large = randomBytes(9 * 1024 * 1024 + 17) // beyond the 8 MiB at which rclone sends chunks
  await writeFile(join(folder, 'in/ner/large.bin'), large)
  await writeFile(join(folder, 'in/empty'), '')
  await writeFile(join(folder, "in/it's é.txt"), 'first')
  const up = () => drive.rclone('copy', folder, 'drive:up', '--create-empty-src-dirs')
  const first = await up()
  expect(first.code, first.stderr).toBe(0)
  await writeFile(join(folder, "in/it's é.txt"), 'second version')
  const second = await up()
  expect(second.code, second.stderr).toBe(0)
  const stored = new Map([...drive.store.items()].map((item) => [item.name, item]))
  const text = stored.get("it's é.txt")
  expect(text?.revisions).toHaveLength(1)
  expect(stored.get('empty')?.content?.size).toBe(0)
  const checked = await drive.rclone('check', folder, 'drive:up')
  expect(checked.code, checked.stderr).toBe(0)
  expect(checked.stderr).toContain('3 matching files')
})

test('move, rename, delete and cleanup reach the Drive', async () => {
  const { blobs } = fill()
  const top = blobs['top.txt'] as Item
  const done = async (...args: string[]) => {
    const { code, stderr } = await drive.rclone(...args)
    expect(code, stderr).toBe(0)
  }
  await done('moveto', 'drive:top.txt', 'drive:Empty/renamed.txt')
  const moved = drive.store.must(top.id)
  expect(moved.name).toBe('renamed.txt')
  expect(drive.store.must(moved.parents[0] ?? '').name).toBe('Empty')
  await done('copyto', 'drive:Empty/renamed.txt', 'drive:copy.txt')
  expect([...drive.store.items()].filter(({ name }) => name === 'copy.txt')).toHaveLength(1)
  await done('deletefile', 'drive:Empty/renamed.txt')
  expect(drive.store.must(top.id).explicitlyTrashed).toBe(true)
  await done('cleanup', 'drive:')
  expect(drive.store.get(top.id)).toBeUndefined()
  await done('rmdir', 'drive:Empty')
  const about = await drive.rclone('about', 'drive:', '--json')
  expect(JSON.parse(about.stdout)).toHaveProperty('used')
})

test('a shared drive and files shared with me are listed by the flags for them', async () => {
  const { store } = drive
  const other = store.addUser('other@example.com')
  const team = store.addDrive('Team')
  store.create({ name: 'team.txt', parent: team.id, content: 'team' })
  const shared = store.create({ name: 'shared.txt', owner: other.email, content: 'theirs' })
  store.share(shared.id, { type: 'user', role: 'reader', emailAddress: store.primary.email })
  expect((await drive.rclone('lsf', '-R', 'drive:', '--drive-team-drive', team.id)).stdout).toBe('team.txt\n')
  expect((await drive.rclone('lsf', '-R', 'drive:', '--drive-shared-with-me')).stdout).toBe('shared.txt\n')
  const seen = await drive.rclone('cat', 'drive:shared.txt', '--drive-shared-with-me')
  expect(seen.stdout).toBe('theirs')
})

test('a service account acts for a user of the domain', async () => {
  fill()
  const { code, stdout, stderr } = await drive.rclone('lsf', 'account:')
  expect(code, stderr).toBe(0)
  expect(stdout.trim().split('\n').sort()).toEqual(['Empty/', 'Reports/', 'top.txt'])
})
