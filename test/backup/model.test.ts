import { test } from 'vitest'
import { compare, settle } from './compare.ts'
import { Backup } from './harness.ts'
import { randomDrive } from './random-drive.ts'

/**
 * A random walk: people do things in Drive, Google and storage fail now and then, the process restarts; after each
 * settling the bucket equals the Drive and the catalog explains every item and every object. Some walks have a second
 * destination with outages of its own. A failing walk is repeated with MODEL_SEEDS; MODEL_STEPS makes it longer.
 */
const SEEDS = (process.env.MODEL_SEEDS ?? '1,2,3,4,5,6').split(',').map(Number)
const STEPS = Number(process.env.MODEL_STEPS ?? 500)

for (const seed of SEEDS)
  test(`seed ${seed}: ${STEPS} random steps end with a bucket that equals the Drive`, async () => {
    const setup = { s3: { versioning: seed % 2 === 0 }, second: seed % 3 === 0, retryAttempts: 20 }
    await using backup = await Backup.start(setup)
    const walk = randomDrive(backup, seed)
    for (let step = 0; step < STEPS; ) {
      for (const end = Math.min(STEPS, step + walk.between(1, 40)); step < end; step++) walk.step()
      if (walk.chance(0.3)) walk.disturb()
      await backup.cycle()
      if (walk.chance(0.1)) {
        await backup.close()
        await backup.open()
      }
      walk.calm()
      await settle(backup)
      await compare(backup)
    }
  })
