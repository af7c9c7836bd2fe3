import { expect, test } from 'vitest'
import { Backup } from '../backup/harness.ts'
import { startDaemon } from './daemon-run.ts'

/** One large file is on its way for as long as the test wants. */
async function withLargeFile(): Promise<{ backup: Backup; letGo(): void }> {
  const backup = await Backup.start()
  const { drive } = backup
  const id = drive.create({ name: 'large.bin', size: 4_000_000 })
  const letGo = drive.faults.add({
    match: { name: 'files.media', fileId: id },
    fault: { kind: 'slow', bytesPerSecond: 200_000 },
  })
  return { backup, letGo }
}

test('a change is stored while a large file is on its way', async () => {
  const { backup, letGo } = await withLargeFile()
  await using _ = backup
  await using _daemon = startDaemon(backup)
  await expect.poll(() => backup.drive.requests.count('files.media')).toBe(1)
  for (let i = 0; i < 3; i++) {
    backup.drive.create({ name: `live ${i}.txt`, content: `live ${i}` })
    await expect.poll(() => backup.contents()).toHaveProperty([`live ${i}.txt`], `live ${i}`)
  }
  expect(Object.keys(await backup.contents())).not.toContain('large.bin')
  letGo()
})

test('a retry whose time has come is carried out while a large file is on its way', async () => {
  const { backup, letGo } = await withLargeFile()
  await using _ = backup
  const { drive } = backup
  const id = drive.create({ name: 'refused once.txt', content: 'refused once' })
  drive.faults.once(
    { kind: 'error', status: 403, reason: 'insufficientFilePermissions' },
    { name: 'files.media', fileId: id },
  )
  await using _daemon = startDaemon(backup)
  await expect.poll(() => backup.contents()).toHaveProperty(['refused once.txt'])
  expect(Object.keys(await backup.contents())).not.toContain('large.bin')
  letGo()
})
