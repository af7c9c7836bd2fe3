import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BUCKET, Installation, type Result, type Running, until } from './drivekeep.ts'

/** As documented for scripts: these names are a promise. */
interface Summary {
  files_total: number
  synced: number
  pending: number
  skipped: Record<string, number>
  failed: Record<string, number>
  bytes: number
  api_calls: number
  storage_calls: number
  seconds: number
  error?: { fault: string; message: string; hint: string }
}

const summaryOf = (stdout: string) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Summary

test('sync stores everything and exits 0; --json prints one summary, last on stdout and nothing on stderr', async () => {
  await using one = await Installation.start({ drive: { dataSet: 'small' } })
  const { code, stdout, stderr } = await one.run(['sync', '--json'])
  expect([code, stderr]).toEqual([0, ''])
  const summary = summaryOf(stdout)
  expect(summary).toMatchObject({ pending: 0, failed: {} })
  const skipped = Object.values(summary.skipped).reduce((a, b) => a + b, 0)
  expect(summary.files_total).toBe(summary.synced + skipped)
  expect(summary.api_calls).toBe(one.drive.requests.total)
  expect(summary.storage_calls).toBe(one.s3.requests.total)
  expect(summary.bytes).toBe((await one.objects()).reduce((sum, { size }) => sum + size, 0))
  expect(summary.seconds).toBeGreaterThan(0)

  for (const item of one.drive.store.items()) {
    if (item.content === null || item.mimeType.startsWith('application/vnd.google-apps')) continue
    const object = (await one.objects()).find(({ metadata }) => metadata['drivekeep-file-id'] === item.id)
    const stored = object === undefined ? null : await one.s3.body(BUCKET, object.key)
    const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
    expect([item.name, stored && sha256(stored)]).toEqual([item.name, sha256(await one.drive.content(item.id))])
  }
})

test('with nothing changed a second run costs one Drive call and no storage call', async () => {
  await using one = await Installation.start({ drive: { dataSet: 'small' } })
  await one.run(['sync'])
  one.drive.requests.reset()
  one.s3.requests.reset()
  expect(await one.json('sync')).toMatchObject({ api_calls: 1, storage_calls: 0, bytes: 0, pending: 0, failed: {} })
  expect([one.drive.requests.total, one.s3.requests.total]).toEqual([1, 0])
})

test('for people it says what was skipped and why, and what the run cost', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one', 'b.tmp': 'two' } } })
  const { code, stdout } = await one.run(['sync'])
  expect([code, stdout]).toEqual([0, expect.stringContaining('2 items: 1 synced, 1 skipped, 0 failed, 0 pending')])
  expect(stdout).toContain('skipped 1: matches exclude_patterns or exclude_paths')
  expect(stdout).toMatch(/Stored 3 B in .*Drive calls, .*storage calls?\./)
})

test('one bad file does not stop the rest: exit 3, and the file is named with its hint', async () => {
  await using one = await Installation.start({
    drive: { files: { 'a.txt': 'one', 'bad.txt': 'two', 'c.txt': 'three' } },
  })
  const { id } = one.drive.find('bad.txt')
  one.drive.faults.add({ match: { name: 'files.media', fileId: id }, fault: { kind: 'reset-mid-body', after: 1 } })
  const { code, stdout } = await one.run(['sync', '--json'])
  expect([code, summaryOf(stdout).failed]).toEqual([3, { 'drive/interrupted': 1 }])
  expect(await one.stored()).toEqual({ 'a.txt': 'one', 'c.txt': 'three' })
  expect(readFileSync(join(one.folder, 'logs/backup-app.log'), 'utf8')).toMatch(/"level":"warn".*"path":"bad.txt"/)

  one.drive.faults.clear()
  await one.run(['retry', '--all'])
  expect((await one.run(['sync'])).code).toBe(0)
  expect(await one.stored()).toMatchObject({ 'bad.txt': 'two' })
})

/** What is out of order, how it is broken and mended, and what is said of it. */
const OUT_OF_ORDER: [what: string, Breakage][] = [
  [
    'a revoked token',
    {
      damage: (one) => one.drive.faults.add({ match: { name: 'oauth.token' }, fault: { kind: 'invalid-grant' } }),
      fault: 'google/sign-in-ended',
      says: /the sign-in has ended .*Sign in again/,
    },
  ],
  [
    'a wrong client secret',
    {
      damage: (one) => one.configure({ google: { client_secret: 'wrong-secret' } }),
      fault: 'google/client-refused',
      says: /does not accept the client id or secret.*Check client_id and client_secret/,
    },
  ],
  [
    'a wrong storage secret',
    {
      damage: (one) => one.configure({ bucket: { secret_access_key: 'wrong-secret-access-key' } }),
      fault: 'storage/credentials-refused',
      says: /does not accept the access key or its secret.*Check access_key_id and secret_access_key/,
    },
  ],
  [
    'a missing bucket',
    {
      damage: (one) => one.configure({ bucket: { bucket: 'nowhere' } }),
      fault: 'storage/no-bucket',
      says: /the bucket does not exist.*Create it/,
    },
  ],
  [
    'a Drive that answers HTML',
    {
      damage: (one) =>
        one.drive.faults.add({
          match: { path: '/drive/' },
          fault: { kind: 'garbage', text: '<html>Log in to the Wi-Fi</html>' },
        }),
      fault: 'google/bad-answer',
      says: /what answers is not Google’s API.*api_url and token_url.*captive portal/,
    },
  ],
  [
    'storage that answers HTML',
    {
      damage: (one) => one.s3.faults.add({ fault: { kind: 'answer', status: 200, body: 'html' } }),
      fault: 'storage/bad-answer',
      says: /the answer is not S3.*endpoint and any proxy/,
    },
  ],
]
interface Breakage {
  damage: (one: Installation) => unknown
  fault: string
  says: RegExp
}

