import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { type Random, randomFrom } from '../../emulator/drive/store/random.ts'
import { BUCKET, Installation, type Running } from '../cli/drivekeep.ts'
import { compareBucket } from '../compare-bucket.ts'
import { faultsOfCatalog } from './check-catalog.ts'
import { PART_BYTES } from './part-bytes.ts'

/** A failing run is repeated with CRASH_SEEDS, though the moments of the kills are never quite the same. */
const SEEDS = (process.env.CRASH_SEEDS ?? '1').split(',').map(Number)
const FILES = Number(process.env.CRASH_FILES ?? 2000)
const KILLS = 20
/** Of one large file at a time: parts that were sent and not yet written down. */
const PARTS_AT_ONCE = 4
const MIB = 1024 * 1024
const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url))

for (const seed of SEEDS)
  test(`seed ${seed}: ${KILLS} kills during one backup of ${FILES} files lose nothing and store nothing twice`, async () => {
    await using one = await Installation.start({
      drive: { dataSet: 'mixed', size: { count: FILES }, seed },
      s3: { limits: { minPartSize: PART_BYTES } },
    })
    const { drive, s3 } = one
    const config = one.configure({ bucket: { prefix: 'home' } })
    for (let i = 0; i < 4; i++) drive.create({ name: `large ${i}.bin`, size: (6 + i) * MIB + i })
    const start = () => one.spawn([WORKER, config], { bin: process.execPath })
    const random = randomFrom(seed)

    let underWay = 0
    for (let kill = 0; kill < KILLS; kill++) {
      await killSoon(start(), one, random)
      underWay += s3.uploads(BUCKET).length
      expect(faultsOfCatalog(one.folder)).toEqual([])
    }
    expect((await s3.objects(BUCKET)).length).toBeLessThan(FILES)
    expect(await start().ended).toMatchObject({ code: 0, stderr: '' })

    const place = { driveUrl: drive.url, s3Url: s3.url, bucket: BUCKET, ...s3.credentials }
    const { wrong, missing } = await compareBucket(place)
    expect(wrong).toEqual([])
    expect(missing.length).toBe(countIn(one, "select count(*) from files where sync_status = 'skipped'"))
    expect(countIn(one, "select count(*) from files where sync_status not in ('synced', 'skipped')")).toBe(0)
    expect(s3.uploads(BUCKET)).toEqual([])
    const keys = (await s3.objects(BUCKET)).map(({ key }) => key)
    expect(keys.filter((key) => !isMarker(key)).sort()).toEqual(keysInCatalog(one))
    expect(storedTwice(one)).toEqual([])

    // Large files went on behind their last recorded part: at most what was on its way is sent again.
    const large = (await s3.objects(BUCKET)).filter(({ parts }) => parts !== null)
    const needed = large.reduce((sum, { parts }) => sum + (parts?.length ?? 0), 0)
    expect(large.length).toBeGreaterThanOrEqual(4)
    expect(s3.requests.count('UploadPart', 200)).toBeLessThanOrEqual(needed + underWay * PARTS_AT_ONCE)
  })

