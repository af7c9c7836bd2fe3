import { createHash, createSign, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Router } from '../http/router.ts'
import { oauthRoutes } from './oauth.ts'
import { generateServiceAccountKey, type ServiceAccountKey, ServiceAccounts } from './service-accounts.ts'
import { TokenRegistry } from './tokens.ts'

const READONLY = 'https://www.googleapis.com/auth/drive.readonly'
const ada = { email: 'ada@example.com', displayName: 'Ada <Lovelace>' }
const bob = { email: 'bob@example.com', displayName: 'Bob' }
const app = { id: 'app.apps.googleusercontent.com', secret: 's3cret', name: 'Drivekeep' }
const redirect = 'http://127.0.0.1:49152/callback'

let now: number
let tokens: TokenRegistry
let serviceAccounts: ServiceAccounts
let base: string
let close: () => Promise<void>

beforeEach(async () => {
  now = Date.parse('2026-11-22T12:00:00Z')
  tokens = new TokenRegistry(() => now)
  tokens.addClient(app)
  serviceAccounts = new ServiceAccounts()
  const router = new Router()
  router.add(oauthRoutes({ tokens, serviceAccounts, accounts: () => [ada, bob] }))
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const route = router.match(request.method ?? '', url.pathname, false)?.route
    if (route !== undefined && 'raw' in route) void route.raw(request, response, url)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  close = () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
})

afterEach(() => close())

type Json = Record<string, string | number | undefined>

async function post(path: string, form: Record<string, string>): Promise<{ status: number; body: Json }> {
  const response = await fetch(base + path, { method: 'POST', body: new URLSearchParams(form) })
  return { status: response.status, body: (await response.json()) as Json }
}

function authorizeUrl(more: Record<string, string> = {}): string {
  const asked = {
    client_id: app.id,
    redirect_uri: redirect,
    response_type: 'code',
    scope: READONLY,
    state: 'x&y',
    ...more,
  }
  return `${base}/o/oauth2/v2/auth?${new URLSearchParams(asked)}`
}

/** Does what a person does on the page: sends the form to the address it names. */
async function decide(url: string, form: Record<string, string>): Promise<URL> {
  const page = await (await fetch(url)).text()
  const action = /action="([^"]+)"/.exec(page)?.[1]?.replace(/&#38;/g, '&')
  const response = await fetch(new URL(action ?? '', base), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ scope: READONLY, account: ada.email, ...form }),
  })
  expect(response.status).toBe(302)
  return new URL(response.headers.get('location') ?? '')
}

async function signIn(more: Record<string, string> = {}): Promise<string> {
  const target = await decide(authorizeUrl(more), { decision: 'allow' })
  return target.searchParams.get('code') ?? ''
}

function exchange(code: string, more: Record<string, string> = {}) {
  const form = { client_id: app.id, client_secret: app.secret, code, redirect_uri: redirect }
  return post('/token', { ...form, grant_type: 'authorization_code', ...more })
}

function refresh(refreshToken: string, more: Record<string, string> = {}) {
  const form = { client_id: app.id, client_secret: app.secret, refresh_token: refreshToken }
  return post('/token', { ...form, grant_type: 'refresh_token', ...more })
}

test('allowing leads back with a code and the state, and the code buys both tokens', async () => {
  const target = await decide(authorizeUrl({ access_type: 'offline' }), { decision: 'allow', account: bob.email })
  expect(target.origin + target.pathname).toBe(redirect)
  expect(target.searchParams.get('state')).toBe('x&y')
  const { status, body } = await exchange(target.searchParams.get('code') ?? '')
  expect(status).toBe(200)
  expect(body).toMatchObject({ expires_in: 3599, token_type: 'Bearer', scope: READONLY })
  expect(tokens.identify(String(body.access_token))).toMatchObject({ user: bob.email, clientId: app.id })
  const again = await refresh(String(body.refresh_token))
  expect(again.status).toBe(200)
  expect(again.body.refresh_token).toBeUndefined()
  expect(tokens.identify(String(again.body.access_token))?.user).toBe(bob.email)
})

