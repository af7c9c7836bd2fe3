import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { generateServiceAccountKey } from '../../emulator/drive/oauth/service-accounts.ts'
import type { Problem } from '../../src/server/contract/route.ts'
import type { Client } from './client.ts'
import { KnownDrive } from './known-drive.ts'
import { SetUpTest } from './set-up.ts'

interface Setting {
  key: string
  value: unknown
  default: unknown
  origin: string
  description: string
  secret: boolean
  set: boolean
  editable: boolean
  schema: Record<string, unknown>
  changed_at: string | null
  changed_by: string | null
}

async function all(client: Client): Promise<Map<string, Setting>> {
  const { body } = await client.get<{ settings: Setting[] }>('/api/settings')
  return new Map(body.settings.map((setting) => [setting.key, setting]))
}
const change = (client: Client, changes: object) => client.patch<Problem>('/api/settings', { changes })

test('every key is listed with its value, where that comes from, and what it may be', async () => {
  await using one = await SetUpTest.start({
    config: () => ({
      top: { sync: { interval_seconds: 60 }, destinations: { eu: { type: 'scaleway', bucket: 'my-backup' } } },
    }),
  })
  const viewer = await one.server.signedIn('viewer')
  const settings = await all(viewer)
  expect(settings.get('sync.interval_seconds')).toEqual({
    key: 'sync.interval_seconds',
    value: 60,
    default: 300,
    origin: 'file',
    description: 'How long to wait before asking Drive for changes again.',
    secret: false,
    set: true,
    editable: true,
    schema: { type: 'integer', minimum: 1, maximum: 86_400, default: 300 },
    changed_at: null,
    changed_by: null,
  })
  expect(settings.get('sync.mode')).toMatchObject({
    value: 'realtime',
    origin: 'default',
    schema: { enum: ['realtime', 'interval'] },
  })
  expect(settings.get('destinations.eu.bucket')).toMatchObject({ value: 'my-backup', origin: 'file' })
  expect(settings.get('destinations.eu.secret_access_key')).toMatchObject({ value: null, secret: true, set: false })
  const fixed = [...settings.values()].filter(({ editable }) => !editable).map(({ key }) => key)
  expect(fixed).toEqual([
    'data_dir',
    'sources.google_drive.api_url',
    'sources.google_drive.auth_url',
    'sources.google_drive.token_url',
    'sources.google_drive.service_account_file',
    'sync.temp_dir',
    'daemon.api_host',
    'daemon.api_port',
    'daemon.tls.cert',
    'daemon.tls.key',
    'daemon.trusted_proxies',
    'daemon.log_file',
    'database.url',
  ])
})

test('a change is followed at once, remembers who made it, and goes back to config.yaml', async () => {
  await using one = await SetUpTest.start({ config: () => ({ top: { sync: { interval_seconds: 60 } } }) })
  const admin = await one.admin()
  const revision = await one.configuration.revision()
  expect(
    (await change(admin, { 'sync.interval_seconds': 10, 'sources.google_drive.exclude_paths': ['Old'] })).status,
  ).toBe(200)
  expect((await all(admin)).get('sync.interval_seconds')).toMatchObject({
    value: 10,
    origin: 'dashboard',
    changed_by: 'admin',
    changed_at: expect.any(String),
  })
  expect(await one.configuration.revision()).toBe(revision + 1)
  expect((await one.configuration.current()).loaded.config).toMatchObject({
    sync: { intervalMs: 10_000 },
    sources: [{ excludePaths: ['Old'] }],
  })
  await change(admin, { 'sync.interval_seconds': null })
  expect((await all(admin)).get('sync.interval_seconds')).toMatchObject({ value: 60, origin: 'file', changed_by: null })
  const audit = await one.server.parts.db
    .selectFrom('audit_log')
    .select(['actor', 'subject'])
    .where('action', '=', 'changeSettings')
    .execute()
  expect(audit).toEqual([
    { actor: 'admin', subject: 'sync.interval_seconds, sources.google_drive.exclude_paths' },
    { actor: 'admin', subject: 'sync.interval_seconds' },
  ])
})

test('all or none: what cannot be is named key by key', async () => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  const refused = await change(admin, { 'sync.batch_size': 0, 'sync.mode': 'sometimes', 'sync.retry_attempts': 3 })
  expect(refused.status).toBe(422)
  expect(refused.body.errors).toEqual([
    {
      field: 'sync.mode',
      message: 'must be one of realtime, interval, and is "sometimes". Write realtime or interval.',
    },
    { field: 'sync.batch_size', message: 'must be at least 1, and is 0. Write a number of files, such as 100.' },
  ])
  for (const [changes, said] of [
    [{ 'daemon.api_port': 80 }, 'config.yaml alone'],
    [{ 'sources.google_drive.token_url': 'https://evil.example' }, 'config.yaml alone'],
    [{ 'sync.turbo': 1 }, 'not a known key'],
    [{ 'sync.constructor': 1 }, 'not a known key'],
    [{ '__proto__.polluted': 1 }, 'not a known key'],
    [{ sync: { batch_size: 1 } }, 'not a known key'],
    [{ 'destinations.bad name.bucket': 'x-y-z' }, 'is no name for a destination'],
    [{ 'notifications.email.enabled': true }, 'is missing'],
  ] as const) {
    const answer = await change(admin, changes)
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining(said)])
  }
  expect(await one.server.parts.db.selectFrom('overrides').selectAll().execute()).toEqual([])
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})

