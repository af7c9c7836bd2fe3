import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Changes, Configuration, SettingsRefused } from '../../src/app/configuration.ts'
import { openCatalog } from '../../src/catalog/open.ts'
import { readConfigFile } from '../../src/config/file/load.ts'
import { BUCKET, Installation, until } from './drivekeep.ts'

/** A folder whose config.yaml says where the emulated Google is, and no more: the rest comes from the dashboard. */
async function bare(files: Record<string, string> = { 'a.txt': 'one' }): Promise<Installation> {
  const one = await Installation.start({ drive: { files } })
  writeFileSync(join(one.folder, 'config.yaml'), configWith(one))
  return one
}

function configWith(one: Installation): string {
  return JSON.stringify({ sources: { google_drive: addresses(one) }, daemon: { api_port: 0 } })
}

/** Without a configuration the dashboard takes its usual port, which may be somebody else's on this machine. */
const USUAL_PORT_FREE = await new Promise<boolean>((resolve) => {
  const server = createServer().once('error', () => resolve(false))
  server.listen(8080, '127.0.0.1', () => server.close(() => resolve(true)))
})

function addresses({ drive: { url } }: Installation) {
  return { api_url: url, token_url: `${url}/token`, auth_url: `${url}/o/oauth2/v2/auth` }
}

/** Sets keys as the dashboard does: in another thread or process than the daemon. */
async function set(
  one: Installation,
  changes: Record<string, unknown>,
  env: Record<string, string> = {},
): Promise<void> {
  const db = await openCatalog(join(one.folder, 'sync_state.db'))
  try {
    const file = readConfigFile('config.yaml', { env, cwd: one.folder })
    await new Configuration(db, file).change(new Map(Object.entries(changes)) as Changes, 'ana')
  } finally {
    await db.destroy()
  }
}

function google({ drive: { credentials } }: Installation) {
  return {
    'sources.google_drive.client_id': credentials.clientId,
    'sources.google_drive.client_secret': credentials.clientSecret,
    'sources.google_drive.refresh_token': credentials.refreshToken,
    'sources.google_drive.folders.rest': 'include',
  }
}

function bucket({ s3 }: Installation, name = 'aws_s3', prefix = '') {
  const at = (key: string) => `destinations.${name}.${key}`
  return {
    [at('bucket')]: BUCKET,
    [at('prefix')]: prefix,
    [at('endpoint')]: s3.url,
    [at('force_path_style')]: true,
    [at('access_key_id')]: s3.credentials.accessKeyId,
    [at('secret_access_key')]: s3.credentials.secretAccessKey,
  }
}

const storedNames = async (one: Installation) => Object.keys(await one.stored()).sort()

test('with nothing set up the daemon waits; set up and started, it backs up', async () => {
  await using one = await bare()
  const daemon = await one.daemon()
  await daemon.says(
    'not set up yet, so nothing is backed up: sources.google_drive has no credentials; destinations has no',
  )
  await set(one, google(one))
  await daemon.says('destinations has no enabled destination. Set it up in the dashboard', 2)
  await set(one, bucket(one))
  await daemon.says('stopped, as was chosen')
  expect(one.puts()).toBe(0)
  expect((await one.run(['resume'])).code).toBe(0)
  await until(async () => (await storedNames(one)).length === 1)
  daemon.kill('SIGTERM')
  expect((await daemon.ended).code).toBe(0)

  const { code, stdout } = await one.run(['config', 'check'])
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/Set in the dashboard, over the file: .*destinations\.aws_s3\.bucket/),
  ])
  expect((await one.run(['doctor'])).code).toBe(0)
  expect(await one.json('sync')).toMatchObject({ synced: 1, failed: {} })
})

