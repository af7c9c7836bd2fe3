import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { generateServiceAccountKey } from '../../emulator/drive/oauth/service-accounts.ts'
import { FOLDER } from '../../emulator/drive/store/kinds.ts'
import { SetUpTest, said } from './set-up.ts'

interface Google {
  method: string | null
  client: { client_id: string; origin: string } | null
  service_account: { email: string; impersonate: string | null; origin: string } | null
  redirect_uri: string
  connected: boolean
  account: string | null
  connected_at: string | null
  outage: { fault: string; message: string; hint: string | null } | null
}
interface Test {
  ok: boolean
  checks: { step: string; ok: boolean; message: string }[]
}

const BACK = '/setup?step=google'

test('from nothing to a connected drive, without touching a file', async () => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  expect((await admin.get('/api/google')).body).toEqual({
    source: 'google_drive',
    enabled: true,
    origin: 'file',
    method: null,
    client: null,
    service_account: null,
    redirect_uri: `${one.server.url}/api/google/callback`,
    connected: false,
    account: null,
    connected_at: null,
    outage: null,
  })
  expect((await admin.post('/api/google/connect', {})).status).toBe(409)
  expect((await admin.post('/api/google/test')).status).toBe(409)
  expect((await admin.get('/api/google/folders')).status).toBe(409)

  const set = await admin.put<Google>('/api/google/client', { client_json: one.clientJson() })
  expect(set.body).toMatchObject({
    method: 'oauth',
    connected: false,
    client: { client_id: one.drive.credentials.clientId, origin: 'dashboard' },
  })
  expect(said(await one.connect(admin))).toEqual({ to: BACK, connected: '1', error: null })
  const { body: google } = await admin.get<Google>('/api/google')
  expect(google).toMatchObject({
    method: 'oauth',
    connected: true,
    account: 'owner@example.com',
    connected_at: expect.any(String),
  })
  const { body: tested } = await admin.post<Test>('/api/google/test')
  expect(tested.ok).toBe(true)
  expect(tested.checks.at(-1)).toEqual({ step: 'list files', ok: true, message: 'My Drive can be listed' })
  expect(await one.steps(admin)).toEqual({ google: true, selection: false, destination: false, started: false })
})

test.each<[what: string, consent: Parameters<SetUpTest['consent']>[1], error: RegExp]>([
  ['denied', { allow: false }, /^access_denied$/],
  [
    'allowed without reading Drive',
    { scopes: ['https://www.googleapis.com/auth/drive.file'] },
    /reading Drive was not allowed.*leave the box ticked/,
  ],
])('a sign-in that is %s leaves everything as it was, and says so', async (_, consent, error) => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  await one.configureClient(admin)
  // Google's page asks for what the app asks for: the emulator has a box for each only when there are several.
  const begun = await admin.post<{ url: string }>('/api/google/connect', { return_to: BACK })
  const url = new URL(begun.body.url)
  url.searchParams.set('scope', `${url.searchParams.get('scope')} https://www.googleapis.com/auth/drive.file`)
  const location = await one.comeBack(admin, await one.consent(url.href, consent))
  expect(said(location)).toEqual({ to: BACK, connected: null, error: expect.stringMatching(error) })
  expect((await admin.get<Google>('/api/google')).body).toMatchObject({ connected: false, account: null })
})

test('Google that gives no lasting sign-in, that is out of order, or that knows the client no more, is said', async () => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  await one.configureClient(admin)
  const begin = async () => (await admin.post<{ url: string }>('/api/google/connect', { return_to: BACK })).body.url
  const online = new URL(await begin())
  online.searchParams.set('access_type', 'online')
  const without = said(await one.comeBack(admin, await one.consent(online.href)))
  expect(without.error).toMatch(
    /no lasting sign-in\. Remove Drivekeep at https:\/\/myaccount\.google\.com\/connections/,
  )

  one.drive.faults.once({ kind: 'error', status: 503 }, { name: 'oauth.token' })
  expect(said(await one.connect(admin)).error).toMatch(/^Google was not connected\. Google sign-in: .*/)
  one.drive.faults.once({ kind: 'error', status: 403, reason: 'accessNotConfigured' }, { name: 'about.get' })
  expect(said(await one.connect(admin)).error).toMatch(/Enable the Google Drive API/)

  const location = await one.consent(await begin())
  one.drive.tokens.addClient({ id: one.drive.credentials.clientId, secret: 'another one by now', name: 'Drivekeep' })
  expect(said(await one.comeBack(admin, location)).error).toMatch(/does not accept the client id or secret/)
})

