import { expect, test } from 'vitest'
import type { S3Server } from '../../emulator/s3/index.ts'
import { registerDestinations } from '../../src/catalog/destinations.ts'
import { shortPatience } from '../chaos/short-patience.ts'
import { Backup, type Setup } from './harness.ts'

const many = (count: number, text = 'text') =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`file ${i}.txt`, `${text} ${i}`]))

async function startTwo(setup: Setup = {}): Promise<{ backup: Backup; second: S3Server }> {
  const backup = await Backup.start({ ...setup, second: true })
  if (backup.secondS3 === null) throw new Error('there is no second server')
  return { backup, second: backup.secondS3 }
}

/** Cycles, as the daemon makes them one behind the other, until nothing waits. */
async function settle(backup: Backup): Promise<void> {
  for (let i = 0; i < 10; i++) {
    expect(await backup.cycle()).toMatchObject({ end: 'done', failed: 0 })
    if ((await backup.standing()).pending === 0) return
  }
  expect.fail('something still waits')
}

const refusePuts = (s3: S3Server) =>
  s3.faults.add({ match: { operation: 'PutObject' }, fault: { kind: 'answer', status: 403, code: 'AccessDenied' } })

test('both destinations get everything, and a small file is downloaded once for both', async () => {
  const { backup, second } = await startTwo({ drive: { files: many(50) } })
  await using _ = backup
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 50 })
  expect(await backup.contents('mirror', second)).toEqual(many(50))
  expect(await backup.contents()).toEqual(many(50))
  expect(backup.drive.requests.count('files.media')).toBe(50)
})

test.each(['aws_s3', 'second'] as const)('while %s is out of order the other gets everything', async (broken) => {
  const { backup, second } = await startTwo({ drive: { files: many(150) } })
  await using _ = backup
  const [down, up] = broken === 'second' ? [second, backup.s3] : [backup.s3, second]
  refusePuts(down)
  const result = await backup.cycle()
  expect(result).toMatchObject({ end: 'broken', partly: true, failed: 0 })
  expect(result.fault?.code).toBe('storage/access-denied')
  expect(await backup.contents('mirror', up)).toEqual(many(150))

  // What changes meanwhile is stored there as before, and the broken one is left alone: no request goes to it.
  backup.resetCounts()
  down.requests.reset()
  backup.drive.edit(backup.drive.find('file 7.txt').id, 'edited')
  backup.drive.rename(backup.drive.find('file 8.txt').id, 'renamed.txt')
  expect(await backup.cycle()).toMatchObject({ end: 'broken', partly: true })
  const { 'file 8.txt': moved, ...others } = many(150)
  const now = { ...others, 'file 7.txt': 'edited', 'renamed.txt': moved }
  expect(await backup.contents('mirror', up)).toEqual(now)
  expect(down.requests.total).toBe(0)

  // It is said to be out of order also while nothing needs it.
  expect(await backup.cycle()).toMatchObject({ end: 'broken', partly: true, retrying: 0 })

  // Nobody's attempts were burned, and it catches up by itself.
  const rows = await backup.db.selectFrom('files').selectAll().where('kind', '=', 'blob').execute()
  expect(rows.every((row) => row.sync_status === 'pending' && row.attempts === 0)).toBe(true)
  down.faults.clear()
  backup.clock.time += 3_600_000
  await settle(backup)
  expect(await backup.contents('mirror', down)).toEqual(now)
  expect(await backup.standing()).toMatchObject({ pending: 0, failed: {} })
})

test('a destination that comes back during a long backup is found to be back, and gets what it lacks', async () => {
  const { backup, second } = await startTwo({ drive: { files: many(400) } })
  await using _ = backup
  refusePuts(second)
  backup.afterFiles(200, () => {
    second.faults.clear()
    backup.clock.time += 120_000
  })
  expect(await backup.cycle()).toMatchObject({ end: 'done', fault: null, failed: 0 })
  expect(Object.keys(await backup.contents('mirror', second))).not.toEqual([])
  await settle(backup)
  expect(await backup.contents('mirror', second)).toEqual(many(400))
  expect(await backup.contents()).toEqual(many(400))
})

test('one that stays out of order for longer than it is left alone for is tried again, with a few files', async () => {
  const { backup, second } = await startTwo({ drive: { files: many(400) } })
  await using _ = backup
  refusePuts(second)
  backup.afterFiles(200, () => {
    second.requests.reset()
    backup.clock.time += 120_000
  })
  expect(await backup.cycle()).toMatchObject({ end: 'broken', partly: true, failed: 0 })
  expect(await backup.contents()).toEqual(many(400))
  // Three at once, until three have failed.
  expect(second.requests.count('PutObject')).toBeLessThanOrEqual(5)
})

test('a destination that takes nothing and says nothing does not keep the other waiting', async () => {
  const { backup, second } = await startTwo({ ...shortPatience(), drive: { files: many(200) } })
  await using _ = backup
  const hang = second.faults.add({ match: { operation: 'PutObject' }, fault: { kind: 'stall' } })
  expect(await backup.cycle()).toMatchObject({ end: 'broken', partly: true, failed: 0 })
  expect(await backup.contents()).toEqual(many(200))
  second.faults.remove(hang.id)
  backup.clock.time += 3_600_000
  await settle(backup)
  expect(await backup.contents('mirror', second)).toEqual(many(200))
})

test('one file’s own fault at one destination is no outage there', async () => {
  const { backup, second } = await startTwo({ drive: { files: many(30) } })
  await using _ = backup
  second.faults.add({
    match: { operation: 'PutObject', key: 'home/owner@example.com/file 3.txt' },
    fault: { kind: 'answer', status: 403, code: 'AccessDenied' },
  })
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 29, retrying: 1 })
  expect(await backup.contents()).toEqual(many(30))
  expect(Object.keys(await backup.contents('mirror', second)).length).toBe(29)
  expect((await backup.row(backup.drive.find('file 3.txt').id)).attempts).toBe(1)
})

test('with both out of order nothing is lost, and both recover', async () => {
  const { backup, second } = await startTwo({ drive: { files: many(40) } })
  await using _ = backup
  for (const s3 of [backup.s3, second]) refusePuts(s3)
  for (let i = 0; i < 3; i++) expect(await backup.cycle()).toMatchObject({ end: 'broken', partly: false, synced: 0 })
  for (const s3 of [backup.s3, second]) s3.faults.clear()
  backup.clock.time += 3_600_000
  await settle(backup)
  for (const s3 of [backup.s3, second]) expect(await backup.contents('mirror', s3)).toEqual(many(40))
})

test('a destination that is added later gets everything, without harm to the first', async () => {
  const { backup, second } = await startTwo({ drive: { files: many(30) } })
  await using _ = backup
  const both = backup.parts.destinations
  await registerDestinations(backup.db, both.slice(0, 1))
  backup.use({ destinations: both.slice(0, 1) })
  await backup.cycle()
  await registerDestinations(backup.db, both)
  backup.use({ destinations: both })
  backup.resetCounts()
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 30 })
  expect(await backup.contents('mirror', second)).toEqual(many(30))
  expect(backup.puts()).toBe(0)
})
