import { expect, test } from 'vitest'
import { type DriveEmulator, startDrive } from '../../../emulator/drive/index.ts'
import { sourceFor } from '../../../test/drive-source.ts'
import { listenForCode } from './loopback.ts'
import { exchangeCode, type SignIn, signInUrl } from './sign-in.ts'

const signal = new AbortController().signal

/** What a person does in the browser. */
async function decide(signIn: SignIn, decision: 'allow' | 'deny'): Promise<string> {
  const body = new URLSearchParams({
    account: 'owner@example.com',
    scope: 'https://www.googleapis.com/auth/drive.readonly',
    decision,
  })
  const answer = await fetch(signIn.url, { method: 'POST', body })
  return answer.text()
}

function start(drive: DriveEmulator, redirectUri: string): SignIn {
  const authUrl = `${drive.url}/o/oauth2/v2/auth`
  return signInUrl({ authUrl, clientId: drive.credentials.clientId, redirectUri, loginHint: 'owner@example.com' })
}

test('a person signs in with the browser, and the drive can be read', async () => {
  await using drive = await startDrive()
  await using listener = await listenForCode()
  const { redirectUri } = listener
  const signIn = start(drive, redirectUri)
  const coming = listener.code(signIn.state, signal)
  expect(await decide(signIn, 'allow')).toContain('You can close this window')
  const { clientId, clientSecret } = drive.credentials
  const exchange = { tokenUrl: `${drive.url}/token`, clientId, clientSecret, redirectUri, verifier: signIn.verifier }
  const code = await coming
  const { refreshToken } = await exchangeCode({ ...exchange, code }, signal)
  await using source = sourceFor(drive, { credentials: { clientId, clientSecret, refreshToken } })
  expect(await source.identify(signal)).toMatchObject({ email: 'owner@example.com' })
  await expect(exchangeCode({ ...exchange, code }, signal)).rejects.toMatchObject({ code: 'google/sign-in-ended' })
})

test('a person who does not allow it is told so', async () => {
  await using drive = await startDrive()
  await using listener = await listenForCode()
  const signIn = start(drive, listener.redirectUri)
  const coming = expect(listener.code(signIn.state, signal)).rejects.toMatchObject({ code: 'google/access-denied' })
  await decide(signIn, 'deny')
  await coming
})

test('a page that sends somebody else’s code here is not believed', async () => {
  await using listener = await listenForCode()
  const stop = new AbortController()
  const coming = listener.code('mine', stop.signal)
  const answer = await fetch(`${listener.redirectUri}/?state=theirs&code=stolen`)
  expect(answer.status).toBe(404)
  stop.abort(new Error('enough'))
  await expect(coming).rejects.toThrow('enough')
})