test('only the session that began a sign-in can end it, once, within its time', async () => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  await one.configureClient(admin)
  const begin = async () => (await admin.post<{ url: string }>('/api/google/connect', {})).body.url
  const strange = {
    to: '/sources',
    connected: null,
    error: expect.stringContaining('this browser did not begin the sign-in'),
  }

  const location = await one.consent(await begin())
  const other = await one.server.signedIn('admin', 'other')
  expect(said(await one.comeBack(other, location))).toEqual(strange)
  expect(said(await one.comeBack(one.server.client(), location))).toEqual(strange)
  expect(said(await one.comeBack(admin, location))).toMatchObject({ connected: '1' })
  expect(said(await one.comeBack(admin, location))).toEqual(strange)

  const late = await one.consent(await begin())
  one.server.parts.clock.time += 15 * 60_000
  expect(said(await one.comeBack(admin, late))).toEqual(strange)
  expect(said(await one.comeBack(admin, `${one.server.url}/api/google/callback?code=x&state=guessed`))).toEqual(strange)

  const program = await one.server.withToken('admin', ['admin'])
  expect(await program.post('/api/google/connect', {})).toMatchObject({
    status: 409,
    text: expect.stringContaining('A browser has to go'),
  })
  for (const return_to of ['https://evil.example', '//evil.example', '/\\evil.example', '/sources#x'])
    expect((await admin.post('/api/google/connect', { return_to })).status).toBe(400)
})

test('disconnecting forgets the sign-in and keeps the client; another client needs another sign-in', async () => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  await one.configureClient(admin)
  await one.connect(admin)
  expect((await admin.delete<Google>('/api/google/connection')).body).toMatchObject({
    method: 'oauth',
    connected: false,
    client: { origin: 'dashboard' },
  })
  await one.connect(admin)
  await one.configureClient(admin)
  expect((await admin.get<Google>('/api/google')).body.connected).toBe(true)
  const other = await admin.put<Google>('/api/google/client', {
    client_id: 'other.apps.googleusercontent.com',
    client_secret: 'hush',
  })
  expect(other.body).toMatchObject({ connected: false, client: { client_id: 'other.apps.googleusercontent.com' } })
})

test('a sign-in in config.yaml is used, cannot be forgotten here, and another one made here takes its place', async () => {
  await using one = await SetUpTest.start({
    drive: { users: ['owner@example.com', 'second@example.com'] },
    config: ({ credentials: { clientId, clientSecret, refreshToken } }) => ({
      google: { client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken },
    }),
  })
  const admin = await one.admin()
  expect((await admin.get<Google>('/api/google')).body).toMatchObject({
    connected: true,
    client: { origin: 'file' },
    connected_at: null,
  })
  expect(await one.steps(admin)).toMatchObject({ google: true, selection: true })
  expect(await admin.delete('/api/google/connection')).toMatchObject({
    status: 409,
    text: expect.stringContaining('is in config.yaml'),
  })
  await one.connect(admin, { account: 'second@example.com' })
  expect((await admin.get<Google>('/api/google')).body).toMatchObject({
    account: 'second@example.com',
    connected_at: expect.any(String),
  })
  const { body } = await admin.delete<Google>('/api/google/connection')
  expect(body).toMatchObject({ connected: true, connected_at: null })
})

test('a service account signs in for a user of its domain', async () => {
  await using one = await SetUpTest.start({ drive: { files: { 'a.txt': 'one' } } })
  const admin = await one.admin()
  const key = generateServiceAccountKey('backup', `${one.drive.url}/token`)
  one.drive.serviceAccounts.register(key, ['https://www.googleapis.com/auth/drive.readonly'])
  const set = await admin.put<Google>('/api/google/service-account', {
    key_json: JSON.stringify(key),
    impersonate: 'owner@example.com',
  })
  expect(set.body).toMatchObject({
    method: 'service-account',
    connected: true,
    account: 'owner@example.com',
    service_account: { email: key.client_email, impersonate: 'owner@example.com', origin: 'dashboard' },
  })
  expect(set.text).not.toContain('PRIVATE KEY')
  expect((await admin.post<Test>('/api/google/test')).body.ok).toBe(true)

  // A person's sign-in takes its place, and back.
  await one.configureClient(admin)
  await one.connect(admin)
  expect((await admin.get<Google>('/api/google')).body).toMatchObject({ method: 'oauth', service_account: null })
})

test('a service account that config.yaml names gives way to a sign-in made here, and comes back when that is forgotten', async () => {
  await using one = await SetUpTest.start({
    config(drive, _s3, folder) {
      const key = generateServiceAccountKey('backup', `${drive.url}/token`)
      writeFileSync(join(folder, 'key.json'), JSON.stringify(key))
      return { google: { service_account_file: 'key.json', impersonate: 'owner@example.com' } }
    },
  })
  const admin = await one.admin()
  expect((await admin.get<Google>('/api/google')).body).toMatchObject({
    method: 'service-account',
    service_account: { origin: 'file' },
  })
  await one.configureClient(admin)
  await one.connect(admin)
  expect((await admin.get<Google>('/api/google')).body).toMatchObject({ method: 'oauth', connected: true })
  expect((await admin.delete<Google>('/api/google/connection')).body).toMatchObject({ method: 'service-account' })
})

