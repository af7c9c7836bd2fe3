import { expect, test } from 'vitest'
import { startDrive } from '../../emulator/drive/index.ts'
import { sourceFor } from '../../test/drive-source.ts'
import { systemClock } from './clock.ts'

const signal = new AbortController().signal

test('a drive that can be read passes every step', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  expect(await source.checkAccess(signal)).toEqual([
    { step: 'reach Google', ok: true, message: `${drive.url} answers, and its clock agrees with ours` },
    { step: 'sign-in', ok: true, message: 'Google gives access tokens' },
    { step: 'permission to read Drive', ok: true, message: 'granted' },
    { step: 'account', ok: true, message: 'signed in as owner@example.com' },
    { step: 'list files', ok: true, message: 'My Drive can be listed' },
  ])
})

test.each<[string, object, string, string]>([
  ['oauth.token', { kind: 'invalid-grant' }, 'sign-in', 'Sign in again'],
  [
    'about.get',
    { kind: 'error', status: 403, reason: 'accessNotConfigured' },
    'account',
    'Enable the Google Drive API',
  ],
  ['files.list', { kind: 'error', status: 403, reason: 'forbidden' }, 'list files', 'domain administrator'],
])('fault at %s is named by the step that meets it', async (name, fault, step, remedy) => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  drive.faults.add({ fault: fault as { kind: 'invalid-grant' }, match: { name } })
  const last = (await source.checkAccess(signal)).at(-1)
  expect(last).toMatchObject({ step, ok: false, message: expect.stringContaining(remedy) })
})

test('a sign-in that cannot read Drive is found before anything is tried', async () => {
  await using drive = await startDrive()
  const { clientId, clientSecret } = drive.credentials
  const scopes = new Set(['https://www.googleapis.com/auth/drive.file'])
  const refreshToken = drive.tokens.issueRefresh({ user: 'owner@example.com', clientId, scopes })
  await using source = sourceFor(drive, { credentials: { clientId, clientSecret, refreshToken } })
  expect((await source.checkAccess(signal)).at(-1)).toMatchObject({
    step: 'permission to read Drive',
    ok: false,
    message: expect.stringContaining('granted: https://www.googleapis.com/auth/drive.file'),
  })
})

test('a wrong clock and an address where nobody listens are named first', async () => {
  await using drive = await startDrive()
  await using late = sourceFor(drive, { clock: { ...systemClock, now: () => Date.now() - 600_000 } })
  expect(await late.checkAccess(signal)).toEqual([
    { step: 'reach Google', ok: false, message: expect.stringMatching(/(599|600|601) s behind Google/) },
  ])
  await using nowhere = sourceFor(drive, { apiUrl: 'http://127.0.0.1:9' })
  expect(await nowhere.checkAccess(signal)).toEqual([
    { step: 'reach Google', ok: false, message: expect.stringContaining('ECONNREFUSED') },
  ])
})

test('an address and scopes that Google tells are shown cut short, and without control characters', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  const user = { emailAddress: `a\u001b[31m${'x'.repeat(500)}@example.com` }
  const text = JSON.stringify({ user })
  drive.faults.add({ fault: { kind: 'garbage', text }, match: { name: 'about.get', path: 'emailAddress' } })
  const account = (await source.checkAccess(signal)).find(({ step }) => step === 'account')
  expect(account?.message).toMatch(/^signed in as a \[31mx{190,200}…$/)
  const scope = `\u001b${'s'.repeat(500)}`
  drive.faults.add({ fault: { kind: 'garbage', text: JSON.stringify({ scope }) }, match: { path: 'tokeninfo' } })
  const permission = (await source.checkAccess(signal)).find(({ step }) => step === 'permission to read Drive')
  expect(permission?.message).toMatch(/\(granted: s{180,200}…\)/)
})
