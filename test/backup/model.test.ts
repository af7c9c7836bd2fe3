import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { S3Server } from '../../emulator/s3/index.ts'
import { unexplained } from '../../src/catalog/work/invariant.ts'
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

async function settle(backup: Backup): Promise<void> {
  for (let i = 0; i < 30; i++) {
    backup.clock.time += 3_600_000
    const result = await backup.cycle()
    if (result.end === 'done' && (await backup.parts.catalog.nextDue('all')) === null) return
  }
  expect.fail('work is left over after 30 quiet cycles')
}

async function compare(backup: Backup): Promise<void> {
  const current = await compareCopies(backup, 'aws_s3', backup.s3)
  await compareItems(backup, backup.s3, current)
  if (backup.secondS3 !== null)
    await compareItems(backup, backup.secondS3, await compareCopies(backup, 'second', backup.secondS3))
  await compareTallies(backup)
}

/** Every copy in the catalog is in the bucket, and every object in the bucket is a copy in the catalog. Gives the bucket's objects. */
async function compareCopies({ db }: Backup, destination: string, s3: S3Server) {
  const versions = await s3.objects('backup', { versions: true })
  const stored = new Set(versions.filter((one) => !one.isDeleteMarker).map((one) => `${one.key}\0${one.versionId}`))
  const current = new Map((await s3.objects('backup')).map((object) => [object.key, object]))
  const known = new Set<string>()
  const copies = await db
    .selectFrom('copies')
    .innerJoin('destinations', 'destinations.id', 'copies.destination')
    .selectAll('copies')
    .where('destinations.name', '=', destination)
    .execute()
  for (const copy of copies) {
    const version = copy.version_id ?? current.get(copy.object_key)?.versionId
    expect(stored.has(`${copy.object_key}\0${version}`), `${copy.place} copy ${copy.object_key}`).toBe(true)
    if (copy.place === 'mirror') expect(current.get(copy.object_key)?.versionId).toBe(version)
    known.add(`${copy.object_key}\0${version}`)
  }
  for (const { key, versionId } of current.values())
    if (key !== MARKER) expect(known.has(`${key}\0${versionId}`), `nobody knows of ${key}`).toBe(true)
  return current
}

const MARKER = 'home/.drivekeep/destination.json'

type Objects = Awaited<ReturnType<typeof compareCopies>>

async function compareItems(backup: Backup, s3: S3Server, current: Objects): Promise<void> {
  const rows = await backup.db.selectFrom('files').selectAll().execute()
  const byId = new Map(rows.map((row) => [row.file_id, row]))
  const { store } = backup.drive
  for (const item of store.items()) {
    if (store.isRoot(item) || item.space !== 'drive') continue
    const row = byId.get(item.id)
    if (row === undefined) return expect.fail(`${item.name} is not in the catalog`)
    expect(row, item.name).toMatchObject({
      sync_status: 'synced',
      removed_at: null,
      name: item.name,
      trashed: Number(store.isTrashed(item)),
    })
    if (row.kind !== 'blob' || row.trashed === 1) continue
    const object = current.get(`home/owner@example.com/${row.stored_path}`)
    expect(object?.metadata['drivekeep-file-id'], row.stored_path).toBe(item.id)
    expect((await s3.body('backup', object?.key ?? '')).equals(await backup.drive.content(item.id))).toBe(true)
  }
  // Living paths belong to one item each, and follow from the folders above.
  const living = rows.filter((row) => row.removed_at === null && row.trashed === 0)
  expect(new Set(living.map((row) => row.stored_path)).size).toBe(living.length)
  for (const row of living) {
    const parent = byId.get(row.place_id)
    expect(row.path).toBe(parent === undefined ? row.name : `${parent.path}/${row.name}`)
  }
}

/** The counts kept by triggers are those of a count, and what is due nowhere is stored everywhere. */
async function compareTallies({ db }: Backup): Promise<void> {
  for (const [kept, counted] of [
    [
      sql`select * from item_tallies where files <> 0 or bytes <> 0 order by 1, 2, 3, 4, 5, 6`,
      sql`select source_id, kind, coalesce(skip_reason, '') skip_reason, coalesce(read_fault, '') read_fault, read_failed,
        removed_at is not null removed, count(*) files, sum(coalesce(size, 0)) bytes
        from items group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6`,
    ],
    [
      sql`select * from delivery_tallies where deliveries <> 0 or bytes <> 0 order by 1, 2, 3, 4, 5`,
      sql`select source_id, destination, priority, failed, coalesce(fault, '') fault, count(*) deliveries, sum(bytes) bytes
        from deliveries group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`,
    ],
    [
      sql`select * from work_tallies where files <> 0 order by 1, 2`,
      sql`select source_id, sync_status status, count(*) files from files where sync_status in ('pending', 'failed')
        group by 1, 2 order by 1, 2`,
    ],
    [
      sql`select destination, place, copies, bytes from copy_tallies where copies <> 0 or bytes <> 0 order by 1, 2`,
      sql`select destination, place, count(*) copies, sum(size) bytes from copies group by 1, 2 order by 1, 2`,
    ],
  ] as const)
    expect((await kept.execute(db)).rows).toEqual((await counted.execute(db)).rows)
  expect(await unexplained(db, 10)).toEqual([])
  expect(await sql`select * from writes where state <> 'unknown'`.execute(db)).toMatchObject({ rows: [] })
}
