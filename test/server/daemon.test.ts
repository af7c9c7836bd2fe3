import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeCertificates } from '../../emulator/drive/http/tls.ts'
import { Installation, type Running, until } from '../cli/drivekeep.ts'
import { Client } from './client.ts'
import { PASSWORD } from './start.ts'

/** Where the log says that the dashboard is. */
function addressIn({ stderr }: Running): string {
  const [, url] = /Dashboard: (https?:\/\/[^"\s]+)/.exec(stderr) ?? []
  if (url === undefined) throw new Error(`no address is in the log:\n${stderr}`)
  return url
}

async function signedIn(one: Installation, daemon: Running, role = 'admin'): Promise<Client> {
  await one.run(['user', 'add', 'anna', '--role', role, '--password-stdin'], { stdin: `${PASSWORD}\n` })
  const client = new Client(addressIn(daemon))
  const { status, text } = await client.post('/api/session', { name: 'anna', password: PASSWORD })
  if (status !== 200) throw new Error(text)
  return client
}

test('the six calls of the guide work as printed, with the cookie of a session', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  const daemon = await one.daemon()
  const session = (await signedIn(one, daemon)).cookies.get('session') ?? ''
  const docs = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')
  const [, printed = ''] = /calls of the original guide.*?```bash\n(.*?)\n```/s.exec(docs) ?? []
  const calls = printed.split('\n\n')
  expect(calls).toHaveLength(6)
  const run = async (call: string) => {
    const command = call.replace('http://localhost:8080', addressIn(daemon)).replace('YOUR_SESSION', session)
    const { code, stdout } = await one.program('bash', '-c', command)
    expect([command, code]).toEqual([command, 0])
    return JSON.parse(stdout) as Record<string, unknown>
  }
  const [status = '', start = '', stop = '', pause = '', resume = '', health = ''] = calls
  expect(await run(status)).toMatchObject({ state: 'running', files_synced: expect.any(Number) })
  expect(await run(stop)).toMatchObject({ state: 'stopped' })
  expect(await run(stop)).toMatchObject({ status: 409, detail: expect.any(String) })
  expect(await run(start)).toMatchObject({ state: 'running' })
  expect(await run(pause)).toMatchObject({ state: 'paused' })
  expect(await run(resume)).toMatchObject({ state: 'running' })
  expect(await run(health)).toMatchObject({ status: 'ok' })
})

test('a port that is taken keeps the daemon from starting, with what to do about it', async () => {
  await using one = await Installation.start()
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  one.configure({ daemon: { api_port: port } })
  expect(await one.run(['start'])).toMatchObject({
    code: 1,
    stderr: `drivekeep: the dashboard cannot listen on 127.0.0.1, port ${port}: another program does. End it, or set daemon.api_port to another port.\n`,
  })
  await new Promise((resolve) => other.close(resolve))
})

test('an address that this machine does not have is told as such', async () => {
  await using one = await Installation.start()
  one.configure({ daemon: { api_host: '192.0.2.1' } })
  const { code, stderr } = await one.run(['start'])
  expect([code, stderr]).toEqual([1, expect.stringContaining('Set daemon.api_host to 127.0.0.1')])
})

test('without an account the log tells a token, whatever its level, and with it the first one is made', async () => {
  await using one = await Installation.start()
  one.configure({ daemon: { log_level: 'error' } })
  const daemon = one.spawn(['start'])
  await daemon.says('set-up token')
  const [, token] = /set-up token: ([\w-]+)/.exec(daemon.stderr) ?? []
  const browser = new Client(addressIn(daemon))
  const made = await browser.post('/api/setup/account', { token, name: 'anna', password: PASSWORD })
  expect([made.status, made.body]).toEqual([200, expect.objectContaining({ role: 'admin' })])
})

test('SIGTERM ends event streams and the process', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  const daemon = await one.daemon()
  const browser = await signedIn(one, daemon, 'viewer')
  const stream = browser.get('/api/events').catch((error: Error) => error)
  await until(async () => (await browser.get('/api/status')).status === 200)
  daemon.kill('SIGTERM')
  expect(await daemon.ended).toMatchObject({ code: 0, signal: null })
  expect(await stream).toBeDefined()
  expect(daemon.stderr).not.toMatch(/"level":"(error|fatal)"/)
})

test('a user who is removed on the command line is signed out of the running server', async () => {
  await using one = await Installation.start()
  const daemon = await one.daemon()
  await one.run(['user', 'add', 'ben', '--role', 'admin', '--password-stdin'], { stdin: `${PASSWORD}\n` })
  const anna = await signedIn(one, daemon, 'viewer')
  expect((await anna.get('/api/session')).status).toBe(200)
  await one.run(['user', 'remove', 'anna'])
  expect((await anna.get('/api/session')).status).toBe(401)
})

test('with a certificate it speaks https, and cookies are for https alone', async () => {
  await using one = await Installation.start()
  const { cert, key } = await makeCertificates()
  writeFileSync(join(one.folder, 'cert.pem'), cert)
  writeFileSync(join(one.folder, 'key.pem'), key)
  one.configure({ daemon: { tls: { cert: 'cert.pem', key: 'key.pem' } } })
  const daemon = await one.daemon()
  expect(addressIn(daemon)).toMatch(/^https:/)
  await one.run(['user', 'add', 'anna', '--password-stdin'], { stdin: `${PASSWORD}\n` })
  const answer = await new Client(addressIn(daemon)).post('/api/session', { name: 'anna', password: PASSWORD })
  expect(answer.status).toBe(200)
  for (const cookie of answer.headers['set-cookie'] ?? []) expect(cookie).toContain('; Secure')
})
