import { expect, test } from 'vitest'
import { syncUntilSettled, type Wait } from '../../src/backup/daemon/once.ts'
import { Fault } from '../../src/backup/model/faults.ts'
import { CircuitBreaker } from '../../src/backup/outage/circuit-breaker.ts'
import { outagesIn } from '../../src/catalog/work/outages.ts'
import { Backup, RUNNING } from '../backup/harness.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const many = (count: number, from = 0) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`file ${i + from}.txt`, `text ${i + from}`]))

const skewed = { kind: 'answer', status: 403, code: 'RequestTimeTooSkewed' } as const

test('a clock that was ahead and is set before a restart: what waited is copied at once', async () => {
  await using backup = await Backup.start({ drive: { files: many(4) } })
  const { clock, s3 } = backup
  clock.time += 2 * DAY
  const end = s3.faults.add({ match: { operation: 'PutObject' }, fault: skewed })
  expect((await backup.cycle()).fault?.code).toBe('storage/clock-skew')
  await backup.close()
  clock.time -= 2 * DAY
  s3.faults.remove(end.id)
  await backup.open()
  backup.drive.create({ name: 'later.txt', content: 'later' })
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 5 })
  expect((await outagesIn(backup.db)).length).toBe(0)
})

test('one file that was put off while the clock was ahead is tried within its longest delay', async () => {
  await using backup = await Backup.start({ drive: { files: { 'bad.txt': 'bad', 'quota.txt': 'quota' } } })
  const { clock, drive } = backup
  clock.time += 30 * DAY
  drive.faults.add({
    match: { name: 'files.media', fileId: drive.find('bad.txt').id },
    fault: { kind: 'alter' },
    times: 2,
  })
  drive.faults.once(
    { kind: 'error', status: 403, reason: 'downloadQuotaExceeded' },
    { name: 'files.media', fileId: drive.find('quota.txt').id },
  )
  await backup.cycle()
  await backup.cycle()
  await backup.close()
  clock.time -= 30 * DAY
  await backup.open()
  clock.time += 2 * HOUR
  await backup.cycle()
  expect(await backup.contents()).toMatchObject({ 'bad.txt': 'bad' })
  clock.time += 2 * DAY
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'bad.txt': 'bad', 'quota.txt': 'quota' })
})

test('two destinations, one of them out while the clock is ahead: it catches up after the clock was set in the running process', async () => {
  await using backup = await Backup.start({ drive: { files: many(5) }, second: true })
  const { clock, secondS3 } = backup
  clock.time += DAY
  const end = secondS3?.faults.add({
    match: { operation: 'PutObject' },
    fault: { kind: 'answer', status: 403, code: 'AccessDenied' },
  })
  expect(await backup.cycle()).toMatchObject({ end: 'broken', partly: true })
  clock.time -= DAY
  backup.endpoints.clockSetBack()
  await backup.parts.catalog.clockSetBack(clock.now())
  if (end !== undefined) secondS3?.faults.remove(end.id)
  clock.time += HOUR
  expect(await backup.cycle()).toMatchObject({ end: 'done' })
  expect(await backup.contents('mirror', secondS3 ?? backup.s3)).toEqual(many(5))
})

test('a sync whose clock is set back while it waits does not wait for the time that was set', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'a' } } })
  const { clock, drive } = backup
  clock.time += 2 * DAY
  drive.faults.once({ kind: 'error', status: 403, reason: 'insufficientFilePermissions' }, { name: 'files.media' })
  const waits: Wait[] = []
  await syncUntilSettled(backup.once, RUNNING, (wait) => {
    if (waits.length === 0) clock.time -= 2 * DAY
    waits.push(wait)
  })
  expect(await backup.contents()).toEqual({ 'a.txt': 'a' })
  expect(Math.max(...waits.map(({ ms }) => ms))).toBeLessThan(2 * HOUR)
})

test('a breaker of a clock that was ahead opens no later than an hour after it was set', () => {
  const fault = new Fault('storage/clock-skew', 'bucket')
  const policy = { attempts: 5, delayMs: 30_000 }
  const breaker = new CircuitBreaker(policy, () => 0.5, 10 * DAY, { fault, since: 12 * DAY, until: 13 * DAY, tries: 3 })
  expect(breaker.outage?.until).toBeLessThanOrEqual(10 * DAY + HOUR)
  expect(breaker.outage?.since).toBeLessThanOrEqual(10 * DAY)
})

test('an outage of a source that another process has met ends with the first success of this one', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'a' } } })
  const { drive, clock } = backup
  await backup.cycle()
  drive.faults.add({ match: { name: 'changes.list' }, fault: { kind: 'error', status: 500 } })
  await backup.cycle()
  const [before] = await outagesIn(backup.db)
  expect(before).toMatchObject({ kind: 'source', fault: { code: 'google/unavailable' } })
  await backup.close('killed')
  await backup.open()
  clock.time += HOUR
  await backup.cycle()
  expect((await outagesIn(backup.db))[0]?.since).toBe(before?.since)
  drive.faults.clear()
  await backup.cycle()
  expect(await outagesIn(backup.db)).toEqual([])
})

