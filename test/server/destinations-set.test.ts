import { expect, test } from 'vitest'
import type { Problem } from '../../src/server/contract/route.ts'
import type { Client } from './client.ts'
import { KnownDrive } from './known-drive.ts'
import { BUCKET, SetUpTest } from './set-up.ts'

interface Test {
  ok: boolean
  checks: { step: string; ok: boolean; message: string }[]
}

const tried = (client: Client, draft?: object, name = 'eu') =>
  client.post<Test>('/api/destinations/test', draft === undefined ? { name } : { name, draft })

/** The steps that failed, with what is missing. */
const failing = ({ body }: { body: Test }) =>
  body.checks.filter(({ ok }) => !ok).map(({ step, message }) => `${step}: ${message}`)

function deny(one: SetUpTest, action: 'put' | 'delete'): object {
  one.s3.users.deny(one.s3.credentials.accessKeyId, { action })
  return {}
}

function setBack({ server }: SetUpTest): object {
  server.parts.clock.time -= 3_600_000
  return {}
}

test('a destination is tried before it is saved, saved, tried again, switched off and taken out', async () => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  const before = await tried(admin, one.draft())
  expect([before.body.ok, failing(before)]).toEqual([true, []])
  expect(await one.s3.objects(BUCKET, { versions: true })).toEqual([])
  expect((await one.configuration.current()).loaded.config.destinations).toEqual([])

  const saved = await admin.put('/api/destinations/eu', one.draft({ prefix: 'home' }))
  expect(saved.body).toMatchObject({
    name: 'eu',
    type: 'other',
    enabled: true,
    origin: 'dashboard',
    settings: { bucket: BUCKET, prefix: 'home' },
    last_test: null,
  })
  expect(saved.text).not.toContain(one.s3.credentials.secretAccessKey)
  expect(await one.steps(admin)).toMatchObject({ destination: true })
  expect((await tried(admin)).body.ok).toBe(true)

  // The secret stays where it is not given; other keys follow.
  const { secret_access_key: _, ...kept } = one.draft({ enabled: false }) as Record<string, unknown>
  const off = await admin.put('/api/destinations/eu', kept)
  expect(off.body).toMatchObject({ enabled: false, settings: { prefix: '' }, last_test: { ok: true } })
  expect((await tried(admin)).body.ok).toBe(true)
  expect(await one.steps(admin)).toMatchObject({ destination: false })

  expect((await admin.delete('/api/destinations/eu')).status).toBe(200)
  expect((await admin.delete('/api/destinations/eu')).status).toBe(404)
  expect((await tried(admin)).status).toBe(404)
  expect(await one.server.parts.db.selectFrom('overrides').selectAll().execute()).toEqual([])
})

test.each<[what: string, draft: (one: SetUpTest) => object, said: RegExp]>([
  [
    'a wrong key',
    () => ({ access_key_id: 'AKIANOBODY0000000000' }),
    /^credentials: .*does not (know|accept)|^credentials: .*Check access_key_id/,
  ],
  [
    'a wrong secret',
    () => ({ secret_access_key: 'wrong-secret' }),
    /^credentials: .*Check access_key_id and secret_access_key/,
  ],
  ['a wrong region', () => ({ region: 'eu-west-1' }), /^bucket: .*another region.*region/],
  ['a bucket that is not there', () => ({ bucket: 'missing' }), /^bucket: .*does not exist.*Create it/],
  ['no right to write', (one) => deny(one, 'put'), /^write: the access key lacks a right: allow s3:PutObject/],
  ['no right to delete', (one) => deny(one, 'delete'), /^delete: the access key lacks a right: allow s3:DeleteObject/],
  [
    'an endpoint that nobody serves',
    () => ({ endpoint: 'http://127.0.0.1:1' }),
    /^reach the endpoint: .*cannot be reached.*Check destinations/,
  ],
  [
    'an endpoint that is no storage',
    (one) => ({ endpoint: one.drive.url }),
    /^reach the endpoint: .*not S3.*Check destinations/,
  ],
  [
    'https where there is none',
    (one) => ({ endpoint: one.s3.url.replace('http:', 'https:') }),
    /^reach the endpoint: .*(TLS|SSL|https)/i,
  ],
  ['a clock that is wrong', setBack, /^clock: .*Set the clock/],
])('the self-test names %s in plain words', async (_, change, said) => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  const answer = await tried(admin, one.draft(change(one)))
  expect([answer.status, answer.body.ok]).toEqual([200, false])
  expect(failing(answer)[0]).toMatch(said)
  expect(answer.text).not.toContain('wrong-secret')
})