test(`${KILLS} kills during one backup to three destinations leave each of them whole`, async () => {
  const names = ['one', 'two', 'three']
  await using one = await Installation.start({
    drive: { dataSet: 'mixed', size: { count: 300 }, seed: 3 },
    s3: { limits: { minPartSize: PART_BYTES }, buckets: names },
  })
  const { drive, s3 } = one
  for (let i = 0; i < 2; i++) drive.create({ name: `large ${i}.bin`, size: (6 + i) * MIB + i })
  const at = { endpoint: s3.url, force_path_style: true, prefix: 'home' }
  const { accessKeyId: access_key_id, secretAccessKey: secret_access_key } = s3.credentials
  const bucket = (name: string) => [name, { ...at, bucket: name, access_key_id, secret_access_key }]
  const config = one.configure({ top: { destinations: Object.fromEntries(names.map(bucket)) } })
  const start = () => one.spawn([WORKER, config], { bin: process.execPath })
  const random = randomFrom(3)
  for (let kill = 0; kill < KILLS; kill++) {
    await killSoon(start(), one, random)
    expect(faultsOfCatalog(one.folder)).toEqual([])
  }
  expect(countIn(one, "select count(*) from files where sync_status = 'pending'")).toBeGreaterThan(0)
  expect(await start().ended).toMatchObject({ code: 0, stderr: '' })

  expect(countIn(one, 'select count(*) from deliveries')).toBe(0)
  expect(storedTwice(one)).toEqual([])
  for (const name of names) {
    const { wrong, missing } = await compareBucket({
      driveUrl: drive.url,
      s3Url: s3.url,
      bucket: name,
      ...s3.credentials,
    })
    expect(wrong).toEqual([])
    expect(missing.length).toBe(countIn(one, "select count(*) from files where sync_status = 'skipped'"))
    expect(s3.uploads(name)).toEqual([])
    const keys = (await s3.objects(name)).map(({ key }) => key)
    expect(keys.filter((key) => !isMarker(key)).sort()).toEqual(keysInCatalog(one, name))
  }
})

test('`drivekeep sync` killed five times goes on where it was, and stores nothing twice', async () => {
  await using one = await Installation.start({ drive: { dataSet: 'mixed', size: { count: 500 }, seed: 7 } })
  const random = randomFrom(7)
  for (let kill = 0; kill < 5; kill++) {
    await killSoon(one.spawn(['sync']), one, random)
    expect(faultsOfCatalog(one.folder)).toEqual([])
  }
  expect(await one.run(['sync'])).toMatchObject({ code: 0 })
  const { drive, s3 } = one
  const { wrong } = await compareBucket({ driveUrl: drive.url, s3Url: s3.url, bucket: BUCKET, ...s3.credentials })
  expect(wrong).toEqual([])
  expect(storedTwice(one)).toEqual([])
})

/** Kills the process after a random number of requests and milliseconds. */
async function killSoon(worker: Running, { drive, s3 }: Installation, random: Random): Promise<void> {
  const requests = () => drive.requests.total + s3.requests.total
  const enough = requests() + random.below(150)
  let over = false
  const ended = worker.ended.finally(() => {
    over = true
  })
  while (requests() < enough && !over) await new Promise((resolve) => setTimeout(resolve, 1))
  await new Promise((resolve) => setTimeout(resolve, random.below(30)))
  worker.kill('SIGKILL')
  expect(await ended).toMatchObject({ signal: 'SIGKILL', stderr: '' })
}

/** Keys that storage was given more than once. */
function storedTwice({ s3 }: Installation): string[] {
  expect(s3.requests.total).toBeLessThanOrEqual(10_000) // the log keeps no more
  const stored = s3.requests
    .recent()
    .filter(({ operation, status }) => /^(PutObject|CompleteMultipartUpload)$/.test(operation) && status === 200)
    .map(({ bucket, key }) => `${bucket}/${key}`)
    .filter((key) => !isMarker(key)) // written by each process
  return stored.filter((key, i) => stored.indexOf(key) !== i)
}

function isMarker(key: string): boolean {
  return key.endsWith('.drivekeep/destination.json')
}

function keysInCatalog(one: Installation, destination = 'aws_s3'): string[] {
  const sql = `select object_key from copies join destinations d on d.id = destination where d.name = '${destination}'`
  return query<{ object_key: string }>(one, sql)
    .map((row) => row.object_key)
    .sort()
}

function countIn(one: Installation, sql: string): number {
  return Number(Object.values(query<Record<string, number>>(one, sql)[0] ?? {})[0])
}

function query<Row>({ folder }: Installation, sql: string): Row[] {
  const db = new Database(`${folder}/sync_state.db`, { readonly: true })
  try {
    return db.prepare(sql).all() as Row[]
  } finally {
    db.close()
  }
}
