import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startDrive } from '../../emulator/drive/index.ts'
import { Relay } from '../chaos/relay.ts'
import { Installation, until } from './drivekeep.ts'

interface Status {
  daemon: {
    state: string
    desired: string | null
    pid: number | null
    crashed: boolean
    outage: { fault: string } | null
  }
  coverage: number | null
  oldest_unprotected: string | null
  items: Record<string, number>
  sources: { name: string; last_success: string | null; outage: { fault: string; hint: string } | null }[]
  destinations: { name: string; last_success: string | null; outage: { fault: string; hint: string } | null }[]
}

const status = (one: Installation) => one.json<Status>('status')
const daemonState = async (one: Installation) => (await status(one)).daemon.state
const storedNames = async (one: Installation) => Object.keys(await one.stored()).sort()

test('the daemon stores what is there, and what comes later', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  const daemon = await one.daemon()
  await until(async () => (await storedNames(one)).length === 1)
  one.drive.create({ name: 'later.txt', content: 'later' })
  await until(async () => (await storedNames(one)).length === 2)
  const { daemon: process, coverage, sources } = await status(one)
  expect(process).toMatchObject({ state: 'running', pid: daemon.pid, crashed: false, outage: null })
  expect(coverage).toBe(1)
  expect(sources).toMatchObject([{ name: 'owner@example.com', last_success: expect.any(String), outage: null }])
  expect((await one.run(['status'])).stdout).toMatch(/^🟢 Running \(pid \d+, up .*100 % of 2 items protected/s)
})

test('an account that was made again under its address becomes a source of its own while the daemon runs', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'of the former account' } } })
  await using other = await startDrive({ seed: 2, files: { 'b.txt': 'of the new account' } })
  await using relay = await Relay.to(one.drive.url)
  one.configure({ google: { api_url: relay.url, token_url: `${relay.url}/token` } })
  const daemon = await one.daemon()
  await until(async () => (await storedNames(one)).length === 1)
  await relay.cut()
  other.create({ name: 'c.txt', content: 'too' })
  await relay.mend(other.url)
  const keys = async () => (await one.objects()).map(({ key }) => key).sort()
  await until(async () => (await keys()).length === 3)
  expect(await keys()).toEqual([
    'owner@example.com (2)/b.txt',
    'owner@example.com (2)/c.txt',
    'owner@example.com/a.txt',
  ])
  await until(async () => (await status(one)).coverage === 1)
  const { sources, daemon: process } = await status(one)
  expect(process).toMatchObject({ state: 'running', pid: daemon.pid, outage: null })
  expect(sources.find(({ name }) => name === 'owner@example.com (2)')?.outage).toBeNull()
  expect(await one.stored()).toEqual({ 'a.txt': 'of the former account' })
})

test('pause, stop and resume reach a running daemon, and what was chosen holds across restarts', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  const first = await one.daemon()
  await until(async () => (await storedNames(one)).length === 1)

  expect(await one.run(['pause'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Paused: /) })
  one.drive.create({ name: 'while paused.txt', content: 'x' })
  expect((await one.run(['status'])).stdout).toMatch(/^🟡 Paused \(pid/)
  first.kill('SIGTERM')
  expect((await first.ended).code).toBe(0)

  const second = await one.daemon()
  await second.says('paused, as was chosen')
  expect(await daemonState(one)).toBe('paused')
  expect(await one.run(['stop'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(new RegExp(`kill ${second.pid}`)),
  })
  expect((await one.run(['status'])).stdout).toMatch(/^⚪ Stopped \(pid/)
  expect(await storedNames(one)).toEqual(['a.txt'])

  expect(await one.run(['resume'])).toMatchObject({ code: 0, stdout: 'Running.\n' })
  await until(async () => (await storedNames(one)).length === 2)
})

test('without a daemon the choice is kept and said to be', async () => {
  await using one = await Installation.start()
  for (const command of ['pause', 'stop', 'resume']) {
    const { code, stdout } = await one.run([command])
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^No daemon runs here now\. The choice is kept/)])
  }
  await one.run(['pause'])
  expect((await status(one)).daemon).toMatchObject({ state: 'stopped', desired: 'paused', pid: null })
  expect((await one.run(['status'])).stdout).toContain('paused by the operator, also when it is started')
})

test('auto_start: false waits for the operator', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  one.configure({ sync: { auto_start: false } })
  const daemon = await one.daemon()
  await daemon.says('stopped, as was chosen')
  expect(one.drive.requests.total).toBe(0)
  await one.run(['resume'])
  await until(async () => (await storedNames(one)).length === 1)
})

