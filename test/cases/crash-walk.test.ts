import { expect, test } from 'vitest'
import { randomFrom } from '../../emulator/drive/store/random.ts'
import type { Catalog } from '../../src/backup/model/catalog.ts'
import { Fault } from '../../src/backup/model/faults.ts'
import { Backup, BUCKET, type SavedCatalog } from '../backup/harness.ts'
import { randomDrive } from '../backup/random-drive.ts'
import { AnotherProgram } from './another-program.ts'
import { BucketWatch, settle } from './bucket-watch.ts'

/**
 * A random walk of the worst: people work in Drive while the process is killed at any record, the power fails, older catalogs
 * are put back, the catalog is lost, and another program writes our objects again. After each settling every content that was
 * ever in the bucket is still there, and what the catalog calls a copy is there. A failing walk is repeated with
 * CRASH_WALK_SEEDS; CRASH_WALK_ROUNDS makes it longer.
 */
const SEEDS = (process.env.CRASH_WALK_SEEDS ?? '1,2,3,4').split(',').map(Number)
const ROUNDS = Number(process.env.CRASH_WALK_ROUNDS ?? 12)

for (const seed of SEEDS)
  test(`seed ${seed}: ${ROUNDS} rounds of kills, power cuts and other catalogs lose no content`, async () => {
    const inParts = seed % 4 < 2
    await using backup = await Backup.start({
      s3: { versioning: seed % 3 === 0, limits: inParts ? { minPartSize: 1 } : {} },
      second: seed % 2 === 0,
      retryAttempts: 50,
      destination: { retryBaseMs: 1, ...(inParts ? { multipartThreshold: 150, partSize: 100 } : {}) },
    })
    using another = new AnotherProgram(backup.s3)
    const random = randomFrom(seed + 1000)
    const walk = randomDrive(backup, seed)
    const watches = [new BucketWatch(backup)]
    if (backup.secondS3 !== null) {
      if (inParts) backup.secondS3.limits.minPartSize = 1
      watches.push(new BucketWatch(backup, backup.secondS3, 'second'))
    }
    const note = async () => {
      for (const watch of watches) await watch.note()
    }
    const saved: SavedCatalog[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const said: string[] = []
      for (let turn = walk.between(1, 5); turn > 0; turn--) {
        for (let step = walk.between(1, 15); step > 0; step--) walk.step()
        if (walk.chance(0.3)) walk.disturb()
        if (walk.chance(0.2)) refuse('CopyObject', 'InvalidObjectState')
        if (walk.chance(0.2))
          refuse(['HeadObject', 'CopyObject', 'PutObject', 'DeleteObject'][random.below(4)] ?? '', 'AccessDenied')
        said.push(await disaster())
        walk.calm()
        await note()
      }
      await settle(backup)
      for (const watch of watches) await watch.check(`in round ${round}: ${said.join(', ')}`)
    }

    function refuse(operation: string, code: string): void {
      const key = `${random.pick(['a.txt', 'b.txt', 'photo', 'Zo', 'Reports', 'versions'])}`
      backup.s3.faults.add({
        match: { operation, key },
        fault: { kind: 'answer', status: 403, code },
        probability: 0.7,
        seed,
      })
    }

    async function disaster(): Promise<string> {
      if (walk.chance(0.3)) saved.push(await backup.saveCatalog())
      const before = await backup.logSize()
      const what = random.below(8)
      if (what <= 2) {
        const [count, done] = [random.below(40), random.next() < 0.5]
        const { killed } = await dieAt(backup, count, done)
        await note()
        await backup.startWith(await backup.saveCatalog())
        return killed
      }
      await backup.cycle()
      await note()
      if (what === 3) {
        const now = await backup.logSize()
        await backup.powerCut(before + random.below(Math.max(0, now - before) + 1))
        return 'power cut'
      }
      if (what === 4 && saved.length > 0) {
        await backup.startWith(saved[random.below(saved.length)] ?? null)
        return 'older catalog'
      }
      if (what === 5 && walk.chance(0.4)) {
        await backup.startWith(null)
        return 'no catalog'
      }
      if (what === 6) {
        walk.calm()
        const objects = await backup.s3.objects(BUCKET, { prefix: 'home/owner@example.com/' })
        for (const { key } of objects)
          if (walk.chance(0.3)) await another.rewrite(key, { labels: walk.chance(0.6), inParts: walk.chance(0.5) })
        return 'rewritten objects'
      }
      if (walk.chance(0.5))
        await backup.inventory().catch((error: unknown) => {
          if (!(error instanceof Fault)) throw error
        })
      return 'cycle'
    }
  })

/** What a process may be killed at, before it is recorded or after. */
const RECORDS = [
  'claim',
  'reserve',
  'settle',
  'release',
  'recordMoved',
  'recordKept',
  'recordSuperseded',
  'recordFoundElsewhere',
  'recordLost',
  'adopt',
  'uncertainKeys',
  'forgetWrites',
  'leaveUncertain',
  'recordUnknown',
  'recordEntered',
  'recordChanges',
] as const satisfies (keyof Catalog)[]

/** A cycle whose process dies at the n-th record, or (`done`) right behind it: nothing is recorded from then on. */
async function dieAt(backup: Backup, n: number, done: boolean): Promise<{ killed: string }> {
  const { catalog } = backup.parts
  let left = n
  let killed: string | null = null
  const dying: Record<string, unknown> = {}
  for (const name of RECORDS) {
    const real = catalog[name] as (...args: unknown[]) => Promise<unknown>
    dying[name] = async (...args: unknown[]) => {
      left -= 1
      const dies = killed === null && left < 0
      if (dies) killed = `killed ${done ? 'after' : 'before'} ${name}`
      if (killed === null || (dies && done)) {
        const value = await real(...args)
        if (!dies) return value
      }
      throw new Error('killed')
    }
  }
  backup.use({ catalog: { ...catalog, ...(dying as Partial<Catalog>) } })
  await backup.cycle().catch((error: unknown) => {
    if (killed === null) throw error
  })
  return { killed: killed ?? 'cycle' }
}

test('the walk meets what it is about', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'a' } } })
  expect(await dieAt(backup, 0, false)).toEqual({ killed: 'killed before claim' })
})
