import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type DriveEmulator, startDrive } from '../../../emulator/drive/index.ts'
import { generateServiceAccountKey } from '../../../emulator/drive/oauth/service-accounts.ts'
import { sourceFor } from '../../../test/drive-source.ts'
import type { FaultCode } from '../../backup/model/faults.ts'
import { systemClock } from '../clock.ts'

const signal = new AbortController().signal
const READ = 'https://www.googleapis.com/auth/drive.readonly'

function keyFile(content: string | object): string {
  const file = join(mkdtempSync(join(tmpdir(), 'drivekeep-key-')), 'key.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

function serviceAccount(drive: DriveEmulator, scopes = [READ], impersonate = 'owner@example.com') {
  const key = generateServiceAccountKey('backup', `${drive.url}/token`)
  drive.serviceAccounts.register(key, scopes)
  // As in a real configuration: Google's default address, and the key knows better.
  const tokenUrl = 'https://oauth2.googleapis.com/token'
  return { tokenUrl, credentials: { serviceAccountFile: keyFile(key), impersonate } }
}

test('many calls at once share one sign-in, and an hour later one more', async () => {
  await using drive = await startDrive()
  let now = Date.now()
  await using source = sourceFor(drive, { clock: { ...systemClock, now: () => now } })
  await Promise.all(Array.from({ length: 20 }, () => source.startCursor(signal)))
  expect(drive.requests.count('oauth.token')).toBe(1)
  now += 3500_000
  await source.startCursor(signal)
  expect(drive.requests.count('oauth.token')).toBe(1)
  now += 60_000
  await Promise.all(Array.from({ length: 20 }, () => source.startCursor(signal)))
  expect(drive.requests.count('oauth.token')).toBe(2)
})

test('a token that dies in mid-run is renewed once for all, and every call is repeated', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  await source.startCursor(signal)
  drive.tokens.expireAccessTokens()
  await Promise.all(Array.from({ length: 20 }, () => source.startCursor(signal)))
  expect(drive.requests.count('oauth.token')).toBe(2)
})

test('a sign-in that was revoked says so, and nothing secret', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  drive.tokens.revokeUser('owner@example.com')
  const error = await source.identify(signal).catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'google/sign-in-ended', subject: 'Google Drive' })
  expect(JSON.stringify([error, String(error)])).not.toContain(drive.credentials.refreshToken)
  expect(drive.requests.count('oauth.token')).toBe(1)
})

test('a wrong secret is told from an ended sign-in', async () => {
  await using drive = await startDrive()
  const { clientId, refreshToken } = drive.credentials
  await using source = sourceFor(drive, { credentials: { clientId, refreshToken, clientSecret: 'GOCSPX-wrong' } })
  await expect(source.identify(signal)).rejects.toMatchObject({
    code: 'google/client-refused',
    message: expect.not.stringContaining('GOCSPX'),
  })
})

test.each<[string, object, FaultCode, number]>([
  ['a web page', { kind: 'garbage' }, 'google/bad-answer', 5],
  ['a 503', { kind: 'error', status: 503, body: 'html' }, 'google/unavailable', 5],
  ['a reset', { kind: 'reset' }, 'google/unreachable', 5],
])('%s from the token endpoint is tried again, then told', async (_name, fault, code, calls) => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  drive.faults.add({ fault: fault as { kind: 'reset' }, match: { name: 'oauth.token' } })
  await expect(source.startCursor(signal)).rejects.toMatchObject({ code })
  expect(drive.requests.count('oauth.token')).toBe(calls)
  drive.faults.clear()
  await source.startCursor(signal)
})

test.each([404, 405, 501, 200])('a plain web server that answers %i is not Google, and is named', async (status) => {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html><title>Error response</title></html>')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const tokenUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await using drive = await startDrive()
  await using source = sourceFor(drive, { tokenUrl })
  const error = await source.identify(signal).catch((error: Error) => error)
  server.close()
  expect(error).toMatchObject({ code: 'google/bad-answer', detail: expect.stringContaining(`${tokenUrl}: `) })
  expect(String(error)).toMatch(/what answers is not Google’s API .*Check .*api_url and token_url, and any proxy/)
})

test('a service account reads the drive of the user it acts for, through the address in its key', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive, serviceAccount(drive))
  expect(await source.identify(signal)).toMatchObject({ email: 'owner@example.com' })
})

test('a configured token address takes precedence over the one in the key', async () => {
  await using drive = await startDrive()
  const { credentials } = serviceAccount(drive)
  await using elsewhere = sourceFor(drive, { credentials, tokenUrl: 'http://127.0.0.1:9/token', retryTries: 1 })
  await expect(elsewhere.identify(signal)).rejects.toMatchObject({ code: 'google/unreachable' })
})

test('a service account without delegation, or for a user who is none, says what the administrator must do', async () => {
  await using drive = await startDrive()
  await using undelegated = sourceFor(drive, serviceAccount(drive, []))
  await expect(undelegated.identify(signal)).rejects.toMatchObject({ code: 'google/delegation-missing' })
  await using nobody = sourceFor(drive, serviceAccount(drive, [READ], 'nobody@example.com'))
  await expect(nobody.identify(signal)).rejects.toMatchObject({
    code: 'google/delegation-missing',
    subject: 'Google Drive of nobody@example.com',
  })
})

test('a key that Google does not know is a refused client', async () => {
  await using drive = await startDrive()
  const key = generateServiceAccountKey('stranger', `${drive.url}/token`)
  const credentials = { serviceAccountFile: keyFile(key), impersonate: 'owner@example.com' }
  await using source = sourceFor(drive, { credentials })
  await expect(source.identify(signal)).rejects.toMatchObject({ code: 'google/client-refused' })
})

test('a clock that is an hour off is named as the cause, with the difference', async () => {
  await using drive = await startDrive()
  const clock = { ...systemClock, now: () => Date.now() + 3_600_000 }
  await using source = sourceFor(drive, { ...serviceAccount(drive), clock })
  await expect(source.identify(signal)).rejects.toMatchObject({
    code: 'google/clock-skew',
    message: expect.stringContaining('60 min ahead of Google'),
  })
})

test.each<[string, string | object, string]>([
  ['no JSON', 'key = 1', 'is not JSON'],
  ['another kind of credentials', { type: 'authorized_user' }, 'of type "authorized_user"'],
  ['no key in it', { type: 'service_account', client_email: 'a@b' }, 'has no "private_key"'],
  ['a broken key', { type: 'service_account', client_email: 'a@b', private_key: 'MIIsecret' }, 'not an RSA key'],
  ['a broken address', { type: 'service_account', client_email: 'a@b', private_key: '', token_uri: 'x' }, 'token_uri'],
])('a key file with %s is refused at once, with its name and the remedy', async (_name, content, words) => {
  await using drive = await startDrive()
  const file = keyFile(content)
  const make = () => sourceFor(drive, { credentials: { serviceAccountFile: file, impersonate: null } })
  expect(make).toThrow(words)
  expect(make).toThrow(file)
  expect(make).toThrow('Create a key of type JSON')
  expect(make).not.toThrow('MIIsecret')
})

test('a key file that is not there is named', async () => {
  await using drive = await startDrive()
  const credentials = { serviceAccountFile: '/nowhere/key.json', impersonate: null }
  expect(() => sourceFor(drive, { credentials })).toThrow('/nowhere/key.json: the service account file does not exist')
})
