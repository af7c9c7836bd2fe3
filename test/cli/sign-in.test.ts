import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Installation } from './drivekeep.ts'

/** What a person does on the consent page that the command has printed. */
async function decide(stdout: string, decision: 'allow' | 'deny'): Promise<void> {
  const address = /^http\S+$/m.exec(stdout)?.[0] ?? ''
  const scope = 'https://www.googleapis.com/auth/drive.readonly'
  await fetch(address, { method: 'POST', body: new URLSearchParams({ account: 'owner@example.com', scope, decision }) })
}

async function unsigned(): Promise<Installation> {
  const one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  one.configure({
    google: { auth_url: `${one.drive.url}/o/oauth2/v2/auth`, refresh_token: `\${GOOGLE_REFRESH_TOKEN}` },
  })
  return one
}

test('sign-in gets a refresh token with a browser, keeps it in .env, and sync works with it', async () => {
  await using one = await unsigned()
  const env = join(one.folder, '.env')
  writeFileSync(env, '# mine\nGOOGLE_REFRESH_TOKEN=\nOTHER=kept')
  expect((await one.run(['sync'])).stderr).toContain('needs the variable GOOGLE_REFRESH_TOKEN')
  const signIn = one.spawn(['sign-in'])
  await signIn.shows('ssh -L')
  await decide(signIn.stdout, 'allow')
  expect(await signIn.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('Signed in.'), stderr: '' })
  expect(readFileSync(env, 'utf8')).toMatch(/^# mine\nGOOGLE_REFRESH_TOKEN=1\/\/\S+\nOTHER=kept$/)
  expect(statSync(env).mode & 0o777).toBe(0o600)
  expect((await one.run(['sync'])).code).toBe(0)
  expect(await one.stored()).toEqual({ 'a.txt': 'one' })
})

test('who does not allow it, or gives up, is told that nothing was signed in', async () => {
  await using one = await unsigned()
  const denied = one.spawn(['sign-in'])
  await denied.shows('ssh -L')
  await decide(denied.stdout, 'deny')
  expect(await denied.ended).toMatchObject({ code: 1, stderr: expect.stringContaining('access_denied') })
  const given = one.spawn(['sign-in'])
  await given.shows('ssh -L')
  given.kill('SIGINT')
  expect(await given.ended).toMatchObject({ code: 130, stderr: 'drivekeep: nothing was signed in.\n' })
})

test('a further source signs in for itself, under a variable of its own', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  const { clientId, clientSecret, refreshToken } = one.drive.credentials
  const google_drive = {
    ...{ api_url: one.drive.url, token_url: `${one.drive.url}/token`, auth_url: `${one.drive.url}/o/oauth2/v2/auth` },
    ...{ client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken },
  }
  one.configure({
    top: { sources: { google_drive, 'my-work': { refresh_token: `\${GOOGLE_REFRESH_TOKEN_MY_WORK}` } } },
  })
  const check = async () => (await one.run(['config', 'check'])).stdout
  expect(await check()).toMatch(/Google Drive: .*\n(.*\n)*Not signed in: +my-work\n/)
  const signIn = one.spawn(['sign-in', '--source', 'my-work'])
  await signIn.shows('ssh -L')
  await decide(signIn.stdout, 'allow')
  expect(await signIn.ended).toMatchObject({ code: 0, stderr: '' })
  expect(readFileSync(join(one.folder, '.env'), 'utf8')).toMatch(/^GOOGLE_REFRESH_TOKEN_MY_WORK=1\/\/\S+\n$/)
  expect(await check()).toMatch(/Google Drive: +my-work: http/)
  expect(await one.run(['sign-in', '--source', 'other'])).toMatchObject({
    code: 2,
    stderr: 'drivekeep: there is no source other in the configuration; known: google_drive, my-work.\n',
  })
})