test('a second daemon, and a sync, are refused with the pid and what the operator chose', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  const first = await one.daemon()
  await first.says('"running"')
  const refusal = (code: number, text: string) => ({ code, stderr: expect.stringContaining(text) })
  expect(await one.run(['start'])).toMatchObject(refusal(1, `(pid ${first.pid})`))
  await one.run(['pause'])
  expect(await one.run(['start'])).toMatchObject(refusal(1, 'paused by the operator; `drivekeep resume` lets it go on'))
  expect(await one.run(['sync'])).toMatchObject(refusal(1, `(pid ${first.pid})`))
  expect((await status(one)).daemon).toMatchObject({ state: 'paused', pid: first.pid })
})

test('SIGTERM lets files in flight finish; a restart does the rest, and stores nothing twice', async () => {
  const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}.txt`, `file ${i}`]))
  await using one = await Installation.start({ drive: { files } })
  one.s3.latencyMs = 100
  const first = await one.daemon()
  await until(() => one.s3.requests.count('PutObject 200') > 0)
  first.kill('SIGTERM')
  expect(await first.ended).toMatchObject({ code: 0, stderr: expect.stringContaining('"ended"') })
  const { items, daemon } = await status(one)
  expect(daemon).toMatchObject({ state: 'stopped', pid: null, crashed: false })
  expect(items.synced).toBe((await one.objects()).length)
  expect(items.pending).toBeGreaterThan(0)
  one.s3.latencyMs = 0
  await one.daemon()
  await until(async () => (await status(one)).items.synced === 200)
  expect(one.puts()).toBe(200)
})

test('a daemon that was killed shows as stopped, and the next one takes over', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  const first = await one.daemon()
  await until(async () => (await storedNames(one)).length === 1)
  first.kill('SIGKILL')
  await first.ended
  expect((await status(one)).daemon).toMatchObject({ state: 'stopped', pid: null, crashed: true })
  expect((await one.run(['status'])).stdout).toMatch(/^⚪ Stopped: the daemon ended without a word/)
  const second = await one.daemon()
  await second.says('"running"')
  expect((await status(one)).daemon).toMatchObject({ state: 'running', pid: second.pid, crashed: false })
})

test('a revoked token at the start does not end the daemon: it says so, obeys, and begins when it is mended', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  const mend = one.drive.faults.add({ match: { name: 'oauth.token' }, fault: { kind: 'invalid-grant' } })
  const daemon = await one.daemon()
  await daemon.says('Sign in again', 2)
  expect(daemon.stderr).toContain('google/sign-in-ended')
  expect((await status(one)).daemon).toMatchObject({ state: 'running', outage: { fault: 'google/sign-in-ended' } })
  expect((await one.run(['status'])).stdout).toMatch(/Outage: .*Sign in again/)
  expect(await one.run(['start'])).toMatchObject({ code: 1, stderr: expect.stringContaining(`(pid ${daemon.pid})`) })
  expect((await one.run(['pause'])).stdout).toMatch(/^Paused/)
  mend()
  expect((await one.run(['resume'])).code).toBe(0)
  await until(async () => (await storedNames(one)).length === 1)
  expect((await status(one)).daemon.outage).toBeNull()
})

test('a bucket that goes missing later shows in the status with its hint, and is got over', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  await one.daemon()
  await until(async () => (await storedNames(one)).length === 1)
  const broken = one.s3.faults.add({ fault: { kind: 'answer', status: 404, code: 'NoSuchBucket' } })
  one.drive.create({ name: 'b.txt', content: 'two' })
  await until(async () => (await status(one)).destinations[0]?.outage?.fault === 'storage/no-bucket')
  expect((await status(one)).destinations[0]?.outage?.hint).toContain('Create it')
  expect((await status(one)).oldest_unprotected).not.toBeNull()
  broken.remove()
  await until(async () => (await storedNames(one)).length === 2)
  await until(async () => (await status(one)).destinations[0]?.outage === null)
})

test('retry wakes the daemon, which tries what had failed', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one', 'bad.txt': 'two' } } })
  one.configure({ sync: { retry_attempts: 0 } })
  const { id } = one.drive.find('bad.txt')
  const mend = one.drive.faults.add({
    match: { name: 'files.media', fileId: id },
    fault: { kind: 'error', status: 403, reason: 'downloadQuotaExceeded' },
  })
  await one.daemon()
  await until(async () => (await status(one)).items.failed === 1)
  mend()
  expect((await one.run(['retry', 'bad.txt'])).stdout).toBe('1 file will be tried again now.\n')
  await until(async () => (await storedNames(one)).includes('bad.txt'))
})

test('the maintenance statements of the guide run unchanged while the daemon works', async () => {
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i}.txt`, `file ${i}`]))
  await using one = await Installation.start({ drive: { files } })
  one.s3.latencyMs = 30
  await one.daemon()
  await until(() => one.s3.requests.count('PutObject 200') > 0)
  const sqlite = async (statement: string) => {
    const { code, stdout, stderr } = await one.program('sqlite3', 'sync_state.db', statement)
    expect([code, stderr]).toEqual([0, ''])
    return stdout
  }
  await sqlite(
    "insert into sync_logs (timestamp, action) values (datetime('now', '-31 days'), 'old'), (datetime('now', '-29 days'), 'newer')",
  )
  expect(
    await sqlite(`SELECT 
  COUNT(*) as total_files,
  SUM(CASE WHEN sync_status='synced' THEN 1 ELSE 0 END) as synced,
  SUM(CASE WHEN sync_status='failed' THEN 1 ELSE 0 END) as failed
FROM files;`),
  ).toMatch(/^300\|\d+\|0\n$/)
  await sqlite(`DELETE FROM sync_logs 
WHERE timestamp < datetime('now', '-30 days');`)
  await sqlite('VACUUM;')
  expect(await sqlite("SELECT * FROM files WHERE sync_status='failed';")).toBe('')
  expect(await sqlite("select action from sync_logs where action in ('old', 'newer')")).toBe('newer\n')
  await until(async () => (await status(one)).items.synced === 300)
  expect((await storedNames(one)).length).toBe(300)
})

