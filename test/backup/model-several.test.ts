import { test } from 'vitest'
import { askForReconcile } from '../../src/catalog/sources.ts'
import { compare, settle } from './compare.ts'
import { Backup } from './harness.ts'
import { randomDrive } from './random-drive.ts'

/**
 * The walk of model.test.ts with two sources, of which one or the other is signed out now and then and which share items,
 * and three destinations, of which one goes in and out of order. MODEL_SEEDS and MODEL_STEPS as there.
 */
const SEEDS = (process.env.MODEL_SEEDS ?? '1,2').split(',').map(Number)
const STEPS = Number(process.env.MODEL_STEPS ?? 150)
const [ANNA, BEN] = ['owner@example.com', 'ben@example.com']
const SCOPES = new Set(['https://www.googleapis.com/auth/drive'])

for (const seed of SEEDS)
  test(`seed ${seed}: ${STEPS} random steps in two drives end with three buckets that equal both`, async () => {
    const setup = { users: [ANNA, BEN], second: true, third: true, retryAttempts: 20 }
    await using backup = await Backup.start({ ...setup, s3: { versioning: seed % 2 === 0 } })
    const { drive } = backup
    const anna = randomDrive(backup, seed, { email: ANNA, shareWith: BEN })
    const ben = randomDrive(backup, seed + 1000, { email: BEN })
    const signedOut = new Set<string>()
    const signIn = (user: string) => {
      const token = user === ANNA ? drive.credentials.refreshToken : `1//0 ${user}`
      drive.tokens.issueRefresh({ user, clientId: drive.credentials.clientId, scopes: SCOPES }, token)
      signedOut.delete(user)
    }
    for (let step = 0; step < STEPS; ) {
      for (const end = Math.min(STEPS, step + anna.between(1, 40)); step < end; step++)
        (anna.chance(0.6) ? anna : ben).step()
      if (anna.chance(0.3)) anna.disturb()
      if (anna.chance(0.3)) backup.thirdS3?.faults.add({ fault: { kind: 'answer', status: 503, code: 'SlowDown' } })
      for (const user of [ANNA, BEN])
        if (anna.chance(0.15)) {
          drive.tokens.revokeUser(user)
          signedOut.add(user)
        }
      if (anna.chance(0.1)) await askForReconcile(backup.db, null)
      await backup.cycle()
      for (const user of signedOut) if (anna.chance(0.5)) signIn(user)
      if (anna.chance(0.2)) backup.thirdS3?.faults.clear()
      if (anna.chance(0.3)) await backup.cycle()
      if (anna.chance(0.15)) {
        await backup.close(anna.chance(0.5) ? 'killed' : 'in-order')
        await backup.open()
      }
      anna.calm()
      backup.thirdS3?.faults.clear()
      for (const user of [...signedOut]) signIn(user)
      await settle(backup)
      await compare(backup, [ANNA, BEN])
    }
  }, 600_000)
