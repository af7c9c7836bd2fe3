import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { auth, drive } from '@googleapis/drive'
import { type Browser, chromium } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type DriveEmulator, startDrive } from '../index.ts'

const CHROMIUM = '/usr/bin/chromium'
const READONLY = 'https://www.googleapis.com/auth/drive.readonly'

let emulator: DriveEmulator
let browser: Browser
let app: Server
let callback: string

beforeEach(async () => {
  if (!existsSync(CHROMIUM)) throw new Error('chromium is not installed: apt-get install chromium')
  emulator = await startDrive()
  emulator.store.addUser('second@example.com', 'Second <b>User</b>')
  app = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.end(
      `<title>back at the app</title><p id="query">${(request.url ?? '').split('?')[1]?.replaceAll('&', '&amp;')}`,
    )
  })
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
  callback = `http://127.0.0.1:${(app.address() as AddressInfo).port}/callback`
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
      ...['--disable-sync', '--no-first-run'],
    ],
  })
})

afterEach(async () => {
  await browser?.close()
  app?.closeAllConnections()
  app?.close()
  await emulator?.[Symbol.asyncDispose]()
})

function newClient() {
  const endpoints = { oauth2TokenUrl: `${emulator.url}/token`, oauth2AuthBaseUrl: `${emulator.url}/o/oauth2/v2/auth` }
  const { clientId, clientSecret } = emulator.credentials
  return new auth.OAuth2({ clientId, clientSecret, redirectUri: callback, endpoints })
}

test('a person chooses an account and allows, and the app can then read that Drive', async () => {
  const client = newClient()
  const { codeVerifier, codeChallenge } = await client.generateCodeVerifierAsync()
  const url = client.generateAuthUrl({
    access_type: 'offline',
    scope: [READONLY],
    state: 'a b&c',
    code_challenge: codeChallenge ?? '',
    code_challenge_method: 'S256' as never,
  })
  const page = await browser.newPage()
  await page.goto(url)
  expect(await page.title()).toBe('Sign in with Google')
  expect(await page.textContent('main')).toContain('See and download all your Google Drive files')
  await page.getByLabel('second@example.com').check()
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.waitForURL(`${callback}?**`)
  const answer = new URLSearchParams((await page.textContent('#query')) ?? '')
  expect(answer.get('state')).toBe('a b&c')
  const { tokens } = await client.getToken({ code: answer.get('code') ?? '', codeVerifier: codeVerifier ?? '' })
  expect(tokens).toMatchObject({ scope: READONLY, token_type: 'Bearer', refresh_token: expect.any(String) })
  client.setCredentials(tokens)
  const api = drive({ version: 'v3', auth: client, rootUrl: emulator.url })
  const { data } = await api.about.get({ fields: 'user(emailAddress,displayName)' })
  expect(data.user).toEqual({ emailAddress: 'second@example.com', displayName: 'Second <b>User</b>' })
})

test('a person who denies is led back with access_denied', async () => {
  const page = await browser.newPage()
  await page.goto(newClient().generateAuthUrl({ scope: [READONLY], state: 's' }))
  await page.getByRole('button', { name: 'Deny' }).click()
  await page.waitForURL(`${callback}?**`)
  expect(await page.textContent('#query')).toBe('state=s&error=access_denied')
})