test.each<[what: string, draft: object, field: string, said: RegExp]>([
  ['a bucket with a path', { bucket: 's3://x/y' }, 'destinations.eu.bucket', /without s3:\/\//],
  ['an unknown type', { type: 'floppy' }, 'destinations.eu.type', /must be one of aws/],
  ['a missing address', { endpoint: null }, 'destinations.eu.endpoint', /type other needs it/],
  ['another protocol', { endpoint: 'file:///etc/passwd' }, 'destinations.eu.endpoint', /http:\/\/ or https:\/\//],
  [
    'half a key',
    { secret_access_key: undefined },
    'destinations.eu.secret_access_key',
    /is missing, while access_key_id is set/,
  ],
])('%s is refused where it is written, saved or tried', async (_, more, field, said) => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  for (const answer of [
    await admin.put<Problem>('/api/destinations/eu', one.draft(more)),
    await tried(admin, one.draft(more)),
  ]) {
    expect(answer.status).toBe(422)
    const { errors } = JSON.parse(answer.text) as Problem
    expect(errors).toEqual([{ field, message: expect.stringMatching(said) }])
  }
  expect((await admin.put('/api/destinations/1st', one.draft())).status).toBe(400)
})

test('two destinations cannot be one place, and one destination cannot be two', async () => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  await admin.put('/api/destinations/eu', one.draft())
  expect(await admin.put('/api/destinations/us', one.draft())).toMatchObject({
    status: 422,
    text: expect.stringContaining('the same bucket and prefix as eu'),
  })

  // Copies are there already.
  const { db, clock } = one.server.parts
  const drive = await KnownDrive.in({ db, clock })
  await drive.see({ 'a.txt': {} })
  await drive.addDestination('eu', `s3://${BUCKET}/ at ${one.s3.url}`)
  await drive.settle({ 'a.txt': { status: 'stored', at: ['eu'] } })
  const moved = await admin.put('/api/destinations/eu', one.draft({ prefix: 'elsewhere' }))
  expect([moved.status, moved.text]).toEqual([
    409,
    expect.stringContaining(`destinations.eu now points to s3://${BUCKET}/elsewhere/`),
  ])
  const bySetting = await admin.patch('/api/settings', { changes: { 'destinations.eu.prefix': 'elsewhere' } })
  expect([bySetting.status, bySetting.text]).toEqual([
    422,
    expect.stringContaining('Give the new place a name of its own'),
  ])
  expect((await admin.put('/api/destinations/eu', one.draft({ storage_class: 'STANDARD_IA' }))).status).toBe(200)
})

test('what stands in config.yaml is changed by the key, goes back by the key, and cannot be taken out', async () => {
  await using one = await SetUpTest.start({
    config: (_, { credentials, url }) => ({
      top: {
        destinations: {
          home: {
            type: 'other',
            bucket: BUCKET,
            endpoint: url,
            force_path_style: true,
            access_key_id: credentials.accessKeyId,
            secret_access_key: credentials.secretAccessKey,
          },
        },
      },
    }),
  })
  const admin = await one.admin()
  const { secret_access_key: _, ...draft } = one.draft({ prefix: 'new' }) as Record<string, unknown>
  expect((await admin.put('/api/destinations/home', draft)).body).toMatchObject({
    origin: 'file',
    settings: { prefix: 'new' },
  })
  const overrides = await one.server.parts.db.selectFrom('overrides').select('key').execute()
  expect(overrides).toEqual([{ key: 'destinations.home.prefix' }])
  expect(await admin.delete('/api/destinations/home')).toMatchObject({
    status: 409,
    text: expect.stringContaining('stands in config.yaml'),
  })
  expect((await tried(admin, undefined, 'home')).body.ok).toBe(true)
  // Without a key of its own, the standard chain is used: what the file has of one must go with it.
  await admin.put('/api/destinations/home', { ...draft, access_key_id: null })
  expect((await one.configuration.current()).loaded.config.destinations[0]).toMatchObject({ credentials: null })
})

test('only an admin sends requests to an address of choice; an operator tests what is saved', async () => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  const operator = await one.server.signedIn('operator')
  expect(await tried(operator, one.draft())).toMatchObject({
    status: 403,
    text: expect.stringContaining('takes an admin'),
  })
  await admin.put('/api/destinations/eu', one.draft())
  expect((await tried(operator)).body.ok).toBe(true)
  expect((await tried(await one.server.signedIn('viewer'))).status).toBe(403)
})

test('tests are bounded in number and in time: whoever waits is told', async () => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  one.s3.faults.add({ fault: { kind: 'stall' }, match: { method: 'GET' } })
  const under = Array.from({ length: 4 }, () => tried(admin, one.draft()).catch(() => null))
  await expect.poll(() => one.s3.requests.count('ListObjectsV2'), { timeout: 60_000 }).toBeGreaterThanOrEqual(4)
  const fifth = await tried(admin, one.draft())
  expect([fifth.status, fifth.headers['retry-after'], fifth.text]).toEqual([
    429,
    '5',
    expect.stringContaining('4 tests are under way'),
  ])
  void under
})