test('changes at the same moment are made one after another', async () => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      change(admin, { [i % 2 === 0 ? 'sync.batch_size' : 'sync.retry_attempts']: i + 1 }),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
  expect(await one.configuration.revision()).toBe(10)
})

test('exclusions are shown before they are saved: how much they skip, with examples', async () => {
  await using one = await SetUpTest.start()
  const drive = await KnownDrive.in(one.server.parts)
  await drive.see({
    'Docs/a.txt': { size: 5 },
    'Docs/b.iso': { size: 100 },
    'Old/c.iso': { size: 1000 },
    'Old/d.txt': { size: 1 },
  })
  await drive.see({ 'gone.iso': { size: 7 } })
  await drive.remove('gone.iso')
  const viewer = await one.server.signedIn('viewer')
  const preview = (patterns: string[], paths: string[]) =>
    viewer.post<Problem>('/api/exclusions/preview', { patterns, paths })
  expect((await preview(['*.iso'], [])).body).toEqual({
    matched: 2,
    bytes: 1100,
    examples: ['Docs/b.iso', 'Old/c.iso'],
    searched: 4,
    complete: true,
  })
  expect((await preview(['*.iso', '!c.iso'], ['Docs'])).body).toMatchObject({
    matched: 2,
    examples: ['Docs/a.txt', 'Docs/b.iso'],
  })
  expect((await preview([], [])).body).toMatchObject({ matched: 0, searched: 4 })
  expect(await preview(['*.iso', ' '], [])).toMatchObject({ status: 422, text: expect.stringContaining('patterns[2]') })
  expect(
    await one.server.parts.db
      .selectFrom('audit_log')
      .select('action')
      .where('action', '=', 'previewExclusions')
      .execute(),
  ).toEqual([])
})

test('a preview stops in time, and says that there is more', async () => {
  await using one = await SetUpTest.start()
  const drive = await KnownDrive.in(one.server.parts)
  await drive.see(Object.fromEntries(Array.from({ length: 6000 }, (_, i) => [`${i}.tmp`, {}])))
  const admin = await one.admin()
  // A pattern for each of a thousand names is slow to match, and a bound is a bound.
  const patterns = Array.from({ length: 1000 }, (_, i) => `**/x${i}*y/**/z${i}*`)
  const began = performance.now()
  const { body } = await admin.post<{ complete: boolean; searched: number }>('/api/exclusions/preview', {
    patterns,
    paths: [],
  })
  expect(body.searched).toBeGreaterThan(0)
  expect(body.complete).toBe(body.searched === 6000)
  expect(performance.now() - began).toBeLessThan(60_000)
})

test('no answer, log line or file shows a secret that was set', async () => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  const canaries = { client: 'GOCSPX-canary-client', storage: 'canary-storage-secret', mail: 'canary-mail-password' }
  const key = generateServiceAccountKey('canary', `${one.drive.url}/token`)
  const said: string[] = []
  const keep = async (answer: Promise<{ text: string }>) => void said.push((await answer).text)
  await keep(admin.put('/api/google/client', { client_id: 'id', client_secret: canaries.client }))
  await keep(admin.put('/api/google/service-account', { key_json: JSON.stringify(key), impersonate: null }))
  await keep(admin.put('/api/destinations/eu', one.draft({ secret_access_key: canaries.storage })))
  await keep(change(admin, { 'notifications.email.username': 'mail', 'notifications.email.password': canaries.mail }))
  await keep(change(admin, { 'notifications.email.password': 5 }))
  await keep(change(admin, { 'destinations.eu.secret_access_key': [canaries.storage] }))
  await keep(admin.post('/api/destinations/test', { name: 'eu' }))
  await keep(admin.post('/api/google/test'))
  await keep(admin.put('/api/destinations/eu', one.draft({ secret_access_key: canaries.storage, bucket: 'No Bucket' })))
  for (const path of ['/api/settings', '/api/google', '/api/audit', '/api/setup']) await keep(admin.get(path))
  const settings = await all(admin)
  for (const key of ['client_secret', 'service_account_key'])
    expect(settings.get(`sources.google_drive.${key}`)).toMatchObject({ value: null, secret: true, set: true })

  const { db } = one.server.parts
  const tables = await db.introspection.getTables()
  for (const { name } of tables)
    said.push(
      JSON.stringify(
        await db
          .selectFrom(name as 'settings')
          .selectAll()
          .execute(),
      ),
    )
  const secretKey = readFileSync(join(one.folder, 'secret.key'), 'utf8').trim()
  const pem = key.private_key.split('\n')[3] ?? ''
  const text = [...said, ...one.server.logged].join('\n')
  for (const secret of [...Object.values(canaries), secretKey, pem]) expect(text.includes(secret), secret).toBe(false)
})