test('SIGHUP reads config.yaml again; one that cannot be used is told, and the old one stays', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one', 'b.tmp': 'two' } } })
  const file = one.configure({})
  const daemon = await one.daemon()
  await until(async () => (await storedNames(one)).length === 1)

  writeFileSync(file, 'sync: { interval_secnods: 1 }\n')
  daemon.kill('SIGHUP')
  await daemon.says('Did you mean interval_seconds?')
  // Other commands read the same file, and refuse it: what the daemon has said is in the catalog.
  const said = "select value from settings where name = 'start_fault'"
  await until(async () => (await one.program('sqlite3', 'sync_state.db', said)).stdout.includes('settings-unusable'))
  one.drive.create({ name: 'c.txt', content: 'three' })
  await until(async () => (await storedNames(one)).length === 2)

  one.configure({ google: { exclude_patterns: [] } })
  daemon.kill('SIGHUP')
  await daemon.says('config.yaml was read again')
  await until(async () => (await storedNames(one)).includes('b.tmp'))
  await until(async () => (await status(one)).daemon.outage === null)
  daemon.kill('SIGTERM')
  expect((await daemon.ended).code).toBe(0)
})

test('reconcile finds what the first scan did not show, and says how many differences there were', async () => {
  await using one = await Installation.start({ drive: { files: { 'old.txt': 'old' } } })
  expect(await one.run(['reconcile'])).toMatchObject({ code: 1, stderr: expect.stringContaining('drivekeep sync') })
  one.drive.create({ name: 'just before.txt', content: 'new' })
  one.drive.faults.add({ match: { name: 'files.list' }, fault: { kind: 'stale-list', writes: 1 }, times: 2 })
  await one.run(['sync'])
  expect(await storedNames(one)).toEqual(['old.txt'])
  one.drive.faults.clear()
  expect(await one.run(['reconcile', 'nobody'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('google_drive'),
  })
  const { code, stderr } = await one.run(['reconcile', 'google_drive'])
  expect([code, stderr]).toEqual([0, expect.stringContaining('compared: 1 difference')])
  expect(await storedNames(one)).toEqual(['just before.txt', 'old.txt'])
})

test('a mass change is in the status until somebody confirms it', async () => {
  const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}.txt`, `text ${i}`]))
  await using one = await Installation.start({ drive: { files } })
  await one.run(['sync'])
  for (const name of Object.keys(files)) one.drive.remove(one.drive.find(name).id)
  expect((await one.run(['sync'])).code).toBe(0)
  expect((await one.run(['status'])).stdout).toMatch(/alarm: .*60 items removed.*drivekeep confirm/)
  expect((await one.run(['confirm'])).stdout).toMatch(/^Confirmed for 1 source/)
  expect((await one.run(['status'])).stdout).not.toContain('alarm')
  expect((await one.run(['confirm'])).stdout).toMatch(/^There is no alarm/)
})
