import { expect, test } from 'vitest'
import { PASSWORD, TestServer } from './start.ts'

test('who signs in gets a cookie that no script can read, and is known from then on', async () => {
  await using server = await TestServer.start()
  await server.user('anna', 'operator')
  const browser = server.client()
  const { status, headers, body } = await browser.post('/api/session', { name: 'anna', password: PASSWORD })
  expect([status, body]).toEqual([200, expect.objectContaining({ name: 'anna', role: 'operator' })])
  const [cookie = ''] = headers['set-cookie'] ?? []
  expect(cookie).toMatch(/^session=[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Lax$/)
  expect((await browser.get('/api/session')).body).toMatchObject({
    name: 'anna',
    scopes: ['read', 'control', 'restore'],
  })
  expect((await browser.delete('/api/session')).status).toBe(200)
  expect((await browser.get('/api/session')).status).toBe(401)
})
