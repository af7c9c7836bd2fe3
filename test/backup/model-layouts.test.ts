import { test } from 'vitest'
import type { LayoutName } from '../../src/backup/model/destination.ts'
import { askForReconcile } from '../../src/catalog/sources.ts'
import { compare, settle } from './compare.ts'
import { Backup } from './harness.ts'
import { randomDrive } from './random-drive.ts'

/**
 * The walk of model.test.ts with an S3 mirror, an S3 destination in layout `id` and a folder, each converted to the other
 * layout now and then, in the middle of other work. MODEL_SEEDS and MODEL_STEPS as there.
 */
const SEEDS = (process.env.MODEL_SEEDS ?? '1,2,3').split(',').map(Number)
const STEPS = Number(process.env.MODEL_STEPS ?? 150)
const [ANNA, BEN] = ['owner@example.com', 'ben@example.com']

for (const seed of SEEDS)
  test(`seed ${seed}: ${STEPS} random steps and conversions end with destinations that equal the drives`, async () => {
    const layouts: Record<string, LayoutName> = {
      aws_s3: 'mirror',
      second: 'id',
      disk: seed % 2 === 0 ? 'id' : 'mirror',
    }
    const setup = { users: [ANNA, BEN], second: true, disk: true, layouts: { ...layouts }, retryAttempts: 20 }
    await using backup = await Backup.start({ ...setup, s3: { versioning: seed % 3 === 0 } })
    const anna = randomDrive(backup, seed, { email: ANNA, shareWith: BEN })
    const ben = randomDrive(backup, seed + 1000, { email: BEN })
    const how = () => (anna.chance(0.5) ? 'killed' : 'in-order')
    for (let step = 0; step < STEPS; ) {
      for (const end = Math.min(STEPS, step + anna.between(1, 40)); step < end; step++)
        (anna.chance(0.7) ? anna : ben).step()
      if (anna.chance(0.3)) anna.disturb()
      for (const name of Object.keys(layouts))
        if (anna.chance(0.2)) {
          layouts[name] = layouts[name] === 'mirror' ? 'id' : 'mirror'
          await backup.convert(name, layouts[name] ?? 'mirror', how())
        }
      if (anna.chance(0.1)) await askForReconcile(backup.db, null)
      await backup.cycle()
      if (anna.chance(0.2)) {
        await backup.close(how())
        await backup.open()
      }
      if (anna.chance(0.3)) continue
      anna.calm()
      await settle(backup)
      await compare(backup, [ANNA, BEN])
    }
    anna.calm()
    await settle(backup)
    await compare(backup, [ANNA, BEN])
  }, 600_000)