test.each([7 * 24 * 3600, 'Fri, 31 Dec 9999 23:59:59 GMT'])(
  'a Retry-After of %s at Drive is obeyed for an hour at the most',
  async (retryAfter) => {
    await using backup = await Backup.start({ drive: { files: { 'a.txt': 'a' } } })
    const { drive, clock } = backup
    await backup.cycle()
    drive.create({ name: 'b.txt', content: 'b' })
    drive.faults.once({ kind: 'error', status: 503, retryAfter }, { name: 'changes.list' })
    const waits: Wait[] = []
    const from = clock.time
    expect(await syncUntilSettled(backup.once, RUNNING, (wait) => waits.push(wait))).toBeNull()
    expect(waits.length).toBe(1)
    expect(clock.time - from).toBeLessThanOrEqual(HOUR + 10_000)
    expect(await backup.contents()).toEqual({ 'a.txt': 'a', 'b.txt': 'b' })
  },
)

test('a Retry-After of a week at storage is obeyed for an hour at the most', async () => {
  await using backup = await Backup.start({ drive: { files: many(20) } })
  const { s3, clock } = backup
  s3.faults.add({
    match: { operation: 'PutObject' },
    fault: { kind: 'answer', status: 503, code: 'SlowDown', retryAfter: 604_800 },
    times: 200,
  })
  await backup.cycle()
  s3.faults.clear()
  clock.time += HOUR + 10_000
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 20 })
})

test('the age at which files are first seen decides, however long they wait', async () => {
  const now = Date.now()
  await using backup = await Backup.start({ rules: { recentMs: 7 * DAY } })
  const { drive, clock, s3 } = backup
  for (let i = 0; i < 20; i++) drive.create({ name: `six ${i}.txt`, content: `six ${i}`, modifiedTime: now - 6 * DAY })
  drive.create({ name: 'old.txt', content: 'old', modifiedTime: now - 8 * DAY })
  const end = s3.faults.add({
    match: { operation: 'PutObject' },
    fault: { kind: 'answer', status: 403, code: 'AccessDenied' },
  })
  await backup.cycle()
  clock.time += 3 * DAY
  await backup.close()
  await backup.open()
  s3.faults.remove(end.id)
  await backup.cycle()
  expect(await backup.standing()).toMatchObject({ synced: 20, pending: 0, skipped: { 'not-recent': 1 } })
  // What comes later is wanted whatever time it carries, also when only a scan shows it.
  drive.create({ name: 'photo.jpg', content: 'made long ago', modifiedTime: now - 900 * DAY })
  drive.faults.once({ kind: 'dead-page-token' }, { name: 'changes.list' })
  await backup.cycle()
  expect(await backup.contents()).toMatchObject({ 'photo.jpg': 'made long ago' })
  // And what was skipped is wanted with its next change.
  drive.edit(drive.find('old.txt').id, 'edited')
  await backup.cycle()
  expect((await backup.standing()).skipped).toEqual({})
})

test.each([0.05, 0.1])(
  'a share of %s of answers that refuse does not end a sync: all is stored',
  async (probability) => {
    await using backup = await Backup.start({ drive: { files: many(150) } })
    const { s3, drive } = backup
    s3.faults.add({ match: { operation: 'PutObject' }, fault: skewed, probability, seed: 1 })
    s3.faults.add({
      match: { operation: 'PutObject' },
      fault: { kind: 'answer', status: 403, code: 'AccessDenied' },
      probability: probability / 2,
      seed: 2,
    })
    drive.faults.add({
      match: { name: ['files.media', 'files.list', 'changes.list'] },
      fault: { kind: 'unauthorized' },
      probability,
    })
    drive.faults.add({
      match: { name: 'files.media' },
      fault: { kind: 'error', status: 403, reason: 'domainPolicy' },
      probability: probability / 2,
    })
    // As in a real process: work that is under way at once ends at different times.
    const { clock } = backup
    const now = clock.now.bind(clock)
    const began = performance.now()
    clock.now = () => now() + Math.round(performance.now() - began)
    expect(await syncUntilSettled(backup.once, RUNNING)).toBeNull()
    expect(await backup.contents()).toEqual(many(150))
  },
)

test('a refusal that lasts still ends a sync, soon and without waiting', async () => {
  await using backup = await Backup.start({ drive: { files: many(10) } })
  const { s3, clock } = backup
  s3.faults.add({ match: { operation: 'PutObject' }, fault: { kind: 'answer', status: 403, code: 'AccessDenied' } })
  const from = clock.time
  expect((await syncUntilSettled(backup.once, RUNNING))?.code).toBe('storage/access-denied')
  expect(clock.time - from).toBeLessThan(10_000)
  expect(backup.puts()).toBeLessThan(40)
})

test('a passing 403 makes no skip; a lasting one is tried daily, and what the owner allows again is copied', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'a' } }, retryAttempts: 2 })
  const { drive, clock } = backup
  const { id } = drive.find('a.txt')
  const refuse = drive.faults.add({
    match: { name: 'files.media' },
    fault: { kind: 'error', status: 403, reason: 'insufficientFilePermissions' },
  })
  for (let i = 0; i < 4; i++) {
    clock.time += HOUR
    await backup.cycle()
  }
  expect(await backup.row(id)).toMatchObject({ sync_status: 'failed', fault: 'drive/access-denied', skip_reason: null })
  refuse()
  clock.time += 25 * HOUR
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'a.txt': 'a' })

  const other = drive.create({ name: 'b.txt', content: 'b', canDownload: false })
  await backup.cycle()
  expect(await backup.row(other)).toMatchObject({ sync_status: 'skipped', skip_reason: 'download-forbidden' })
  drive.store.update(other, { canDownload: true })
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'a.txt': 'a', 'b.txt': 'b' })
})