test.skipIf(!USUAL_PORT_FREE)(
  'without a config.yaml at all it waits too; a file that was named must be there',
  async () => {
    await using one = await bare()
    rmSync(join(one.folder, 'config.yaml'))
    const daemon = await one.daemon()
    await daemon.says('config.yaml does not exist')
    expect(await one.run(['sync'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('does not exist. Run `drivekeep init`'),
    })
    expect(await one.run(['--config', 'other.yaml', 'start'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^drivekeep: other\.yaml: does not exist\./),
    })
    // Set up in the dashboard, no file is needed for any command.
    daemon.kill('SIGTERM')
    await daemon.ended
    await set(one, { ...google(one), ...bucket(one) })
    expect(await one.run(['config', 'check'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('What was set in the dashboard is valid.'),
    })
    expect((await one.run(['status'])).code).toBe(0)
  },
)

test('a wrong key in the file stays an error', async () => {
  await using one = await bare()
  writeFileSync(join(one.folder, 'config.yaml'), 'sync: { interval_secnods: 5 }\n')
  expect(await one.run(['start'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean interval_seconds?'),
  })
})

test('a running daemon goes on with changed settings, and loses nothing of what is in flight', async () => {
  await using one = await bare({ 'a.txt': 'one', 'b.tmp': 'two' })
  await set(one, { ...google(one), ...bucket(one), 'sync.interval_seconds': 1 })
  const daemon = await one.daemon()
  await until(async () => (await storedNames(one)).length === 1)

  await set(one, { 'sources.google_drive.exclude_patterns': [] })
  await until(async () => (await storedNames(one)).includes('b.tmp'))
  expect(daemon.stderr).toContain('the settings were changed: finishing the files in flight')

  // A second destination, while a large file is on its way to the first.
  one.s3.latencyMs = 1000
  const asked = one.drive.requests.count('files.media')
  one.drive.create({ name: 'large.bin', size: 30 * 1024 * 1024 })
  await until(() => one.drive.requests.count('files.media') > asked)
  await set(one, bucket(one, 'second', 'copy'))
  await until(async () => (await one.objects({ prefix: 'copy/' })).length === 3)
  const large = (await one.objects({ versions: true })).filter(({ key }) => key.endsWith('large.bin'))
  expect(large.map(({ key }) => key).sort()).toEqual([
    'copy/owner@example.com/large.bin',
    'owner@example.com/large.bin',
  ])
  one.s3.latencyMs = 0

  // The level of the log concerns no work, and needs no pause.
  const changes = () => daemon.stderr.split('the settings were changed: finishing').length
  const before = changes()
  await set(one, { 'daemon.log_level': 'debug' })
  await daemon.says('nothing has changed')
  expect(changes()).toBe(before)
  expect((await one.run(['status'])).stdout).toMatch(/^🟢 Running/)
})

test('what is not set up any more is waited for, and gone on with by itself', async () => {
  await using one = await bare()
  await set(one, { ...google(one), ...bucket(one), 'sync.interval_seconds': 1 })
  const daemon = await one.daemon()
  await until(async () => (await storedNames(one)).length === 1)
  await set(one, { 'sources.google_drive.refresh_token': undefined })
  await daemon.says('sources.google_drive.refresh_token is missing')
  one.drive.create({ name: 'later.txt', content: 'later' })
  await set(one, google(one))
  await until(async () => (await storedNames(one)).length === 2)
})

test('another account is backed up beside the one before, whose copies stay; back again, it goes on where it was', async () => {
  await using one = await Installation.start({
    drive: { users: ['owner@example.com', 'second@example.com'], files: { 'a.txt': 'one' } },
  })
  writeFileSync(join(one.folder, 'config.yaml'), configWith(one))
  one.drive.create({ name: 'b.txt', content: 'two', owner: 'second@example.com' })
  await set(one, { ...google(one), ...bucket(one), 'sync.interval_seconds': 1 })
  await one.daemon()
  const keys = async () => (await one.objects()).map(({ key }) => key).sort()
  await until(async () => (await keys()).length === 1)

  const { clientId } = one.drive.credentials
  const scopes = new Set(['https://www.googleapis.com/auth/drive.readonly'])
  const token = one.drive.tokens.issueRefresh({ user: 'second@example.com', clientId, scopes })
  await set(one, { 'sources.google_drive.refresh_token': token })
  await until(async () => (await keys()).length === 2)
  expect(await keys()).toEqual(['owner@example.com/a.txt', 'second@example.com/b.txt'])

  one.drive.create({ name: 'c.txt', content: 'three' })
  await set(one, google(one))
  await until(async () => (await keys()).length === 3)
  expect(one.puts()).toBe(3)
})

test('a destination that would point elsewhere than its copies are stops the work, not the daemon', async () => {
  await using one = await bare()
  await set(one, { ...google(one), ...bucket(one), 'sync.interval_seconds': 1 })
  const daemon = await one.daemon()
  await until(async () => (await storedNames(one)).length === 1)
  await set(one, { 'destinations.aws_s3.prefix': 'elsewhere' })
  await daemon.says('destinations.aws_s3 now points to')
  const status = () => one.json<{ daemon: { outage: { fault: string } | null } }>('status')
  await until(async () => (await status()).daemon.outage?.fault === 'local/settings-unusable')
  one.drive.create({ name: 'later.txt', content: 'later' })
  await set(one, { 'destinations.aws_s3.prefix': undefined })
  await until(async () => (await storedNames(one)).length === 2)
  expect((await status()).daemon.outage).toBeNull()
  expect(await one.objects({ prefix: 'elsewhere' })).toEqual([])
})

test('while somebody is still choosing, a restart does not begin by itself', async () => {
  await using one = await bare()
  await set(one, { ...google(one), ...bucket(one), 'sources.google_drive.folders.rest': undefined })
  const daemon = await one.daemon()
  await daemon.says('stopped, as was chosen')
  daemon.kill('SIGTERM')
  await daemon.ended
  await set(one, { 'sources.google_drive.folders.rest': 'include' })
  await one.daemon()
  await until(async () => (await storedNames(one)).length === 1)
})

test('secrets from the dashboard are in no file but sealed, and in no log line', async () => {
  await using one = await bare()
  const { clientSecret, refreshToken } = one.drive.credentials
  // A file named like a secret is the simplest way to have one in a log line.
  one.drive.create({ name: `${clientSecret}.txt`, content: 'x' })
  const daemon = await one.daemon()
  await set(one, { ...google(one), ...bucket(one), 'daemon.log_level': 'trace' })
  await one.run(['resume'])
  await daemon.says('[secret].txt')
  daemon.kill('SIGTERM')
  const { stderr } = await daemon.ended
  const dump = (await one.program('sqlite3', 'sync_state.db', 'select * from overrides; select * from settings;'))
    .stdout
  expect(dump).toContain('sources.google_drive.client_secret|v1.')
  for (const secret of [clientSecret, refreshToken, one.s3.credentials.secretAccessKey]) {
    expect(stderr).not.toContain(secret)
    expect(dump).not.toContain(secret)
  }
  const key = join(one.folder, 'secret.key')
  expect(statSync(key).mode & 0o777).toBe(0o600)
  expect(stderr + dump).not.toContain(readFileSync(key, 'utf8').trim())
})

test('without its key a secret is said to be missing, with the remedy; the daemon waits for it', async () => {
  await using one = await bare()
  await set(one, { ...google(one), ...bucket(one) })
  const key = join(one.folder, 'secret.key')
  const kept = readFileSync(key)
  rmSync(key)
  const { code, stderr } = await one.run(['sync'])
  expect(code).toBe(2)
  expect(stderr).toMatch(
    /refresh_token \(set in the dashboard by ana\): is sealed with a key that is not here \(there is no .*secret\.key/,
  )
  expect(stderr).toContain('Put secret.key in data_dir (or DRIVEKEEP_SECRET) back as it was, or set it anew.')
  const daemon = await one.daemon()
  await daemon.says('destinations.aws_s3.secret_access_key is sealed with a key that is not here')
  daemon.kill('SIGTERM')
  await daemon.ended
  writeFileSync(key, kept)
  expect(await one.json('sync')).toMatchObject({ synced: 1 })
})

test('DRIVEKEEP_SECRET takes the place of the key file', async () => {
  await using one = await bare()
  const env = { DRIVEKEEP_SECRET: 'a sentence that nobody guesses' }
  await set(one, { ...google(one), ...bucket(one) }, env)
  expect(() => statSync(join(one.folder, 'secret.key'))).toThrow()
  expect((await one.run(['sync'], { env })).code).toBe(0)
  expect(await one.run(['sync'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('and DRIVEKEEP_SECRET is not set'),
  })
})

test('config reset forgets what was set in the dashboard, and says what was', async () => {
  await using one = await bare()
  await set(one, { ...google(one), ...bucket(one), 'sync.batch_size': 7 })
  expect(await one.run(['config', 'reset', 'sync.mode'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^drivekeep: sync\.mode was not set in the dashboard; what was: .*sync\.batch_size\.$/m,
    ),
  })
  const half = await one.run(['config', 'reset', 'destinations.aws_s3.secret_access_key'])
  expect(half).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /nothing was reset, since without it:\n.*secret_access_key .*is missing, while access_key_id is set/,
    ),
  })
  expect(await one.run(['config', 'reset', 'sync.batch_size', 'destinations'])).toMatchObject({ code: 0 })
  expect(await one.run(['config', 'check'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no enabled destination'),
  })
})

test('settings that cannot be are refused, all or none', async () => {
  await using one = await bare()
  const refusal = async (changes: Record<string, unknown>) => {
    const error = await set(one, changes).then(
      () => null,
      (error: unknown) => error,
    )
    if (!(error instanceof SettingsRefused)) throw error
    return error.errors
  }
  expect(await refusal({ 'sync.batch_size': 7, 'sync.interval_seconds': 0 })).toEqual([
    {
      field: 'sync.interval_seconds',
      message: 'must be at least 1, and is 0. Write a number of seconds, such as 300.',
    },
  ])
  expect(await refusal({ 'sync.turbo': 1, sync: {}, 'daemon.api_port': 1 })).toMatchObject([
    { field: 'sync.turbo', message: expect.stringContaining('not a known key') },
    { field: 'sync', message: expect.stringContaining('not a known key') },
    { field: 'daemon.api_port', message: expect.stringContaining('config.yaml alone') },
  ])
  expect((await one.program('sqlite3', 'sync_state.db', 'select count(*) from overrides')).stdout).toBe('0\n')
})
