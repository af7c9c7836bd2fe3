import { expect, test } from 'vitest'
import { PASSWORD, TestServer } from './start.ts'

const DAY = 24 * 60 * 60 * 1000
const MINUTE = 60_000

interface Sessions {
  sessions: { id: number; current: boolean; last_seen_at: string; expires_at: string; address: string }[]
}

test('who signs in gets a cookie that no script can read, and is known from then on', async () => {
  await using server = await TestServer.start()
  await server.user('anna', 'operator')
  const browser = server.client()
  const { status, headers, body } = await browser.post('/api/session', { name: 'anna', password: PASSWORD })
  expect([status, body]).toEqual([200, expect.objectContaining({ name: 'anna', role: 'operator' })])
  const cookies = headers['set-cookie'] ?? []
  expect(cookies[0]).toMatch(/^session=[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Lax$/)
  expect(cookies[1]).toMatch(/^device=[\w-]{22}\.[\w-]{43}; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Strict$/)
  expect((await browser.get('/api/session')).body).toMatchObject({
    name: 'anna',
    scopes: ['read', 'control', 'restore'],
  })
})

test('a wrong name and a wrong password are told alike, and the name may be in any capitals', async () => {
  await using server = await TestServer.start()
  await server.user('anna', 'viewer')
  const attempt = (name: string, password: string) => server.client().post('/api/session', { name, password })
  const wrong = await attempt('anna', 'wrong')
  expect([wrong.status, wrong.headers['content-type'], wrong.headers['set-cookie']]).toEqual([
    401,
    'application/problem+json; charset=utf-8',
    undefined,
  ])
  expect((await attempt('nobody', PASSWORD)).text).toBe(wrong.text)
  expect((await attempt('ANNA', PASSWORD)).status).toBe(200)
})

test('the catalog holds no secret that opens a session', async () => {
  await using server = await TestServer.start()
  const browser = await server.signedIn('viewer')
  const rows = await server.parts.db.selectFrom('sessions').selectAll().execute()
  expect(rows).toHaveLength(1)
  expect(JSON.stringify(rows)).not.toContain(browser.cookies.get('session'))
  const stolen = server.client()
  stolen.cookies.set('session', rows[0]?.secret_hash ?? '')
  expect((await stolen.get('/api/session')).status).toBe(401)
})

test('a session that was in the browser before is never taken over, and ends (session fixation)', async () => {
  await using server = await TestServer.start()
  await server.user('anna', 'admin')
  const attacker = await server.signedIn('viewer', 'mallory')
  const planted = attacker.cookies.get('session') ?? ''
  const victim = server.client()
  for (const value of [planted, 'a-value-that-somebody-made-up']) {
    victim.cookies.set('session', value)
    await server.signIn('anna', victim)
    expect(victim.cookies.get('session')).not.toBe(value)
  }
  expect((await attacker.get('/api/session')).status).toBe(401)
})

test('signing out ends the session on the server, and takes the cookie away', async () => {
  await using server = await TestServer.start()
  const browser = await server.signedIn('viewer')
  const copied = browser.with({})
  const { status, headers } = await browser.delete('/api/session')
  expect([status, headers['set-cookie']]).toEqual([200, [expect.stringMatching(/^session=; Max-Age=0; Path=\/; /)]])
  expect((await copied.get('/api/session')).status).toBe(401)
})

test('a session ends when nobody uses it for two weeks, and in any case after ninety days', async () => {
  await using server = await TestServer.start()
  const { clock } = server.parts
  const idle = await server.signedIn('viewer')
  const used = idle.with({})
  await server.signIn('viewer', used)
  const still = async (at: number) => {
    clock.time += at
    return (await used.get('/api/session')).status
  }
  expect([await still(13 * DAY), await still(13 * DAY)]).toEqual([200, 200])
  expect((await idle.get('/api/session')).status).toBe(401)
  for (let day = 26; day < 78; day += 13) expect(await still(13 * DAY)).toBe(200)
  expect(await still(11 * DAY)).toBe(200)
  expect(await still(1 * DAY)).toBe(401)
})

test('when a session was last used is written down at most once a minute', async () => {
  await using server = await TestServer.start()
  const { clock } = server.parts
  const browser = await server.signedIn('viewer')
  const lastSeen = async () => {
    const { body } = await browser.get<Sessions>('/api/sessions')
    return Date.parse(body.sessions[0]?.last_seen_at ?? '')
  }
  const began = clock.time
  clock.time += MINUTE - 1
  expect(await lastSeen()).toBe(began)
  clock.time += 1
  expect(await lastSeen()).toBe(began + MINUTE)
  clock.time += 1000
  expect(await lastSeen()).toBe(began + MINUTE)
})

test('the own sessions are listed, and ended one by one or all together', async () => {
  await using server = await TestServer.start()
  const desk = await server.signedIn('viewer')
  const phone = await server.signIn('viewer')
  const lost = await server.signIn('viewer')
  const other = await server.signedIn('operator')
  const { body } = await desk.get<Sessions>('/api/sessions')
  expect(body.sessions).toHaveLength(3)
  expect(body.sessions.filter(({ current }) => current)).toHaveLength(1)
  expect(body.sessions[0]).toMatchObject({ address: '127.0.0.1' })
  const of = async (client: typeof lost) => (await client.get('/api/session')).body as unknown as { session: number }
  const lostId = (await of(lost)).session
  expect((await desk.delete(`/api/sessions/${lostId}`)).status).toBe(200)
  expect((await lost.get('/api/session')).status).toBe(401)
  expect((await desk.delete(`/api/sessions/${lostId}`)).status).toBe(404)
  expect((await desk.delete(`/api/sessions/${(await of(other)).session}`)).status).toBe(404)
  expect((await desk.delete('/api/sessions')).status).toBe(200)
  expect([(await desk.get('/api/session')).status, (await phone.get('/api/session')).status]).toEqual([401, 401])
  expect((await other.get('/api/session')).status).toBe(200)
})

test('a new password ends all other sessions, gives this one another secret, and needs the old password', async () => {
  await using server = await TestServer.start()
  const browser = await server.signedIn('viewer')
  const other = await server.signIn('viewer')
  const copied = browser.with({})
  const next = 'another horse, another staple'
  const wrong = await browser.put('/api/account/password', { current: 'wrong', password: next })
  expect([wrong.status, wrong.body]).toEqual([403, expect.objectContaining({ errors: [expect.anything()] })])
  expect((await browser.put('/api/account/password', { current: PASSWORD, password: next })).status).toBe(200)
  expect((await browser.get('/api/session')).status).toBe(200)
  expect([(await other.get('/api/session')).status, (await copied.get('/api/session')).status]).toEqual([401, 401])
  const sign = (password: string) => server.client().post('/api/session', { name: 'viewer', password })
  expect([(await sign(PASSWORD)).status, (await sign(next)).status]).toEqual([401, 200])
})

test('a user who signs in again and again keeps a hundred sessions', async () => {
  await using server = await TestServer.start()
  const first = await server.signedIn('viewer')
  const { access } = server.parts
  for (let i = 0; i < 100; i++) await access.sessions.open(1, { address: '127.0.0.1', userAgent: '' }, null)
  expect((await access.sessions.list(1)).length).toBe(100)
  expect((await first.get('/api/session')).status).toBe(401)
})
