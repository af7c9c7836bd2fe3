import { expect, test } from 'vitest'
import { PASSWORD, TestServer } from './start.ts'

const ACCOUNT = { name: 'anna', password: PASSWORD }

test('the first account needs the token that the operator was told, is an admin, and is signed in', async () => {
  await using server = await TestServer.start()
  const browser = server.client()
  expect((await browser.get('/api/setup')).body).toMatchObject({ needs_account: true, steps: null })
  const [token, ...more] = server.setupTokens
  expect([token, more]).toEqual([expect.stringMatching(/^[\w-]{43}$/), []])
  const wrong = await browser.post('/api/setup/account', { ...ACCOUNT, token: 'guess' })
  expect([wrong.status, wrong.headers['set-cookie']]).toEqual([403, undefined])
  const made = await browser.post('/api/setup/account', { ...ACCOUNT, token: ` ${token}\n` })
  expect([made.status, made.body]).toEqual([200, expect.objectContaining({ name: 'anna', role: 'admin' })])
  expect((await browser.get('/api/users')).status).toBe(200)
  expect((await browser.get('/api/setup')).body).toMatchObject({
    needs_account: false,
    steps: { google: false, selection: false, destination: false, started: false },
  })
})

test('with an account the token is good no longer, and nobody but who is signed in learns more', async () => {
  await using server = await TestServer.start()
  const token = await firstToken(server)
  await server.client().post('/api/setup/account', { ...ACCOUNT, token })
  const again = await server.client().post('/api/setup/account', { name: 'mallory', password: PASSWORD, token })
  expect(again.status).toBe(409)
  expect((await server.client().get('/api/setup')).body).toMatchObject({ needs_account: false, steps: null })
  expect(server.setupTokens).toHaveLength(1)
})

test('of two who come at the same moment one gets the first account', async () => {
  await using server = await TestServer.start()
  const token = await firstToken(server)
  const both = await Promise.all(
    ['anna', 'ben'].map((name) => server.client().post('/api/setup/account', { name, password: PASSWORD, token })),
  )
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
})

test('the token cannot be guessed by trying', async () => {
  await using server = await TestServer.start()
  await firstToken(server)
  const statuses = []
  for (let i = 0; i < 11; i++) {
    statuses.push((await server.client().post('/api/setup/account', { ...ACCOUNT, token: `guess ${i}` })).status)
  }
  expect(statuses).toEqual([...Array(10).fill(403), 429])
})

test('the token stands in no table', async () => {
  await using server = await TestServer.start()
  const token = await firstToken(server)
  expect(JSON.stringify(await server.parts.db.selectFrom('settings').selectAll().execute())).not.toContain(token)
})

/** It is told once somebody could need it. */
async function firstToken(server: TestServer): Promise<string> {
  await server.client().get('/api/setup')
  return server.setupTokens[0] ?? ''
}