test('denying leads back with access_denied', async () => {
  const target = await decide(authorizeUrl(), { decision: 'deny' })
  expect(Object.fromEntries(target.searchParams)).toEqual({ error: 'access_denied', state: 'x&y' })
})

test('the page shows the accounts as text and opens at the one hinted at', async () => {
  const page = await (await fetch(authorizeUrl({ login_hint: bob.email }))).text()
  expect(page).toContain('Ada &#60;Lovelace&#62;')
  expect(page).toContain('value="bob@example.com" required checked')
  expect(page).not.toContain('value="ada@example.com" required checked')
})

test('of several scopes a person may grant a part', async () => {
  const url = authorizeUrl({ scope: `${READONLY} https://www.googleapis.com/auth/drive.file` })
  const target = await decide(url, { decision: 'allow' })
  expect((await exchange(target.searchParams.get('code') ?? '')).body.scope).toBe(READONLY)
})

test('an address that the app did not register never gets an answer', async () => {
  const response = await fetch(authorizeUrl({ redirect_uri: 'https://evil.example/callback' }), { redirect: 'manual' })
  expect(response.status).toBe(400)
  expect(await response.text()).toContain('redirect_uri_mismatch')
  tokens.addClient({ ...app, redirectUris: ['https://app.example/back'] })
  expect((await fetch(authorizeUrl(), { redirect: 'manual' })).status).toBe(400)
  expect((await fetch(authorizeUrl({ redirect_uri: 'https://app.example/back' }))).status).toBe(200)
})

test('a refresh token comes with the first offline consent only, unless the app asks for consent again', async () => {
  const withRefresh = async (more: Record<string, string>) =>
    (await exchange(await signIn(more))).body.refresh_token !== undefined
  expect(await withRefresh({})).toBe(false)
  expect(await withRefresh({ access_type: 'offline' })).toBe(true)
  expect(await withRefresh({ access_type: 'offline' })).toBe(false)
  expect(await withRefresh({ access_type: 'offline', prompt: 'consent' })).toBe(true)
})

test('a code needs the verifier of its challenge, works once and dies after ten minutes', async () => {
  const verifier = randomBytes(48).toString('base64url')
  const hashed = createHash('sha256').update(verifier).digest('base64url')
  const code = await signIn({ code_challenge: hashed, code_challenge_method: 'S256' })
  expect((await exchange(code)).body.error_description).toBe('Missing code verifier.')
  expect((await exchange(code, { code_verifier: 'x'.repeat(43) })).body.error_description).toBe(
    'Invalid code verifier.',
  )
  expect((await exchange(code, { code_verifier: verifier })).status).toBe(200)
  expect(await exchange(code, { code_verifier: verifier })).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  })
  const plain = await signIn({ code_challenge: verifier, code_challenge_method: 'plain' })
  expect((await exchange(plain, { code_verifier: verifier })).status).toBe(200)
  const late = await signIn()
  now += 10 * 60_000
  expect((await exchange(late)).body.error).toBe('invalid_grant')
})

test('a code is bound to the address it was made for', async () => {
  const other = await exchange(await signIn(), { redirect_uri: 'http://127.0.0.1:1/callback' })
  expect(other).toMatchObject({ status: 400, body: { error: 'redirect_uri_mismatch' } })
})

test('a wrong secret, an unknown app and a strange grant are told apart', async () => {
  const code = await signIn()
  expect(await exchange(code, { client_secret: 'no' })).toMatchObject({
    status: 401,
    body: { error: 'invalid_client' },
  })
  expect((await exchange(code, { client_id: 'nobody' })).body).toEqual({
    error: 'invalid_client',
    error_description: 'The OAuth client was not found.',
  })
  expect((await exchange(code, { grant_type: 'password' })).body.error).toBe('unsupported_grant_type')
})

test('revoking a token ends every token of that user and app', async () => {
  const { body } = await exchange(await signIn({ access_type: 'offline' }))
  expect((await post('/revoke', { token: String(body.access_token) })).status).toBe(200)
  expect(tokens.identify(String(body.access_token))).toBeUndefined()
  expect(await refresh(String(body.refresh_token))).toEqual({
    status: 400,
    body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
  })
  expect(await post('/revoke', { token: String(body.access_token) })).toMatchObject({
    body: { error: 'invalid_token' },
  })
})