test.each(OUT_OF_ORDER)(
  '%s is one clear message with its remedy, and a later correct run completes',
  async (_, { damage, fault, says }) => {
    await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
    damage(one)
    const { code, stdout, stderr } = await one.run(['sync', '--json'])
    expect([code, stderr]).toEqual([1, expect.stringMatching(says)])
    expect(stderr).toMatch(/^drivekeep: .*\n$/)
    expect(summaryOf(stdout).error?.fault).toBe(fault)
    expect(stderr).not.toMatch(/wrong-secret|emulator-secret|GOCSPX/)
    one.drive.faults.clear()
    one.s3.faults.clear()
    one.configure()
    const mended = await one.run(['sync', '--json'])
    expect([mended.code, summaryOf(mended.stdout).synced]).toEqual([0, 1])
    expect(await one.stored()).toEqual({ 'a.txt': 'one' })
  },
)

test.each<[what: string, endpoint: (one: Installation) => string | undefined, says: RegExp]>([
  ['storage that nobody serves', () => 'http://127.0.0.1:1', /storage cannot be reached \(connect ECONNREFUSED/],
  ['http behind an https address', ({ s3 }) => s3.url.replace('http:', 'https:'), /\(it speaks http there, not https/],
  [
    'a certificate that nobody trusts',
    ({ drive }) => drive.secure?.url,
    /not trust its certificate.*NODE_EXTRA_CA_CERTS/,
  ],
])('%s is said at once, with what is waited for, and Ctrl-C ends the wait', async (_, endpoint, says) => {
  await using one = await Installation.start({ drive: { https: true, files: { 'a.txt': 'one', 'b.txt': 'two' } } })
  one.configure({ bucket: { endpoint: endpoint(one) }, sync: { retry_delay_seconds: 3600, retry_attempts: 5 } })
  for (const command of [['sync'], ['sync', '--json']]) {
    const run = one.spawn(command)
    await run.says('Next try in 1 h (1 of 5).\n')
    expect(run.stderr).toMatch(/^drivekeep: .*\n$/)
    expect(run.stderr).toMatch(says)
    run.kill('SIGINT')
    expect((await run.ended).code).toBe(130)
  }
})

test('a file that is tried again later is waited for, and that is said', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one', 'bad.txt': 'two' } } })
  one.configure({ sync: { retry_delay_seconds: 60, retry_attempts: 5 } })
  const { id } = one.drive.find('bad.txt')
  one.drive.faults.add({ match: { name: 'files.media', fileId: id }, fault: { kind: 'reset-mid-body', after: 1 } })
  const run = one.spawn(['sync', '--json'])
  await run.says('drivekeep: what failed is tried again in ')
  run.kill('SIGINT')
  expect((await run.ended).code).toBe(130)
})

test('Ctrl-C lets files in flight finish, and the next run does the rest', async () => {
  const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}.txt`, `file ${i}`]))
  await using one = await Installation.start({ drive: { files } })
  one.s3.latencyMs = 100
  const run = one.spawn(['sync', '--json'])
  await until(() => one.s3.requests.count('PutObject 200') > 0)
  run.kill('SIGINT')
  const { code, stdout, stderr } = await run.ended
  expect([code, stderr]).toEqual([130, expect.stringContaining('finishing the files in flight')])
  const { synced, pending } = summaryOf(stdout)
  expect(synced + pending).toBe(200)
  expect(pending).toBeGreaterThan(0)
  expect((await one.objects()).length).toBe(synced)
  one.s3.latencyMs = 0
  expect(await one.json('sync')).toMatchObject({ synced: 200, pending: 0 })
  expect(one.puts()).toBe(200)
})

/** Presses Ctrl-C again and again. */
async function endedBySignals(run: Running): Promise<Result> {
  let result: Result | null = null
  run.ended.then((ended) => {
    result = ended
  })
  await until(() => {
    run.kill('SIGINT')
    return result !== null
  })
  return run.ended
}

test('a second Ctrl-C ends it at once, and nothing is stored twice afterwards', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  one.s3.faults.add({ match: { operation: 'PutObject' }, fault: { kind: 'stall' }, times: 1 })
  const run = one.spawn(['sync'])
  await until(() => one.s3.requests.count('PutObject') > 0)
  // Signals in quick succession are one Ctrl-C that came by several ways; a later one means it.
  for (const _ of [1, 2, 3]) run.kill('SIGINT')
  await run.says('finishing the files')
  const { code } = await endedBySignals(run)
  expect(code).toBe(130)
  expect((await one.run(['sync'])).code).toBe(0)
  expect(await one.stored()).toEqual({ 'a.txt': 'one' })
})

test('a bucket that was exchanged under the same name is refused with what to do', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  await one.run(['sync'])
  one.s3.createBucket('another')
  one.configure({ bucket: { bucket: 'another' } })
  const { code, stderr } = await one.run(['sync'])
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/aws_s3 now points to .*another.*Give the new place a name of its own/),
  ])
})

test('on a terminal one line shows files, bytes and rate', async () => {
  const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}.txt`, `file ${i}`]))
  await using one = await Installation.start({ drive: { files } })
  one.s3.latencyMs = 200
  const { stdout } = await one.program('script', '-qec', `${process.cwd()}/bin/drivekeep sync`, '/dev/null')
  expect(stdout).toMatch(/\r\[[#.]{20}\] {2}\d+\/\d+ files.*\r\[#{5,20}\.*\] {2}\d+\/200 files/s)
  expect(stdout).toContain('200 items: 200 synced')
})
