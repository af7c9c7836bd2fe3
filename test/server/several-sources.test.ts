import { expect, test } from 'vitest'
import { SetUpTest, said } from './set-up.ts'

interface Google {
  source: string
  enabled: boolean
  origin: string
  method: string | null
  client: { client_id: string; origin: string } | null
  connected: boolean
  account: string | null
}
interface Pending {
  pending: {
    id: string
    source: string
    account: string
    account_before: string
    copies: number
    expires_at: string
  } | null
}

const [ANNA, BEN, CLEO] = ['anna@example.com', 'ben@example.com', 'cleo@example.com'] as const

async function twoAccounts() {
  const one = await SetUpTest.start({ drive: { users: [ANNA, BEN, CLEO] } })
  const admin = await one.admin()
  await one.configureClient(admin)
  await one.connect(admin, { account: ANNA })
  const listed = async () => (await admin.get<{ sources: Google[] }>('/api/google/sources')).body.sources
  const pending = async () => (await admin.get<Pending>('/api/google/pending')).body.pending
  const audit = async () =>
    (await one.server.parts.db.selectFrom('audit_log').selectAll().orderBy('id').execute()).map(
      ({ action, subject, detail, outcome }) => [action, subject, detail, outcome],
    )
  return { one, admin, listed, pending, audit, [Symbol.asyncDispose]: () => one[Symbol.asyncDispose]() }
}

test('another account changes nothing before somebody has said what becomes of the first', async () => {
  await using t = await twoAccounts()
  expect(said(await t.one.connect(t.admin, { account: BEN }))).toEqual({
    to: '/setup?step=google',
    connected: null,
    error: null,
  })
  expect(await t.listed()).toMatchObject([{ source: 'google_drive', account: ANNA, connected: true }])
  const asked = await t.pending()
  expect(asked).toMatchObject({ source: 'google_drive', account: BEN, account_before: ANNA })
  expect(JSON.stringify(asked)).not.toMatch(/token/i)
  expect((await t.audit()).at(-1)).toEqual([
    'googleCallback',
    BEN,
    `asked whether to back it up as well as ${ANNA}, or instead`,
    'done',
  ])
})

test('added, it is a source of its own, through the same client', async () => {
  await using t = await twoAccounts()
  await t.one.connect(t.admin, { account: BEN })
  const id = (await t.pending())?.id
  const added = await t.admin.post<Google>(`/api/google/pending/${id}/add`)
  expect(added.body).toMatchObject({ source: 'ben', account: BEN, connected: true, origin: 'dashboard' })
  expect(await t.listed()).toMatchObject([
    { source: 'google_drive', account: ANNA, connected: true },
    { source: 'ben', account: BEN, connected: true, client: { client_id: t.one.drive.credentials.clientId } },
  ])
  expect(await t.pending()).toBeNull()
  expect((await t.admin.post(`/api/google/pending/${id}/add`)).status).toBe(404)
  const { loaded } = await t.one.configuration.current()
  expect(loaded.config.sources.map(({ name, auth }) => [name, auth?.kind])).toEqual([
    ['google_drive', 'refresh-token'],
    ['ben', 'refresh-token'],
  ])
  expect((await t.admin.post<{ ok: boolean }>('/api/google/test?source=ben')).body.ok).toBe(true)
  const kept = await t.one.server.parts.db.selectFrom('overrides').selectAll().execute()
  expect(kept.find(({ key }) => key === 'sources.ben.refresh_token')).toMatchObject({ sealed: 1 })
  expect(await t.audit()).toContainEqual(['addPendingAccount', BEN, `as ben, besides ${ANNA}`, 'done'])
})

test('instead of the first, it takes its entry, and the other one is not asked about again', async () => {
  await using t = await twoAccounts()
  await t.one.connect(t.admin, { account: BEN })
  const replaced = await t.admin.post<Google>(`/api/google/pending/${(await t.pending())?.id}/replace`)
  expect(replaced.body).toMatchObject({ source: 'google_drive', account: BEN, connected: true })
  expect(await t.listed()).toHaveLength(1)
  expect(said(await t.one.connect(t.admin, { account: BEN })).connected).toBe('1')
  expect(await t.audit()).toContainEqual([
    'replacePendingAccount',
    BEN,
    `instead of ${ANNA}, which is no longer watched; its copies stay`,
    'done',
  ])
})

test('cancelled, everything stays as it was', async () => {
  await using t = await twoAccounts()
  await t.one.connect(t.admin, { account: BEN })
  const id = (await t.pending())?.id
  expect((await t.admin.delete(`/api/google/pending/${id}`)).status).toBe(200)
  expect(await t.pending()).toBeNull()
  expect((await t.admin.post(`/api/google/pending/${id}/replace`)).status).toBe(404)
  expect(await t.listed()).toMatchObject([{ account: ANNA, connected: true }])
  expect(await t.audit()).toContainEqual(['cancelPendingAccount', BEN, `${ANNA} stays connected`, 'done'])
})

test('only the session that signed in is asked, for 15 minutes', async () => {
  await using t = await twoAccounts()
  await t.one.connect(t.admin, { account: BEN })
  const id = (await t.pending())?.id
  const other = await t.one.server.signedIn('admin', 'other')
  expect((await other.get<Pending>('/api/google/pending')).body.pending).toBeNull()
  expect((await other.post(`/api/google/pending/${id}/replace`)).status).toBe(404)
  const program = await t.one.server.withToken('admin', ['admin', 'read'])
  expect((await program.get<Pending>('/api/google/pending')).body.pending).toBeNull()
  t.one.server.parts.clock.time += 15 * 60_000
  expect(await t.pending()).toBeNull()
  expect((await t.admin.post(`/api/google/pending/${id}/replace`)).status).toBe(404)
  expect(await t.listed()).toMatchObject([{ account: ANNA }])
})