test('access tokens die after an hour, or when the test says so; refresh tokens live on', async () => {
  const { body } = await exchange(await signIn({ access_type: 'offline' }))
  const first = String(body.access_token)
  const info = await (await fetch(`${base}/tokeninfo?access_token=${first}`)).json()
  expect(info).toMatchObject({ aud: app.id, scope: READONLY, expires_in: '3599', email: ada.email })
  now += 3599_000
  expect(tokens.identify(first)).toBeUndefined()
  const second = String((await refresh(String(body.refresh_token))).body.access_token)
  tokens.expireAccessTokens()
  expect(tokens.identify(second)).toBeUndefined()
  expect((await refresh(String(body.refresh_token))).status).toBe(200)
  tokens.revokeUser(ada.email)
  expect((await refresh(String(body.refresh_token))).body.error).toBe('invalid_grant')
})

test('an app in testing loses its refresh token after seven days', async () => {
  tokens.addClient({ ...app, testing: true })
  const { body } = await exchange(await signIn({ access_type: 'offline' }))
  expect(body.refresh_token_expires_in).toBe(7 * 24 * 3600)
  now += 7 * 24 * 3600_000
  expect((await refresh(String(body.refresh_token))).body.error).toBe('invalid_grant')
})

test('the oldest of more than a hundred refresh tokens dies silently', async () => {
  const grant = { user: ada.email, clientId: app.id, scopes: new Set([READONLY]) }
  const first = tokens.issueRefresh(grant, 'first')
  const second = tokens.issueRefresh(grant, 'second')
  for (let issued = 2; issued <= 100; issued += 1) tokens.issueRefresh(grant)
  expect((await refresh(first)).status).toBe(400)
  expect((await refresh(second)).status).toBe(200)
})

function assertion(key: ServiceAccountKey, claims: Record<string, unknown>): string {
  const iat = Math.floor(now / 1000)
  const standard = { iss: key.client_email, scope: READONLY, aud: `${base}/token`, iat, exp: iat + 3600 }
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ ...standard, ...claims })}`
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key.private_key, 'base64url')}`
}

test('a service account signs in, and acts for users of the domain as far as it was allowed to', async () => {
  const key = generateServiceAccountKey('backup', `${base}/token`)
  serviceAccounts.register(key, [READONLY])
  const send = (claims: Record<string, unknown>, signer = key) =>
    post('/token', { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion(signer, claims) })

  const own = await send({})
  expect(own.status).toBe(200)
  expect(own.body.refresh_token).toBeUndefined()
  expect(tokens.identify(String(own.body.access_token))?.user).toBe(key.client_email)
  const delegated = await send({ sub: ada.email, prn: ada.email })
  expect(tokens.identify(String(delegated.body.access_token))?.user).toBe(ada.email)

  const iat = Math.floor(now / 1000)
  const stranger = { ...generateServiceAccountKey('other', ''), client_email: key.client_email }
  const refusals: [Record<string, unknown>, string, ServiceAccountKey?][] = [
    [{ sub: 'nobody@example.com' }, 'Invalid email or User ID'],
    [{ iss: 'nobody@example.com' }, 'Invalid grant: account not found'],
    [{ iat: iat - 7200, exp: iat - 3600 }, 'Invalid JWT: Token must be a short-lived token'],
    [{ iat: iat + 900, exp: iat + 1800 }, 'Invalid JWT: Token must be a short-lived token'],
    [{ exp: iat + 3601 }, 'Invalid JWT: Token must be a short-lived token'],
    [{ aud: 'https://example.com/' }, 'Invalid JWT: Failed audience check.'],
    [{}, 'Invalid JWT Signature.', stranger],
  ]
  for (const [claims, message, signer] of refusals) {
    const { status, body } = await send(claims, signer)
    expect([status, body.error]).toEqual([400, 'invalid_grant'])
    expect(body.error_description).toContain(message)
  }
  const tooMuch = await send({ sub: ada.email, scope: 'https://www.googleapis.com/auth/drive' })
  expect(tooMuch).toMatchObject({ status: 401, body: { error: 'unauthorized_client' } })
})
