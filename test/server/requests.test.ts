import { connect } from 'node:net'
import { expect, test } from 'vitest'
import * as activity from '../../src/server/contract/activity.ts'
import * as files from '../../src/server/contract/files.ts'
import { getHealth, getStatus, startSync } from '../../src/server/contract/status.ts'
import { answers, Refusal, streams } from '../../src/server/http/handler.ts'
import { TestServer } from './start.ts'
import { onTheWire } from './wire.ts'

const PROBLEM = 'application/problem+json; charset=utf-8'
const HEALTH = answers(getHealth, async () => ({ status: 'ok' as const, state: 'stopped' as const, uptime: 1 }))
const HEAD = 'POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'

test('what is wrong with a request is told field by field', async () => {
  await using server = await TestServer.start({ handlers: () => [answers(files.listFiles, async () => ({}) as never)] })
  const admin = await server.signedIn('admin')
  const user = await admin.post('/api/users', { name: 'a b', password: 'short', role: 'king' })
  expect([user.status, user.headers['content-type']]).toEqual([400, PROBLEM])
  expect(user.body).toMatchObject({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    errors: [
      { field: 'name', message: 'letters, digits and . _ @ + - only' },
      { field: 'password', message: expect.stringContaining('12') },
      { field: 'role', message: expect.stringContaining('viewer') },
    ],
  })
  expect((await admin.get('/api/files?limit=501')).body).toMatchObject({ status: 400, errors: [{ field: 'limit' }] })
  expect((await admin.delete('/api/users/seven')).body).toMatchObject({ status: 400, errors: [{ field: 'id' }] })
})

test('a body that is no JSON, too large or of another type is told as such', async () => {
  await using server = await TestServer.start()
  const admin = await server.signedIn('admin')
  const post = async (path: string, body: string, type = 'application/json') => {
    const { status, headers, text } = await admin.with({ 'content-type': type }).post(path, body)
    expect([headers['content-type'], JSON.parse(text).status]).toEqual([PROBLEM, status])
    return status
  }
  expect(await post('/api/users', '{"name": ')).toBe(400)
  expect(await post('/api/users', '')).toBe(400)
  expect(await post('/api/users', '"text"')).toBe(400)
  expect(await post('/api/users', '{"__proto__": {"role": "admin"}}')).toBe(400)
  expect(await post('/api/users', '{"constructor": {"prototype": {}}}')).toBe(400)
  expect(await post('/api/users', '['.repeat(100_000))).toBe(400)
  expect(await post('/api/users', '{}', 'text/plain')).toBe(415)
  expect(await post('/api/users', '{}', 'application/json; charset=utf-8')).toBe(400)
  expect(await post('/api/users', `"${'x'.repeat(3 * 1024 * 1024)}"`)).toBe(413)
})

test('of somebody unknown no more than a name and a password is read', async () => {
  await using server = await TestServer.start()
  const { status, body } = await server.client().post('/api/session', `"${'x'.repeat(17 * 1024)}"`)
  expect([status, body]).toEqual([413, expect.objectContaining({ detail: expect.stringContaining('16384 bytes') })])
  // And nothing at all where a session is needed: the answer comes before the body.
  const head = 'POST /api/users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n'
  expect(await onTheWire(server.port, [`${head}Content-Length: 1000000\r\n\r\n{`])).toMatch(/^HTTP\/1\.1 401 /)
})

test('an unknown address, another method and a bad address are problems too', async () => {
  await using server = await TestServer.start({ handlers: () => [HEALTH] })
  const client = server.client()
  const nowhere = await client.get('/api/nowhere')
  expect([nowhere.status, nowhere.headers['content-type']]).toEqual([404, PROBLEM])
  const wrong = await client.delete('/api/health')
  expect([wrong.status, wrong.headers.allow, wrong.headers['content-type']]).toEqual([405, 'GET', PROBLEM])
  expect((await client.get('/api/sync/start')).headers.allow).toBe('POST')
  expect((await client.send('PATCH', '/api/users')).headers.allow).toBe('GET, POST')
  expect((await client.send('TRACE', '/api/health')).status).toBeGreaterThanOrEqual(400)
  const bad = await client.get('/api/users/%E0%A4%A')
  expect([bad.status, bad.headers['content-type']]).toEqual([400, PROBLEM])
  expect((await client.delete(`/api/users/${'7'.repeat(600)}`)).status).toBe(414)
  expect((await client.send('HEAD', '/api/health')).status).toBe(200)
})

test('a defect is logged in full and tells the caller nothing', async () => {
  const broken = answers(getStatus, async () => {
    throw new Error('the canary of the stack')
  })
  const lying = answers(files.retryProblems, async () => ({ retried: 'canary' }) as never)
  await using server = await TestServer.start({ handlers: () => [broken, lying] })
  const browser = await server.signedIn('operator')
  const calls = [() => browser.get('/api/status'), () => browser.post('/api/problems/retry', { fault: null })]
  for (const call of calls) {
    const { status, text, headers } = await call()
    expect([status, headers['content-type']]).toEqual([500, PROBLEM])
    expect(text).not.toContain('canary')
    const [, number] = /as request ([\w-]+);/.exec(text) ?? []
    const line = server.logged.find((one) => one.includes('a defect of Drivekeep') && one.includes(`"${number}"`))
    expect(line).toMatch(/"stack":/)
  }
  expect(server.logged.join()).toContain('the canary of the stack')
})

test('outage of the disk is told in words, and reading goes on', async () => {
  const full = answers(startSync, async () => {
    throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
  })
  await using server = await TestServer.start({ handlers: () => [full] })
  const browser = await server.signedIn('operator')
  const { status, body } = await browser.post('/api/sync/start')
  expect([status, body]).toEqual([503, expect.objectContaining({ detail: expect.stringContaining('full') })])
  expect((await browser.get('/api/session')).status).toBe(200)
})

