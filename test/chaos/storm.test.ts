import { expect, test } from 'vitest'
import { Backup } from '../backup/harness.ts'
import { randomDrive } from '../backup/random-drive.ts'
import { compareBucket } from '../compare-bucket.ts'
import { unleash } from './fault-storm.ts'
import { shortPatience } from './short-patience.ts'

/** A failing run is repeated with CHAOS_SEEDS; CHAOS_FILES=2000 takes the whole data set. */
const SEEDS = (process.env.CHAOS_SEEDS ?? '1,2').split(',').map(Number)
const FILES = Number(process.env.CHAOS_FILES ?? 400)
const SHARE = 0.05

for (const seed of SEEDS)
  test(`seed ${seed}: with 5 % of all answers failing in every way, ${FILES} files end synced and equal`, async () => {
    await using backup = await Backup.start({
      drive: { dataSet: 'mixed', size: { count: FILES }, seed },
      s3: { versioning: seed % 2 === 0, limits: { minPartSize: 1 } },
      ...shortPatience(),
    })
    const { drive, s3 } = backup
    unleash(drive, s3, SHARE, seed)
    await settle(backup)
    await expectEqual(backup)

    unleash(drive, s3, SHARE, seed + 1000)
    const walk = randomDrive(backup, seed)
    for (let round = 0; round < 5; round++) {
      for (let step = 0; step < 40; step++) walk.step()
      await backup.cycle()
    }
    await settle(backup)
    await expectEqual(backup)
  })

/** Cycles, while the faults go on, until nothing is left to do. */
async function settle(backup: Backup): Promise<void> {
  for (let i = 0; i < 60; i++) {
    const result = await backup.cycle()
    const { catalog } = backup.parts
    const left = (await catalog.nextDue('all')) !== null || (await catalog.hasUncertainKeys('aws_s3'))
    if (result.end === 'done' && !left) return
    backup.clock.time += 3 * 3_600_000
  }
  expect.fail('work is left over after a week')
}

async function expectEqual(backup: Backup): Promise<void> {
  const { drive, s3 } = backup
  drive.faults.clear()
  s3.faults.clear()
  const { failed, pending, skipped } = await backup.standing()
  expect({ failed, pending }).toEqual({ failed: 0, pending: 0 })
  const { wrong, missing } = await compareBucket({
    ...{ driveUrl: drive.url, s3Url: s3.url, bucket: 'backup' },
    ...s3.credentials,
  })
  // What was deleted in Drive keeps its copy.
  expect(wrong.filter((line) => !line.endsWith('which is not in Drive'))).toEqual([])
  const skippedNow = await backup.db
    .selectFrom('files')
    .select('file_id')
    .where('sync_status', '=', 'skipped')
    .where('removed_at', 'is', null)
    .execute()
  expect(missing.map((line) => line.split(' ')[0]).sort()).toEqual(skippedNow.map((row) => row.file_id).sort())
  expect(Object.keys(skipped).filter((reason) => reason !== 'gone')).toEqual(['not-exportable'])
}
