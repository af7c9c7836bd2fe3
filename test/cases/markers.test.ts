import { expect, test } from 'vitest'
import { Backup } from '../backup/harness.ts'
import { AnotherProgram } from './another-program.ts'
import { BucketWatch, settle } from './bucket-watch.ts'

/** The object that identifies a destination is missing, damaged, or another's. */

const MARKER = 'home/.drivekeep/destination.json'
const FILES = { 'a.txt': 'a', 'b.txt': 'b' }

async function start() {
  const backup = await Backup.start({ drive: { files: FILES } })
  await backup.cycle()
  const bucket = new BucketWatch(backup)
  await bucket.note()
  return { backup, bucket, another: new AnotherProgram(backup.s3) }
}

const markerIn = async (backup: Backup) =>
  JSON.parse((await backup.s3.body('backup', MARKER)).toString()) as { id: string }

test.each(['removed', 'empty', 'not JSON', 'a list', 'without an id'])(
  'a marker that is %s is written again, and each key is looked at first',
  async (what) => {
    const { backup, bucket, another } = await start()
    await using _b = backup
    using _a = another
    const { id } = await markerIn(backup)
    await another.put('home/owner@example.com/new.txt', 'not ours')
    await bucket.note()
    if (what === 'removed') await another.remove(MARKER)
    else await another.put(MARKER, { empty: '', 'not JSON': '{', 'a list': '[1]' }[what] ?? '{"lease":"boot 1"}')
    await backup.restart()
    backup.drive.create({ name: 'new.txt', content: 'new' })
    expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 1 })
    expect((await markerIn(backup)).id).toBe(id)
    expect(await backup.contents()).toEqual({ ...FILES, 'new.txt': 'new' })
    await bucket.check()
  },
)

test('the marker of another destination: nothing is written there, and nothing is lost when ours is back', async () => {
  const { backup, bucket, another } = await start()
  await using _b = backup
  using _a = another
  const ours = (await backup.s3.body('backup', MARKER)).toString()
  await another.put(MARKER, JSON.stringify({ id: 'another destination', lease: 'another boot' }))
  await backup.restart()
  backup.drive.edit(backup.drive.find('a.txt').id, 'edited')
  backup.resetCounts()
  for (let i = 0; i < 4; i++) {
    const result = await backup.cycle()
    expect(result.fault?.code).toBe('storage/other-destination')
    backup.clock.time += 600_000
  }
  expect(backup.s3.requests.count('PutObject')).toBe(0)
  expect((await backup.row(backup.drive.find('a.txt').id)).attempts).toBe(0)
  await another.put(MARKER, ours)
  await settle(backup)
  expect(await backup.contents()).toEqual({ ...FILES, 'a.txt': 'edited' })
  await bucket.check()
})

test('a destination that was replaced during an outage is found to be another one afterwards', async () => {
  const { backup, another } = await start()
  await using _b = backup
  using _a = another
  const down = backup.s3.faults.add({ fault: { kind: 'answer', status: 403, code: 'AccessDenied' } })
  backup.drive.edit(backup.drive.find('a.txt').id, 'edited')
  await backup.cycle()
  backup.s3.faults.remove(down.id)
  await another.put(MARKER, JSON.stringify({ id: 'another destination', lease: 'another boot' }))
  backup.clock.time += 3_600_000
  expect((await backup.cycle()).fault?.code).toBe('storage/other-destination')
  expect(await backup.contents()).toEqual(FILES)
})

test('where listing is denied, the first backup into a bucket that holds something overwrites nothing', async () => {
  await using backup = await Backup.start({ drive: { files: FILES } })
  using another = new AnotherProgram(backup.s3)
  await another.put('home/owner@example.com/a.txt', 'not ours')
  const bucket = new BucketWatch(backup)
  await bucket.note()
  backup.s3.faults.add({
    match: { operation: ['ListObjects', 'ListObjectsV2'] },
    fault: { kind: 'answer', status: 403, code: 'AccessDenied' },
  })
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 2 })
  expect(await backup.contents()).toEqual(FILES)
  await backup.inventory()
  await another.put('home/owner@example.com/late.txt', 'not ours either')
  await bucket.note()
  await backup.restart()
  backup.drive.create({ name: 'late.txt', content: 'late' })
  await settle(backup)
  await bucket.check()
})

test.each([
  { what: 'a page', fault: { kind: 'answer', status: 403, body: 'html' } as const },
  { what: 'AccessDenied', fault: { kind: 'answer', status: 403, code: 'AccessDenied' } as const },
])('a rule against names with a dot in front ($what) keeps no other file from being stored', async ({ fault }) => {
  await using backup = await Backup.start({
    drive: { files: { ...FILES, '.env': 'refused' } },
    destination: { retryBaseMs: 1 },
    retryAttempts: 1,
  })
  backup.s3.faults.add({ match: { key: '/\\.' }, fault })
  for (let i = 0; i < 4; i++) {
    await backup.cycle()
    backup.clock.time += 3_600_000
  }
  expect(await backup.contents()).toMatchObject(FILES)
  expect(await backup.row(backup.drive.find('.env').id)).toMatchObject({
    sync_status: 'failed',
    fault: 'storage/object-refused',
  })
  await backup.restart()
  backup.drive.create({ name: 'new.txt', content: 'new' })
  backup.resetCounts()
  expect(await backup.cycle()).toMatchObject({ end: 'done', fault: null, synced: 1 })
})
