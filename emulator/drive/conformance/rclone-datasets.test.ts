import { expect, test } from 'vitest'
import { bytesOf } from '../store/content.ts'
import type { Item } from '../store/item.ts'
import type { DriveStore } from '../store/store.ts'
import { localFolder, sha256 } from './local-folder.ts'
import { type RcloneFixture, startForRclone } from './rclone-fixture.ts'

/** The blobs that rclone can see: below the root of the first user, not trashed, and with an MD5. */
function visibleBlobs(store: DriveStore): Item[] {
  return [...store.descendants(store.primary.rootId)].filter(
    (item) => item.content !== null && item.checksums !== 'none' && !store.isTrashed(item),
  )
}

async function listedIds(drive: RcloneFixture, ...more: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await drive.rclone('lsf', '-R', '--files-only', '--format', 'i', 'drive:', ...more)
  expect(code, stderr).toBe(0)
  return stdout.trim().split('\n')
}

test.each(['mixed', 'awkward'] as const)(
  'rclone lists every file of the %s data set, by folder and all at once',
  async (dataSet) => {
    await using drive = await startForRclone({ dataSet })
    const expected = new Set(visibleBlobs(drive.store).map(({ id }) => id))
    expect(expected.size).toBeGreaterThan(50)
    // Followed, a shortcut to a folder above itself has no end.
    for (const more of [[], ['--fast-list']]) {
      const listed = new Set(await listedIds(drive, '--drive-skip-shortcuts', '--drive-skip-gdocs', ...more))
      expect(listed).toEqual(expected)
    }
  },
)

test('rclone copies hundreds of files with names in many languages, and every byte is right', async () => {
  await using drive = await startForRclone({ dataSet: 'mixed', size: { count: 400 } })
  await using local = await localFolder()
  const copied = await drive.rclone('copy', 'drive:', local.path, '--transfers', '16', '--drive-skip-gdocs')
  expect(copied.code, copied.stderr).toBe(0)
  const checked = await drive.rclone('check', 'drive:', local.path, '--drive-skip-gdocs')
  expect(checked.code, checked.stderr).toBe(0)
  expect(checked.stderr).toContain('0 differences found')

  // rclone keeps one of several files with the same path, so what it wrote is compared as a set.
  const written = new Set((await local.files()).values())
  const hashes = new Set<string>()
  for (const { content } of visibleBlobs(drive.store)) if (content !== null) hashes.add(sha256(await bytesOf(content)))
  expect(written.size).toBeGreaterThan(300)
  expect([...written].filter((hash) => !hashes.has(hash))).toEqual([])
})

test('the small data set comes down whole, documents included', async () => {
  await using drive = await startForRclone({ dataSet: 'small' })
  await using local = await localFolder()
  const copied = await drive.rclone('copy', 'drive:', local.path)
  expect(copied.code, copied.stderr).toBe(0)
  const checked = await drive.rclone('check', 'drive:', local.path)
  expect(checked.code, checked.stderr).toBe(0)
  const names = [...(await local.files()).keys()]
  for (const extension of ['.docx', '.xlsx']) expect(names.some((name) => name.endsWith(extension))).toBe(true)
})
