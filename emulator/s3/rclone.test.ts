import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { runRclone } from '../../test/rclone.ts'
import { type S3Server, startS3 } from './index.ts'

const FILES: Readonly<Record<string, Buffer>> = {
  'empty.txt': Buffer.alloc(0),
  'a/note.txt': Buffer.from('hello'),
  'a/b/with space & +%#.txt': Buffer.from('odd name'),
  'ä/😀.bin': randomBytes(100_000),
  'big.bin': randomBytes(23_000_000),
}

async function withFiles(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 's3-rclone-'))
  try {
    for (const [name, bytes] of Object.entries(FILES)) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), bytes)
    }
    await run(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Runs rclone and fails with what it said unless it succeeds. */
async function rclone(s3: S3Server, ...args: string[]): Promise<string> {
  const config = `[s3]
type = s3
provider = Other
endpoint = ${s3.url}
region = ${s3.region}
access_key_id = ${s3.credentials.accessKeyId}
secret_access_key = ${s3.credentials.secretAccessKey}
`
  const small = ['--s3-upload-cutoff', '8M', '--s3-chunk-size', '5M']
  const { code, stdout, stderr } = await runRclone([...args, ...small], { config })
  expect(code, stderr).toBe(0)
  return stdout
}

test.each([false, true])('rclone copies, checks, lists, syncs and deletes (versioning %s)', async (versioning) => {
  await using s3 = await startS3({ buckets: ['backup'], versioning })
  await withFiles(async (folder) => {
    await rclone(s3, 'copy', folder, 's3:backup/dir')
    const stored = await s3.objects('backup')
    const sha256 = (bytes: Buffer | undefined) =>
      createHash('sha256')
        .update(bytes ?? '')
        .digest('hex')
    expect(stored.map(({ key }) => key).sort()).toEqual(
      Object.keys(FILES)
        .map((name) => `dir/${name}`)
        .sort(),
    )
    for (const { key, sha256: actual } of stored) expect(actual).toBe(sha256(FILES[key.slice('dir/'.length)]))
    expect(s3.requests.count('UploadPart', 200)).toBe(5)

    await rclone(s3, 'check', '--download', folder, 's3:backup/dir')
    await rclone(s3, 'check', folder, 's3:backup/dir')
    const listed = await rclone(s3, 'lsf', '-R', '--files-only', 's3:backup/dir')
    expect(listed.trim().split('\n').sort()).toEqual(Object.keys(FILES).sort())

    await rm(join(folder, 'a/note.txt'))
    await writeFile(join(folder, 'new.txt'), 'new')
    await rclone(s3, 'sync', folder, 's3:backup/dir')
    await rclone(s3, 'check', folder, 's3:backup/dir')
    expect((await s3.objects('backup')).map(({ key }) => key)).not.toContain('dir/a/note.txt')

    await rclone(s3, 'copyto', 's3:backup/dir/big.bin', 's3:backup/copied.bin')
    expect(s3.requests.count('CopyObject', 200) + s3.requests.count('UploadPartCopy', 200)).toBeGreaterThan(0)
    await rclone(s3, 'delete', 's3:backup')
    expect(await s3.objects('backup')).toEqual([])
    expect(s3.uploads('backup')).toEqual([])
  })
})
