import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Account, blockedPage, consentPage } from './consent-page.ts'
import { readForm } from './form.ts'
import { unknownScopes } from './scopes.ts'
import { type Code, type OAuthClient, OAuthError, type TokenRegistry } from './tokens.ts'

/** What an app asks for, after everything that must never be sent back to an unchecked address has been checked. */
type Request = { client: OAuthClient; redirectUri: string; state: string | null; query: URLSearchParams }

/** Shows the consent page (GET) and acts on what the person chose there (POST). */
export async function authorize(
  tokens: TokenRegistry,
  accounts: readonly Account[],
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  try {
    const asked = check(tokens, url.searchParams)
    const wrong = complaint(asked.query)
    if (wrong !== undefined) return back(response, asked, { error: wrong })
    const scopes = scopesOf(asked.query)
    if (request.method !== 'POST') return show(response, asked, accounts, scopes, url)
    const form = await readForm(request)
    if (form.get('decision') !== 'allow') return back(response, asked, { error: 'access_denied' })
    const account = accounts.find(({ email }) => email === form.get('account'))
    if (account === undefined) throw new OAuthError(400, 'invalid_request', 'No such account.')
    const granted = scopes.filter((scope) => form.getAll('scope').includes(scope))
    if (granted.length === 0) return back(response, asked, { error: 'access_denied' })
    const code = tokens.issueCode(codeFor(tokens, asked, account.email, granted))
    back(response, asked, { code, scope: granted.join(' '), authuser: '0', prompt: 'consent' })
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    html(response, error.status, blockedPage(error.status, error.code, error.message))
  }
}

function check(tokens: TokenRegistry, query: URLSearchParams): Request {
  const client = tokens.client(query.get('client_id') ?? '')
  if (client === undefined) throw new OAuthError(401, 'invalid_client', 'The OAuth client was not found.')
  const redirectUri = query.get('redirect_uri') ?? ''
  if (!mayRedirect(client, redirectUri)) {
    throw new OAuthError(
      400,
      'redirect_uri_mismatch',
      `The redirect URI ${redirectUri} is not registered for this app.`,
    )
  }
  return { client, redirectUri, state: query.get('state'), query }
}

/** An installed app registers no address: it may listen on any port of loopback. */
function mayRedirect(client: OAuthClient, redirectUri: string): boolean {
  if (client.redirectUris !== undefined) return client.redirectUris.includes(redirectUri)
  if (!URL.canParse(redirectUri)) return false
  const { protocol, hostname } = new URL(redirectUri)
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}

/** The error that goes back to the app, if its request makes no sense. */
function complaint(query: URLSearchParams): string | undefined {
  if (query.get('response_type') !== 'code') return 'unsupported_response_type'
  const scopes = scopesOf(query)
  if (scopes.length === 0 || unknownScopes(scopes).length > 0) return 'invalid_scope'
  const method = query.get('code_challenge_method') ?? 'plain'
  if (query.has('code_challenge') && method !== 'S256' && method !== 'plain') return 'invalid_request'
  if (query.get('prompt') === 'none') return 'interaction_required' // the emulator keeps no browser session
  return undefined
}

function scopesOf(query: URLSearchParams): string[] {
  return [...new Set((query.get('scope') ?? '').split(' ').filter(Boolean))]
}

function codeFor(tokens: TokenRegistry, { client, redirectUri, query }: Request, user: string, scopes: string[]): Code {
  const value = query.get('code_challenge')
  const method = query.get('code_challenge_method') === 'S256' ? 'S256' : 'plain'
  // Only the first consent gives a refresh token, unless the app insists on a new one.
  const forced = (query.get('prompt') ?? '').split(' ').includes('consent')
  return {
    user,
    clientId: client.id,
    scopes: new Set(scopes),
    redirectUri,
    challenge: value === null ? undefined : { method, value },
    offline: query.get('access_type') === 'offline' && (forced || !tokens.hasConsented(user, client.id)),
  }
}

function show(
  response: ServerResponse,
  { client, query }: Request,
  accounts: readonly Account[],
  scopes: string[],
  url: URL,
): void {
  const hint = query.get('login_hint')
  const preselected = accounts.find(({ email }) => email === hint)?.email
  html(
    response,
    200,
    consentPage({ appName: client.name, accounts, preselected, scopes, action: `${url.pathname}${url.search}` }),
  )
}

function back(response: ServerResponse, { redirectUri, state }: Request, answer: Record<string, string>): void {
  const target = new URL(redirectUri)
  if (state !== null) target.searchParams.set('state', state)
  for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value)
  response.writeHead(302, { Location: target.href, 'Content-Length': 0 }).end()
}

function html(response: ServerResponse, status: number, body: string): void {
  response
    .writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': Buffer.byteLength(body) })
    .end(body)
}
