import { expect, test } from 'vitest'
import type { Client } from './client.ts'
import { PASSWORD, TestServer } from './start.ts'

/** Behind a proxy that says who calls, so that a test can come from many addresses. */
const start = () => TestServer.start({ trustedProxies: ['127.0.0.1'] })
const from = (server: TestServer, address: string) => server.client({ 'x-forwarded-for': address })

async function guess(client: Client, name = 'anna', password = 'wrong'): Promise<number> {
  return (await client.post('/api/session', { name, password })).status
}

test('brute force from one address is slowed down after ten tries, and told for how long', async () => {
  await using server = await start()
  await server.user('anna', 'viewer')
  const attacker = from(server, '203.0.113.7')
  const statuses = []
  for (let i = 0; i < 12; i++) statuses.push(await guess(attacker))
  expect(statuses).toEqual([...Array(10).fill(401), 429, 429])
  const refused = await attacker.post('/api/session', { name: 'anna', password: PASSWORD })
  expect([refused.status, refused.headers['retry-after'], refused.body]).toEqual([
    429,
    '60',
    expect.objectContaining({ retry_after: 60, detail: 'Too many attempts. Wait 1 minute, then try again.' }),
  ])
  server.parts.clock.time += 60_000
  expect(await guess(attacker, 'anna', PASSWORD)).toBe(200)
})

test('many tries at the same moment are counted before any is answered', async () => {
  await using server = await start()
  await server.user('anna', 'viewer')
  const attacker = from(server, '203.0.113.7')
  const statuses = await Promise.all(Array.from({ length: 30 }, () => guess(attacker)))
  expect(statuses.filter((status) => status === 401)).toHaveLength(10)
})

test('guesses from everywhere lock nobody out who was here before: neither browser nor address', async () => {
  await using server = await start()
  await server.user('anna', 'viewer')
  const desk = await server.signIn('anna', from(server, '198.51.100.1'))
  for (let i = 0; i < 40; i++) await guess(from(server, `203.0.${i}.1`))
  expect(await guess(from(server, '192.0.2.1'), 'anna', PASSWORD)).toBe(429)
  expect(await guess(from(server, '198.51.100.1'), 'anna', PASSWORD)).toBe(200)
  // The same browser somewhere else, signed out: the cookie of the device is what is left.
  const travelling = from(server, '192.0.2.1')
  travelling.cookies.set('device', desk.cookies.get('device') ?? '')
  expect(await guess(travelling, 'anna', PASSWORD)).toBe(200)
})

test('a device cookie counts for its own account alone, and a forged one for none', async () => {
  await using server = await start()
  await server.user('anna', 'admin')
  const mallory = await server.signedIn('viewer', 'mallory')
  const attempts = async (device: string, address: string) => {
    const client = from(server, address)
    let tries = 0
    for (client.cookies.set('device', device); tries < 40 && (await guess(client)) === 401; tries++);
    return tries
  }
  expect(await attempts(mallory.cookies.get('device') ?? '', '203.0.113.1')).toBe(10)
  expect(await attempts('made-up.by-hand', '203.0.113.2')).toBe(10)
})

test('the own password can be guessed only a few times from a session that was left open', async () => {
  await using server = await start()
  const browser = await server.signedIn('viewer')
  const change = (current: string) =>
    browser.put('/api/account/password', { current, password: 'another horse, another staple' })
  const statuses = []
  for (let i = 0; i < 11; i++) statuses.push((await change('wrong')).status)
  expect(statuses).toEqual([...Array(10).fill(403), 429])
  expect(await guess(server.client(), 'viewer', PASSWORD)).toBe(200)
})

test('who is not behind a trusted proxy cannot choose an address', async () => {
  await using server = await TestServer.start()
  await server.user('anna', 'viewer')
  const statuses = []
  for (let i = 0; i < 11; i++) statuses.push(await guess(from(server, `203.0.113.${i}`)))
  expect(statuses.at(-1)).toBe(429)
})