test('what is pasted in the wrong place is named, and nothing of it is repeated', async () => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  const key = generateServiceAccountKey('backup', `${one.drive.url}/token`)
  const wrong = async (path: string, body: object) => {
    const { status, text } = await admin.put(path, body)
    expect(text).not.toMatch(/PRIVATE|hush/)
    return [status, (JSON.parse(text) as { detail: string }).detail]
  }
  const service = (key_json: string, impersonate: string | null = null) =>
    wrong('/api/google/service-account', { key_json, impersonate })
  expect(await wrong('/api/google/client', { client_json: JSON.stringify(key) })).toEqual([
    422,
    expect.stringContaining('This is the key of a service account'),
  ])
  expect(await wrong('/api/google/client', { client_json: '{"web": {"client_secret": "hush"' })).toEqual([
    422,
    expect.stringContaining('not complete JSON'),
  ])
  expect(await service(one.clientJson())).toEqual([422, expect.stringContaining('This is the JSON of an OAuth client')])
  expect(await service(JSON.stringify({ ...key, private_key: 'hush' }))).toEqual([
    422,
    expect.stringContaining('not an RSA key'),
  ])
  expect(await service(JSON.stringify({ ...key, token_uri: 'http://10.0.0.1/token' }))).toEqual([
    422,
    expect.stringContaining('which is not Google'),
  ])
  expect(await service(JSON.stringify(key), 'nobody')).toEqual([
    422,
    expect.stringContaining('must be an e-mail address'),
  ])
  expect((await admin.get<Google>('/api/google')).body).toMatchObject({ method: null })
})

test('folders are listed live: by name, paged, and what is not there is said', async () => {
  await using one = await SetUpTest.start({ drive: { users: ['owner@example.com', 'friend@example.com'] } })
  const admin = await one.admin()
  await one.configureClient(admin)
  await one.connect(admin)
  const docs = one.drive.create({ name: 'Docs', mimeType: FOLDER })
  for (let i = 0; i < 510; i++) one.drive.create({ name: `Part ${i}`, mimeType: FOLDER, parent: docs })
  const theirs = one.drive.create({ name: 'Theirs', mimeType: FOLDER, owner: 'friend@example.com' })
  one.drive.store.share(theirs, { type: 'user', role: 'reader', emailAddress: 'owner@example.com' })
  const viewer = await one.server.signedIn('viewer')
  const list = (query: string) =>
    viewer.get<{ folders: { id: string; name: string }[]; next: string | null }>(`/api/google/folders${query}`)
  expect((await list('')).body).toEqual({ folders: [{ id: docs, name: 'Docs' }], next: null })
  const { body: first } = await list(`?parent=${docs}`)
  const { body: second } = await list(`?parent=${docs}&cursor=${encodeURIComponent(first.next ?? '')}`)
  expect([...first.folders, ...second.folders].map(({ name }) => name)).toEqual(
    Array.from({ length: 510 }, (_, i) => `Part ${i}`),
  )
  expect(second.next).toBeNull()
  expect((await list('?parent=shared-with-me')).body.folders).toEqual([{ id: theirs, name: 'Theirs' }])
  expect((await list('?parent=nowhere')).status).toBe(404)
  expect((await list("?parent=x'%20in%20parents")).status).toBe(400)
  expect((await list('?cursor=forgotten')).status).toBe(400)
  one.drive.faults.add({ match: { name: 'oauth.token' }, fault: { kind: 'invalid-grant' } })
  one.drive.tokens.expireAccessTokens()
  expect(await list('')).toMatchObject({ status: 502, text: expect.stringContaining('Sign in again') })
})

test('who may only look changes nothing', async () => {
  await using one = await SetUpTest.start()
  const [viewer, operator] = [await one.server.signedIn('viewer'), await one.server.signedIn('operator')]
  const writes: [string, string, unknown][] = [
    ['PUT', '/api/google/client', { client_json: one.clientJson() }],
    ['PUT', '/api/google/service-account', { key_json: '{}', impersonate: null }],
    ['POST', '/api/google/connect', {}],
    ['DELETE', '/api/google/connection', undefined],
    ['PUT', '/api/google/selection', { rest: 'include', folders: [], recent_days: 0 }],
    ['PUT', '/api/destinations/eu', one.draft()],
    ['DELETE', '/api/destinations/eu', undefined],
    ['PATCH', '/api/settings', { changes: { 'sync.batch_size': 5 } }],
  ]
  for (const [method, path, body] of writes) {
    expect((await viewer.send(method, path, body)).status).toBe(403)
    expect((await operator.send(method, path, body)).status).toBe(403)
    expect((await one.server.client().send(method, path, body)).status).toBe(401)
  }
  expect((await viewer.post('/api/google/test')).status).toBe(403)
  expect((await operator.post('/api/google/test')).status).toBe(409)
})
