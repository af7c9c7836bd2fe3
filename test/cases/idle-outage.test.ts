import { expect, test } from 'vitest'
import { Run } from '../../src/backup/daemon/run.ts'
import { Backup } from '../backup/harness.ts'

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`file ${i}.txt`, `text ${i}`]))
const DENIED = {
  match: { operation: 'PutObject' },
  fault: { kind: 'answer', status: 403, code: 'AccessDenied' },
} as const

test('an outage ends although nothing is due any more that could find out', async () => {
  await using backup = await Backup.start({ drive: { files: many(5) } })
  const { drive, s3 } = backup
  s3.faults.add(DENIED)
  await backup.cycle()
  for (const name of Object.keys(many(5))) drive.remove(drive.find(name).id)
  expect(await backup.cycle()).toMatchObject({ end: 'broken' })
  s3.faults.clear()
  backup.clock.time += 3_600_000
  expect(await backup.cycle()).toMatchObject({ end: 'done', fault: null })
  // And then storage is left alone.
  backup.resetCounts()
  await backup.cycle()
  expect(s3.requests.total).toBe(0)
})

test('while one destination is asked and says nothing, what changes reaches the other', async () => {
  await using backup = await Backup.start({
    drive: { files: many(5) },
    second: true,
    destination: { retryBaseMs: 1, timeouts: { patience: 10_000 } },
  })
  const { drive, secondS3, s3 } = backup
  await backup.cycle()
  s3.faults.add(DENIED)
  for (const name of Object.keys(many(5))) drive.edit(drive.find(name).id, `edited ${name}`)
  await backup.cycle()
  for (const name of Object.keys(many(5))) drive.remove(drive.find(name).id)
  await backup.cycle()
  expect(backup.endpoints.destinations.get('aws_s3')?.outage).not.toBeNull()
  s3.faults.clear()
  s3.faults.add({ fault: { kind: 'stall' } })
  const schedule = { mode: 'interval' as const, intervalMs: 1000, retryDelayMs: 1000 }
  const run = new Run({ ...backup.once, schedule, jobs: [] })
  const [drain, abort] = [new AbortController(), new AbortController()]
  const running = run.work({ drain: drain.signal, abort: abort.signal })
  backup.clock.time += 3_600_000
  drive.create({ name: 'new.txt', content: 'new' })
  const begun = Date.now()
  if (secondS3 === null) throw new Error('there is no second server')
  await expect.poll(async () => (await backup.contents('mirror', secondS3))['new.txt']).toBe('new')
  expect(Date.now() - begun).toBeLessThan(9_000)
  abort.abort()
  await running.catch((error: unknown) => {
    if (error !== abort.signal.reason) throw error
  })
})
