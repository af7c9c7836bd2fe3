import { expect, test } from 'vitest'
import { startSync } from '../../src/server/contract/status.ts'
import { answers } from '../../src/server/http/handler.ts'
import { PASSWORD, TestServer } from './start.ts'

const control = () => [answers(startSync, async () => ({ state: 'running' as const, message: 'Running.' }))]

test('a page of another site cannot change anything, though the browser sends our cookie along', async () => {
  await using server = await TestServer.start({ handlers: control })
  const browser = await server.signedIn('operator')
  const from = async (headers: Record<string, string>) => (await browser.with(headers).post('/api/sync/start')).status
  expect(await from({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).toBe(403)
  expect(await from({ origin: 'https://evil.example' })).toBe(403)
  expect(await from({ origin: 'null' })).toBe(403)
  expect(await from({ 'sec-fetch-site': 'cross-site' })).toBe(403)
  expect(await from({ 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' })).toBe(403)
  expect(await from({ origin: server.url, 'sec-fetch-site': 'same-origin' })).toBe(200)
  expect(await from({ origin: server.url })).toBe(200)
})

test('a program with the cookie alone may, as the guide prints it', async () => {
  await using server = await TestServer.start({ handlers: control })
  const { cookies } = await server.signedIn('operator')
  const program = server.client({ cookie: `session=${cookies.get('session')}` })
  expect((await program.post('/api/sync/start')).status).toBe(200)
})

test('another site cannot sign a browser in either', async () => {
  await using server = await TestServer.start()
  await server.user('mallory', 'viewer')
  const page = server.client({ origin: 'https://evil.example' })
  const { status, headers } = await page.post('/api/session', { name: 'mallory', password: PASSWORD })
  expect([status, headers['set-cookie']]).toEqual([403, undefined])
})

test('a form of another site is refused for its content type as well', async () => {
  await using server = await TestServer.start({ handlers: control })
  const browser = await server.signedIn('operator')
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const { status } = await browser.with({ 'content-type': type }).post('/api/sync/start', '{}')
    expect([type, status]).toEqual([type, 415])
  }
})

test('a token needs no page, wherever it is sent from: a browser never adds it by itself', async () => {
  await using server = await TestServer.start({ handlers: control })
  const program = await server.withToken('operator', ['control'])
  expect((await program.with({ origin: 'https://tools.example' }).post('/api/sync/start')).status).toBe(200)
})

test('a name that leads here from outside is refused where we listen for this machine alone (DNS rebinding)', async () => {
  await using server = await TestServer.start()
  const call = async (host: string) => (await server.client({ host }).get('/api/setup')).status
  expect(await call('evil.example')).toBe(421)
  expect(await call(`127.0.0.1.evil.example:${server.port}`)).toBe(421)
  expect(await call(`localhost:${server.port}`)).toBe(200)
  expect(await call('[::1]')).toBe(200)
  await using proxied = await TestServer.start({ trustedProxies: ['127.0.0.1'] })
  expect((await proxied.client({ host: 'backup.example.com' }).get('/api/setup')).status).toBe(200)
})

test('behind a trusted proxy that ends https, cookies are for https alone and the browser is told to stay there', async () => {
  await using server = await TestServer.start({ trustedProxies: ['127.0.0.1'] })
  await server.user('anna', 'viewer')
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'backup.example.com' }
  const page = server.client({ ...forwarded, origin: 'https://backup.example.com' })
  const { status, headers } = await page.post('/api/session', { name: 'anna', password: PASSWORD })
  expect(status).toBe(200)
  for (const cookie of headers['set-cookie'] ?? []) expect(cookie).toContain('; Secure')
  expect(headers['strict-transport-security']).toBe('max-age=31536000')
  await using alone = await TestServer.start()
  const unproxied = await alone.client({ 'x-forwarded-proto': 'https' }).get('/api/setup')
  expect(unproxied.headers['strict-transport-security']).toBeUndefined()
})