test('an account is not backed up twice, and its own entry may sign in again', async () => {
  await using t = await twoAccounts()
  const { body: added } = await t.admin.post<Google>('/api/sources', {})
  expect(added).toMatchObject({ source: 'google_drive_2', connected: false, method: 'oauth' })
  const begin = async (source: string, account: string) => {
    const { body } = await t.admin.post<{ url: string }>(`/api/google/connect?source=${source}`, {})
    return said(await t.one.comeBack(t.admin, await t.one.consent(body.url, { account })))
  }
  expect(await begin('google_drive_2', ANNA)).toMatchObject({
    to: '/sources',
    error: `${ANNA} is backed up already, as google_drive. To back up another account, choose it on Google’s page.`,
  })
  expect(await begin('google_drive_2', BEN)).toMatchObject({ connected: '1', error: null })
  expect(await begin('google_drive_2', BEN)).toMatchObject({ connected: '1', error: null })
  expect((await begin('google_drive', BEN)).error).toContain(`${BEN} is backed up already, as google_drive_2.`)
  // Between the question and its answer somebody else connects the same account.
  await begin('google_drive', CLEO)
  const id = (await t.pending())?.id
  const other = await t.one.server.signedIn('admin', 'other')
  const { body: third } = await other.post<Google>('/api/sources', { name: 'third' })
  const { body } = await other.post<{ url: string }>(`/api/google/connect?source=${third.source}`, {})
  await t.one.comeBack(other, await t.one.consent(body.url, { account: CLEO }))
  expect(await t.admin.post(`/api/google/pending/${id}/add`)).toMatchObject({
    status: 409,
    text: expect.stringContaining('is backed up already, as third'),
  })
})

test('whoever has disconnected the first account is not asked about it', async () => {
  await using t = await twoAccounts()
  await t.admin.delete('/api/google/connection')
  expect(said(await t.one.connect(t.admin, { account: BEN })).connected).toBe('1')
  expect(await t.pending()).toBeNull()
})

test('another client ends the sign-in, and who was signed in is still asked about; the other sources keep theirs', async () => {
  await using t = await twoAccounts()
  await t.one.connect(t.admin, { account: BEN })
  await t.admin.post(`/api/google/pending/${(await t.pending())?.id}/add`)
  const before = t.one.drive.credentials.clientId
  const client = { id: 'other.apps.googleusercontent.com', secret: 'another one', name: 'Drivekeep' }
  t.one.drive.tokens.addClient(client)
  await t.admin.put('/api/google/client', { client_id: client.id, client_secret: client.secret })
  expect(await t.listed()).toMatchObject([
    { source: 'google_drive', connected: false, client: { client_id: client.id } },
    { source: 'ben', connected: true, client: { client_id: before } },
  ])
  expect((await t.admin.post<{ ok: boolean }>('/api/google/test?source=ben')).body.ok).toBe(true)
  await t.one.connect(t.admin, { account: CLEO })
  expect(await t.pending()).toMatchObject({ account: CLEO, account_before: ANNA })
})

test('a source is added, has a choice of its own, and is removed', async () => {
  await using t = await twoAccounts()
  const { body } = await t.admin.post<Google>('/api/sources', { name: 'work' })
  expect(body).toMatchObject({ source: 'work', enabled: true, origin: 'dashboard', connected: false, account: null })
  expect((await t.admin.post('/api/sources', { name: 'work' })).status).toBe(409)
  expect((await t.admin.post('/api/sources', { name: 'my work' })).status).toBe(400)
  const chosen = { rest: 'exclude', folders: [{ id: 'a', name: 'A', mode: 'include', ancestors: [] }], recent_days: 0 }
  await t.admin.put('/api/google/selection?source=work', chosen)
  expect((await t.admin.get('/api/google/selection?source=work')).body).toMatchObject({ rest: 'exclude' })
  expect((await t.admin.get('/api/google/selection')).body).toMatchObject({ rest: 'include', folders: [] })
  expect((await t.admin.get('/api/google/folders?source=work')).status).toBe(409)
  expect(
    (await t.admin.post('/api/exclusions/preview?source=work', { patterns: ['*'], paths: [] })).body,
  ).toMatchObject({
    searched: 0,
    complete: true,
  })
  expect((await t.admin.delete('/api/sources/work')).status).toBe(200)
  expect((await t.admin.delete('/api/sources/work')).status).toBe(404)
  expect((await t.admin.delete('/api/sources/google_drive')).status).toBe(409)
  expect(await t.listed()).toHaveLength(1)
  for (const path of ['/api/google', '/api/google/selection', '/api/google/folders'])
    expect((await t.admin.get(`${path}?source=work`)).status).toBe(404)
})

test('a service account of its own signs in for a further source; one of config.yaml cannot be removed here', async () => {
  await using one = await SetUpTest.start({
    config: () => ({ top: { sources: { work: { enabled: false } } } }),
  })
  const admin = await one.admin()
  expect((await admin.get<{ sources: Google[] }>('/api/google/sources')).body.sources).toMatchObject([
    { source: 'google_drive', origin: 'default' },
    { source: 'work', enabled: false, origin: 'file' },
  ])
  expect(await admin.delete('/api/sources/work')).toMatchObject({
    status: 409,
    text: expect.stringContaining('is defined in config.yaml'),
  })
  expect((await admin.patch('/api/settings', { changes: { 'sources.work.enabled': true } })).status).toBe(200)
  expect(
    (await admin.patch('/api/settings', { changes: { 'sources.work.token_url': 'http://evil.example' } })).status,
  ).toBe(422)
})