test('who sends slowly is answered with a time-out and holds no place', async () => {
  await using server = await TestServer.start({ limits: { headersMs: 100, requestMs: 300 } })
  expect(await onTheWire(server.port, ['GET /api/setup HTTP/1.1\r\nHost: local'])).toMatch(
    /^HTTP\/1\.1 408 .*"status":408/s,
  )
  expect(await onTheWire(server.port, [`${HEAD}Content-Length: 100\r\n\r\n{"name"`])).toMatch(/^HTTP\/1\.1 408 /)
  expect((await server.client().get('/api/setup')).status).toBe(200)
})

test('a connection on which nothing moves is closed', async () => {
  await using server = await TestServer.start({ limits: { silenceMs: 100, keepAliveMs: 100 } })
  expect(await onTheWire(server.port, [])).toBe('')
  expect(await onTheWire(server.port, ['GET /api/setup HTTP/1.1\r\nHost: localhost\r\n\r\n'])).toMatch(
    /^HTTP\/1\.1 200 /,
  )
})

test('what is no HTTP, or has too long a head, is told so', async () => {
  await using server = await TestServer.start()
  expect(await onTheWire(server.port, ['\u0016\u0003\u0001 hello\r\n\r\n'])).toMatch(/^HTTP\/1\.1 400 .*problem\+json/s)
  const long = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`
  expect(await onTheWire(server.port, [long])).toMatch(/^HTTP\/1\.1 431 /)
  expect(await onTheWire(server.port, ['GET / HTTP/1.1\r\n\r\n'])).toMatch(/^HTTP\/1\.1 400 /)
  expect(await onTheWire(server.port, ['GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'])).toMatch(
    /^HTTP\/1\.1 400 /,
  )
  const smuggled = `${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`
  expect(await onTheWire(server.port, [smuggled])).toMatch(/^HTTP\/1\.1 400 /)
})

test('no more connections are taken than there is room for, and the log says so', async () => {
  await using server = await TestServer.start({ limits: { connections: 2 } })
  const held = [connect(server.port, '127.0.0.1'), connect(server.port, '127.0.0.1')]
  await Promise.all(held.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
  // A connection is ours before the server counts it: one answer on each shows that both are counted.
  for (const socket of held) {
    socket.write('GET /api/setup HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await new Promise((resolve) => socket.once('data', resolve))
  }
  await expect(server.client().get('/api/setup')).rejects.toThrow()
  expect(server.logged.join()).toContain('2 connections open')
  for (const socket of held) socket.destroy()
})

test('no name can break out of its line in a header, the log or the audit log', async () => {
  const evil = 'name\r\nSet-Cookie: session=stolen\u001b[31m\u202e'
  const refusing = answers(startSync, async ({ audit }) => {
    audit(evil, evil)
    return { state: 'running' as const, message: evil }
  })
  const failing = answers(getStatus, async () => {
    throw new Error(evil)
  })
  await using server = await TestServer.start({ handlers: () => [refusing, failing] })
  const browser = await server.signedIn('operator')
  await browser.post('/api/sync/start')
  await browser.get('/api/status')
  await browser.with({ 'user-agent': 'curl \u001b[31m'.replace('\u001b', '%1b') }).get('/api/status')
  for (const line of server.logged) expect(line.trimEnd()).not.toMatch(/\p{Cc}/u)
  const rows = await server.parts.db.selectFrom('audit_log').selectAll().execute()
  const about = rows.find(({ action }) => action === 'startSync')
  expect(about).toMatchObject({ subject: 'name\\r\\nSet-Cookie: session=stolen\\x1b[31m\\u{202e}' })
})

test('an event stream ends when its session does, and with the server', async () => {
  let opened = 0
  const stream = streams(activity.getEvents, async ({ reply, signal }) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
    reply.raw.write('data: hello\n\n')
    opened += 1
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  })
  await using server = await TestServer.start({ handlers: () => [stream] })
  const browser = await server.signedIn('viewer')
  const other = await server.signedIn('operator')
  const follow = (client: typeof browser) => client.get('/api/events').catch((error: Error) => error)
  const [ended, stays] = [follow(browser), follow(other)]
  await expect.poll(() => opened).toBe(2)
  await browser.delete('/api/session')
  expect(await ended).toBeInstanceOf(Error)
  expect(await Promise.race([stays, Promise.resolve('still open')])).toBe('still open')
  await server.running[Symbol.asyncDispose]()
  expect(await stays).toBeInstanceOf(Error)
})

test('a stream has the headers that keep browsers safe, as every answer has', async () => {
  const stream = streams(activity.getEvents, async ({ reply }) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' }).end()
  })
  await using server = await TestServer.start({ handlers: () => [stream, HEALTH] })
  const browser = await server.signedIn('viewer')
  for (const path of ['/api/events', '/api/health', '/api/nowhere', '/']) {
    const { headers } = await browser.get(path)
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none'; script-src 'self'; style-src 'self'; /),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*/)
    if (path.startsWith('/api/')) expect(headers['cache-control']).toBe('no-store')
  }
})

test('a refusal is told in the words of its handler', async () => {
  const refusing = answers(startSync, async () => {
    throw new Refusal(409, 'It is running already.')
  })
  await using server = await TestServer.start({ handlers: () => [refusing] })
  const { status, body } = await (await server.signedIn('operator')).post('/api/sync/start')
  expect([status, body]).toEqual([
    409,
    { type: 'about:blank', title: 'Conflict', status: 409, detail: 'It is running already.' },
  ])
})
