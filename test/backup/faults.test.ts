import { expect, test } from 'vitest'
import type { Control } from '../../src/backup/model/parts.ts'
import { Backup } from './harness.ts'

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`file ${i}.txt`, `text ${i}`]))

test('one bad file is tried again with growing delays and fails alone; with a change it is tried at once', async () => {
  await using backup = await Backup.start({
    drive: { files: { 'good.txt': 'good', 'bad.txt': 'bad' } },
    retryAttempts: 2,
  })
  const { drive, clock } = backup
  const { id } = drive.find('bad.txt')
  drive.faults.add({ match: { name: 'files.media', fileId: id }, fault: { kind: 'alter' } })
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 1, retrying: 1 })
  expect(await backup.contents()).toEqual({ 'good.txt': 'good' })
  for (let i = 0; i < 2; i++) {
    clock.time += 3_600_000
    await backup.cycle()
  }
  expect(await backup.row(id)).toMatchObject({ sync_status: 'failed', fault: 'drive/content-mismatch', attempts: 3 })
  drive.faults.clear()
  drive.edit(id, 'bad no more')
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'good.txt': 'good', 'bad.txt': 'bad no more' })
})

test('a failed file is tried again the next day by itself', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one' } } })
  const { drive, clock } = backup
  drive.faults.once({ kind: 'error', status: 403, reason: 'downloadQuotaExceeded' }, { name: 'files.media' })
  expect(await backup.cycle()).toMatchObject({ failed: 1 })
  clock.time += 3_600_000
  expect(await backup.cycle()).toMatchObject({ synced: 0 })
  clock.time += 24 * 3_600_000
  expect(await backup.cycle()).toMatchObject({ synced: 1 })
})

test('files that wait for a bucket burn no attempts, and are stored when it is back', async () => {
  await using backup = await Backup.start({ drive: { files: many(40) } })
  const { s3 } = backup
  const end = s3.faults.add({
    match: { operation: 'PutObject' },
    fault: { kind: 'answer', status: 403, code: 'AccessDenied' },
  })
  for (let i = 0; i < 8; i++) {
    const result = await backup.cycle()
    expect(result).toMatchObject({ end: 'broken', synced: 0, failed: 0 })
    expect(result.fault?.code).toBe('storage/access-denied')
  }
  const rows = await backup.db.selectFrom('files').selectAll().execute()
  expect(rows.every((row) => row.sync_status === 'pending' && row.attempts === 0)).toBe(true)
  s3.faults.remove(end.id)
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 40 })
})

test('a file edited while it is read is stored whole in the next cycle', async () => {
  await using backup = await Backup.start({ drive: { files: { 'report.txt': 'v1' } } })
  const { drive } = backup
  const { id } = drive.find('report.txt')
  let edited = false
  drive.faults.add({
    match: { name: 'files.media' },
    fault: () => {
      if (!edited) drive.edit(id, 'v2, longer')
      edited = true
      return undefined
    },
  })
  await backup.cycle()
  expect(await backup.contents()).toEqual({})
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'report.txt': 'v2, longer' })
})

test('a listing that breaks off goes on where it was, and misses nothing', async () => {
  await using backup = await Backup.start({ drive: { files: many(25) } })
  const { drive } = backup
  drive.faults.add({ match: { name: 'files.list' }, fault: { kind: 'short-page', items: 10 }, times: 3 })
  drive.faults.add({ match: { name: 'files.list' }, fault: { kind: 'error', status: 500 } })
  const first = await backup.cycle()
  expect(first.end).toBe('broken')
  expect(first.synced).toBeGreaterThan(0)
  drive.faults.clear()
  await backup.close()
  await backup.open()
  backup.resetCounts()
  expect((await backup.cycle()).end).toBe('done')
  expect(Object.keys(await backup.contents()).length).toBe(25)
  expect(drive.requests.count('changes.getStartPageToken')).toBe(0)
})

test('a dead cursor leads to a new listing, which finds what changed meanwhile', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one', 'b.txt': 'two', 'c.txt': 'three' } } })
  await backup.cycle()
  const { drive } = backup
  drive.edit(drive.find('a.txt').id, 'one, edited')
  const gone = drive.find('b.txt').id
  drive.remove(gone)
  drive.faults.once({ kind: 'dead-page-token' }, { name: 'changes.list' })
  backup.resetCounts()
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 1 })
  expect((await backup.row(gone)).removed_at).not.toBeNull()
  expect(drive.requests.count('files.media')).toBe(1)
  expect(await backup.contents()).toMatchObject({ 'a.txt': 'one, edited', 'c.txt': 'three' })
})

