import { expect, test } from 'vitest'
import { TestServer } from './start.ts'

const DAY = 24 * 60 * 60 * 1000

interface Token {
  id: number
  name: string
  owner: string
  hint: string
  scopes: string[]
  expires_at: string | null
  last_used_at: string | null
  secret: string
}
const WANTED = { name: 'script', scopes: ['read'], expires_in_days: null }

test('a token is shown once, kept as a hash, and does what it was made for', async () => {
  await using server = await TestServer.start()
  const browser = await server.signedIn('operator')
  const made = await browser.post<Token>('/api/tokens', { ...WANTED, scopes: ['read', 'read'] })
  const { secret, hint } = made.body
  expect([made.status, secret, hint]).toEqual([200, expect.stringMatching(/^dk_[\w-]{43}$/), secret.slice(0, 9)])
  const { text } = await browser.get('/api/tokens')
  expect(text).not.toContain(secret)
  expect(JSON.parse(text).tokens).toMatchObject([
    { name: 'script', owner: 'operator', hint, scopes: ['read'], last_used_at: null },
  ])
  const rows = JSON.stringify(await server.parts.db.selectFrom('api_tokens').selectAll().execute())
  expect(rows).not.toContain(secret)
  const program = server.client({ authorization: `Bearer ${secret}` })
  expect((await program.get('/api/session')).body).toMatchObject({ name: 'operator', scopes: ['read'], session: null })
  expect((await browser.get<{ tokens: Token[] }>('/api/tokens')).body.tokens[0]?.last_used_at).not.toBeNull()
  expect((await program.get('/api/tokens')).status).toBe(403)
})

test('a token has no right that its owner lacks, also when the owner loses it later', async () => {
  await using server = await TestServer.start()
  const viewer = await server.signedIn('viewer')
  const beyond = await viewer.post('/api/tokens', { ...WANTED, scopes: ['read', 'control'] })
  expect([beyond.status, beyond.body]).toEqual([
    403,
    expect.objectContaining({ detail: expect.stringContaining('control') }),
  ])
  const admin = await server.signedIn('admin')
  const program = await server.withToken('admin', ['admin', 'read'], 'ben')
  expect((await program.get('/api/users')).status).toBe(200)
  const { id } = (await program.get('/api/session')).body as unknown as { id: number }
  await admin.patch(`/api/users/${id}`, { role: 'viewer' })
  expect((await program.get('/api/users')).status).toBe(403)
  expect((await program.get('/api/session')).body).toMatchObject({ scopes: ['read'] })
})

test('a token ends when it expires, and is shown as expired for a month', async () => {
  await using server = await TestServer.start()
  const { clock, access } = server.parts
  const browser = await server.signedIn('viewer')
  const { secret } = (await browser.post<Token>('/api/tokens', { ...WANTED, expires_in_days: 1 })).body
  const program = server.client({ authorization: `Bearer ${secret}` })
  clock.time += DAY - 1
  expect((await program.get('/api/session')).status).toBe(200)
  clock.time += 1
  const late = await program.get('/api/session')
  expect([late.status, late.headers['www-authenticate']]).toEqual([401, 'Bearer realm="Drivekeep"'])
  const count = async () => {
    await access.tidy()
    return (await server.parts.db.selectFrom('api_tokens').select('id').execute()).length
  }
  expect(await count()).toBe(1)
  clock.time += 31 * DAY
  expect(await count()).toBe(0)
})

test('everybody ends the own tokens, and an admin those of all', async () => {
  await using server = await TestServer.start()
  const [viewer, operator, admin] = [
    await server.signedIn('viewer'),
    await server.signedIn('operator'),
    await server.signedIn('admin'),
  ]
  const make = async () => (await viewer.post<Token>('/api/tokens', WANTED)).body
  const [first, second] = [await make(), await make()]
  expect((await operator.get<{ tokens: Token[] }>('/api/tokens')).body.tokens).toEqual([])
  expect((await operator.delete(`/api/tokens/${first.id}`)).status).toBe(404)
  expect((await admin.get<{ tokens: Token[] }>('/api/tokens')).body.tokens).toHaveLength(2)
  expect((await viewer.delete(`/api/tokens/${first.id}`)).status).toBe(200)
  expect((await admin.delete(`/api/tokens/${second.id}`)).status).toBe(200)
  const program = server.client({ authorization: `Bearer ${first.secret}` })
  expect((await program.get('/api/session')).status).toBe(401)
})

test('a user has at most a hundred tokens', async () => {
  await using server = await TestServer.start()
  const browser = await server.signedIn('viewer')
  for (let i = 0; i < 100; i++) expect((await browser.post('/api/tokens', WANTED)).status).toBe(200)
  expect((await browser.post('/api/tokens', WANTED)).status).toBe(409)
})

test('another scheme than Bearer, as a proxy may add, does not stand in the way of the session', async () => {
  await using server = await TestServer.start()
  const browser = await server.signedIn('viewer')
  expect((await browser.with({ authorization: 'Basic dXNlcjpwYXNz' }).get('/api/session')).status).toBe(200)
  expect((await browser.with({ authorization: 'Bearer wrong' }).get('/api/session')).status).toBe(401)
})
