import { expect, test } from 'vitest'
import { Backup } from '../backup/harness.ts'

/** Attempts that an outage burned are given back, once. */

test('what failed since storage last worked is given back when the outage begins, and only then', async () => {
  const files = { 'x.txt': 'x', 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' }
  await using backup = await Backup.start({ drive: { files }, retryAttempts: 9, destination: { retryBaseMs: 1 } })
  const { drive, s3, clock } = backup
  const x = drive.find('x.txt').id
  const attempts = async () => (await backup.row(x)).attempts
  await backup.cycle()
  s3.faults.add({
    match: { operation: 'PutObject', key: 'x\\.txt$' },
    fault: { kind: 'answer', status: 400, code: 'InvalidRequest' },
  })
  drive.edit(x, 'x, edited')
  for (let i = 1; i <= 3; i++) {
    // The third time nothing else succeeds.
    if (i < 3) drive.edit(drive.find('a.txt').id, `a ${i}`)
    await backup.cycle()
    expect(await attempts()).toBe(i)
    clock.time += i < 3 ? 3_600_000 : 1000
  }
  const down = s3.faults.add({ fault: { kind: 'answer', status: 403, code: 'AccessDenied' } })
  for (const name of ['a.txt', 'b.txt', 'c.txt']) drive.edit(drive.find(name).id, 'edited')
  expect(await backup.cycle()).toMatchObject({ end: 'broken' })
  expect(await attempts()).toBe(2)
  // Tried again and again: first while the file itself is not due, then together with it.
  for (const pause of [40_000, 3_600_000, 3_600_000]) {
    clock.time += pause
    expect(await backup.cycle()).toMatchObject({ end: 'broken' })
    expect(await attempts()).toBe(2)
  }
  await backup.restart()
  expect(await backup.cycle()).toMatchObject({ end: 'broken' })
  expect(await attempts()).toBe(2)
  s3.faults.remove(down.id)
  clock.time += 3_600_000
  await backup.cycle()
  expect(await backup.row(drive.find('b.txt').id)).toMatchObject({ sync_status: 'synced' })
  expect(await attempts()).toBeLessThanOrEqual(3)
})