test('absence from a listing is no deletion: only Drive’s own "not found" is', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one', 'b.txt': 'two' } } })
  await backup.cycle()
  const { drive } = backup
  drive.faults.once({ kind: 'dead-page-token' }, { name: 'changes.list' })
  drive.faults.add({ match: { name: 'files.list' }, fault: { kind: 'empty-page' }, times: 2 })
  await backup.cycle()
  const rows = await backup.db.selectFrom('files').selectAll().execute()
  expect(rows.map((row) => row.removed_at)).toEqual([null, null])
})

test('what a dead run had stored but not written down is not stored twice', async () => {
  await using backup = await Backup.start({ drive: { files: many(10) } })
  const { catalog } = backup.parts
  // The run dies between the upload and its record.
  backup.use({ catalog: { ...catalog, settle: () => Promise.reject(new Error('killed')) } })
  await expect(backup.cycle()).rejects.toThrow('killed')
  expect(backup.puts()).toBe(10)
  await backup.close('killed')
  await backup.open()
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 10 })
  expect(backup.puts()).toBe(10)
})

test('draining finishes what is in flight and starts nothing new', async () => {
  await using backup = await Backup.start({ drive: { files: many(300) } })
  const drain = new AbortController()
  const control: Control = { drain: drain.signal, abort: new AbortController().signal }
  backup.parts.tell = (event) => {
    if (event.type === 'file-done') drain.abort()
  }
  const result = await backup.cycle(control)
  expect(result.end).toBe('drained')
  expect(result.synced).toBeGreaterThan(0)
  expect(result.synced).toBeLessThan(100)
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 300 - result.synced })
})

test('a revoked sign-in is a fault with its remedy, and work goes on when it is mended', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one' } } })
  await backup.cycle()
  const { drive } = backup
  drive.create({ name: 'b.txt', content: 'two' })
  drive.tokens.expireAccessTokens()
  const mend = drive.faults.add({ match: { name: 'oauth.token' }, fault: { kind: 'invalid-grant' } })
  const broken = await backup.cycle()
  expect(broken.end).toBe('broken')
  expect(broken.fault?.code).toBe('google/sign-in-ended')
  expect(broken.fault?.message).toContain('Sign in again')
  mend()
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 1 })
})

test('exclusions, size and age are reasons, and a changed rule looks at everything again', async () => {
  const drive = { files: { 'a.tmp': 'x', 'big.bin': 'x'.repeat(2000), 'fine.txt': 'fine' } }
  await using backup = await Backup.start({
    drive,
    rules: { excludes: (path) => path.endsWith('.tmp'), maxFileSizeBytes: 1000 },
  })
  expect(await backup.cycle()).toMatchObject({ synced: 1, skipped: 2 })
  expect((await backup.standing()).skipped).toEqual({ excluded: 1, 'too-large': 1 })
})

test('one odd item stops no other file, neither in the listing nor in the feed', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' } } })
  const { drive } = backup
  const { id } = drive.find('b.txt')
  drive.faults.add({ fault: { kind: 'odd-item', id, drop: ['size', 'md5Checksum', 'sha256Checksum'] } })
  expect((await backup.cycle()).end).toBe('done')
  expect(await backup.contents()).toEqual({ 'a.txt': 'a', 'c.txt': 'c' })
  expect(await backup.row(id)).toMatchObject({ sync_status: 'failed', fault: 'drive/unreadable-item' })
  drive.edit(id, 'b again')
  drive.create({ name: 'd.txt', content: 'd' })
  expect((await backup.cycle()).end).toBe('done')
  expect(await backup.contents()).toEqual({ 'a.txt': 'a', 'c.txt': 'c', 'd.txt': 'd' })
  drive.faults.clear()
  drive.edit(id, 'b at last')
  await backup.cycle()
  expect(await backup.contents()).toMatchObject({ 'b.txt': 'b at last' })
})

test('a file that is refused once is tried again, and not skipped', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'a' } } })
  const { drive } = backup
  drive.faults.once({ kind: 'error', status: 403, reason: 'insufficientFilePermissions' }, { name: 'files.media' })
  await backup.cycle()
  expect(await backup.row(drive.find('a.txt').id)).toMatchObject({
    sync_status: 'pending',
    fault: 'drive/access-denied',
  })
  backup.clock.time += 3_600_000
  await backup.cycle()
  expect(await backup.contents()).toEqual({ 'a.txt': 'a' })
})
