import { describe, expect, test } from 'vitest'
import { Backup } from '../backup/harness.ts'
import { BucketWatch, settle } from './bucket-watch.ts'

/** A name is taken over by another file while its former file is on its way to storage. */

const MIB = 1024 * 1024

/** What becomes of the former file, as soon as its bytes are being read. */
const MEANWHILE: Record<string, (backup: Backup, id: string) => void> = {
  removed: ({ drive }, id) => drive.remove(id),
  renamed: ({ drive }, id) => drive.rename(id, 'other.mp4'),
  trashed: ({ drive }, id) => drive.trash(id),
  'renamed and edited': ({ drive }, id) => {
    drive.rename(id, 'other.mp4')
    drive.edit(id, 'edited meanwhile')
  },
}

describe.each([{ versioning: false }, { versioning: true }])('versioning $versioning', ({ versioning }) => {
  describe.each([{ size: 100 }, { size: 12 * MIB }])('$size bytes', ({ size }) => {
    test.each(Object.entries(MEANWHILE))('%s while it is on its way, and another takes its name', async (_, act) => {
      await using backup = await Backup.start({
        drive: { files: { 'seed.txt': 'seed', 'video.mp4': 'x'.repeat(size) } },
        s3: { versioning },
        multipartThreshold: 8 * MIB,
      })
      const { drive } = backup
      const bucket = new BucketWatch(backup)
      const { id } = drive.find('video.mp4')
      let done = false
      drive.faults.add({
        match: { name: 'files.media', fileId: id },
        fault: () => {
          if (!done) act(backup, id)
          if (!done) drive.create({ name: 'video.mp4', content: 'the second video' })
          done = true
          return undefined
        },
      })
      await backup.cycle()
      await bucket.note()
      await settle(backup)
      expect(await backup.contents()).toMatchObject({ 'seed.txt': 'seed', 'video.mp4': 'the second video' })
      await bucket.check()
    })
  })

  test('while delivering goes on the feed is read again, and the new file waits for the key of the old one', async () => {
    await using backup = await Backup.start({
      drive: { files: { 'video.mp4': 'the first video', ...Object.fromEntries(many(30)) } },
      s3: { versioning },
    })
    const { drive, clock } = backup
    const bucket = new BucketWatch(backup)
    const { id } = drive.find('video.mp4')
    let done = false
    // The first stays on its way until all others are stored, and the feed was read once more.
    drive.faults.add({ match: { name: 'files.media', fileId: id }, fault: { kind: 'slow', bytesPerSecond: 40 } })
    backup.afterFiles(5, () => {
      drive.remove(id)
      drive.create({ name: 'video.mp4', content: 'the second video' })
      clock.time += 60_000
      done = true
    })
    await backup.cycle()
    expect(done).toBe(true)
    await bucket.note()
    await settle(backup)
    expect(await backup.contents()).toMatchObject({ 'video.mp4': 'the second video' })
    await bucket.check()
  })

  test('names that go round in a circle, with edits', async () => {
    await using backup = await Backup.start({
      drive: { files: { a: 'A', b: 'B', c: 'C', d: 'D' } },
      s3: { versioning },
    })
    const { drive } = backup
    const bucket = new BucketWatch(backup)
    await backup.cycle()
    await bucket.note()
    const ids = ['a', 'b', 'c', 'd'].map((name) => drive.find(name).id)
    for (let round = 0; round < 4; round++) {
      for (const [i, id] of ids.entries()) drive.rename(id, ['a', 'b', 'c', 'd'][(i + round + 1) % 4] ?? '')
      drive.edit(ids[round] ?? '', `edited in round ${round}`)
      await backup.cycle()
      await bucket.note()
    }
    await settle(backup)
    await bucket.check()
  })
})

function many(count: number): [string, string][] {
  return Array.from({ length: count }, (_, i) => [`file ${i}.txt`, `text ${i}`])
}
