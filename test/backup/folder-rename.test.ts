import { expect, test } from 'vitest'
import { compare, settle } from './compare.ts'
import { Backup, RUNNING } from './harness.ts'

/**
 * A renamed folder is one placement. The keys of what lies in it are re-keyed by deliveries, which go on after a kill where
 * they were. FOLDER_FILES makes the folder larger: 100,000 take some minutes.
 */
const FILES = Number(process.env.FOLDER_FILES ?? 1500)
const KILLS = 3

test(`a folder with ${FILES} files is renamed: one placement, no download, and kills cost nothing`, async () => {
  await using backup = await Backup.start()
  const { drive, s3 } = backup
  const folder = drive.create({ name: 'Before', mimeType: 'application/vnd.google-apps.folder' })
  for (let i = 0; i < FILES; i++) drive.create({ name: `${i}.txt`, parent: folder, content: `content ${i % 1000}` })
  await settle(backup)
  backup.resetCounts()
  drive.rename(folder, 'After')
  const before = process.memoryUsage().rss
  let most = before
  for (let kill = 1; kill <= KILLS; kill++) {
    const stop = new AbortController()
    backup.afterFiles(Math.floor(FILES / (KILLS + 2)), () => {
      most = Math.max(most, process.memoryUsage().rss)
      stop.abort(new Error('killed'))
    })
    await backup.cycle({ drain: RUNNING.drain, abort: stop.signal }).catch(() => {})
    await backup.close('killed')
    await backup.open()
    const { placements, deliveries } = await counts(backup)
    expect(placements).toBe(1)
    expect(deliveries).toBeGreaterThan(0)
  }
  await settle(backup)
  expect(await counts(backup)).toEqual({ placements: 1, deliveries: 0 })
  await compare(backup)
  expect(drive.requests.count('files.media')).toBe(0)
  // What was in hand at a kill may be copied again; nothing else is.
  const copies = s3.requests.count('CopyObject')
  expect(copies).toBeLessThanOrEqual(FILES + KILLS * 100)
  // The bound is on growth with the folder: a batch of deliveries, not all of them.
  if (FILES >= 100_000) expect(most - before).toBeLessThan(300 * 1024 * 1024)
}, 1_800_000)

async function counts({ db }: Backup) {
  const count = async (table: 'placements' | 'deliveries') => {
    const { n } = await db
      .selectFrom(table)
      .select((to) => to.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    return n
  }
  return { placements: await count('placements'), deliveries: await count('deliveries') }
}
