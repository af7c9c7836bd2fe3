import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RawRoute } from '../http/call.ts'
import { authorize } from './authorize.ts'
import type { Account } from './consent-page.ts'
import { readForm } from './form.ts'
import type { ServiceAccounts } from './service-accounts.ts'
import { type Grant, OAuthError, type TokenRegistry } from './tokens.ts'

export type OAuthParts = {
  tokens: TokenRegistry
  serviceAccounts: ServiceAccounts
  /** The accounts a person can choose, and whom a service account may impersonate. */
  accounts: () => readonly Account[]
}

type Answer = Record<string, string | number>

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** Where Google answers under more than one path, as clients of different age ask. */
const PATHS = {
  authorize: ['/o/oauth2/v2/auth', '/o/oauth2/auth'],
  token: ['/token', '/oauth2/v4/token', '/o/oauth2/token'],
  revoke: ['/revoke', '/o/oauth2/revoke'],
  tokeninfo: ['/tokeninfo', '/oauth2/v3/tokeninfo'],
}

/** The routes of Google's account and token servers: consent page, tokens, revocation, token information. */
export function oauthRoutes(parts: OAuthParts): RawRoute[] {
  const { tokens } = parts
  return [
    ...routes('authorize', ['GET', 'POST'], (request, response, url) =>
      authorize(tokens, parts.accounts(), request, response, url),
    ),
    ...routes('token', ['POST'], (request, response) =>
      answer(response, async () => token(parts, await readForm(request), request.headers.authorization)),
    ),
    ...routes('revoke', ['GET', 'POST'], (request, response, url) =>
      answer(response, async () => revoke(tokens, await parameters(request, url))),
    ),
    ...routes('tokeninfo', ['GET', 'POST'], (request, response, url) =>
      answer(response, async () => tokenInfo(tokens, await parameters(request, url))),
    ),
  ]
}

function routes(name: keyof typeof PATHS, methods: ('GET' | 'POST')[], raw: RawRoute['raw']): RawRoute[] {
  return PATHS[name].flatMap((pattern) => methods.map((method) => ({ method, pattern, name: `oauth.${name}`, raw })))
}

async function answer(response: ServerResponse, make: () => Promise<Answer>): Promise<void> {
  try {
    json(response, 200, await make())
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    const subtype = error.subtype === undefined ? {} : { error_subtype: error.subtype }
    json(response, error.status, { error: error.code, error_description: error.message, ...subtype })
  }
}

function json(response: ServerResponse, status: number, value: Answer): void {
  const body = `${JSON.stringify(value, null, 2)}\n`
  response
    .writeHead(status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-cache, no-store, max-age=0, must-revalidate',
      Pragma: 'no-cache',
    })
    .end(body)
}

async function parameters(request: IncomingMessage, url: URL): Promise<URLSearchParams> {
  const all = new URLSearchParams(url.searchParams)
  if (request.method === 'POST') for (const [name, value] of await readForm(request)) all.append(name, value)
  // The official client names the token that it asks about in the header alone.
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (bearer !== undefined) all.append('access_token', bearer)
  return all
}

function token(parts: OAuthParts, form: URLSearchParams, authorization: string | undefined): Answer {
  const { tokens } = parts
  switch (form.get('grant_type')) {
    case 'authorization_code': {
      const clientId = authenticate(tokens, form, authorization)
      const verifier = form.get('code_verifier') ?? undefined
      const code = tokens.redeemCode(required(form, 'code'), clientId, required(form, 'redirect_uri'), verifier)
      return { ...access(tokens, code), ...(code.offline ? offline(tokens, code) : {}) }
    }
    case 'refresh_token': {
      const clientId = authenticate(tokens, form, authorization)
      const grant = tokens.redeemRefresh(required(form, 'refresh_token'), clientId)
      return access(tokens, narrowed(grant, form.get('scope')))
    }
    case JWT_BEARER: {
      const isUser = (email: string) => parts.accounts().some((account) => account.email === email)
      const grant = parts.serviceAccounts.verify(required(form, 'assertion'), tokens.clock(), isUser)
      const { token, expiresIn } = tokens.issueAccess(grant)
      return { access_token: token, expires_in: expiresIn, token_type: 'Bearer' }
    }
    case null:
      throw new OAuthError(400, 'invalid_request', 'Missing required parameter: grant_type')
    default:
      throw new OAuthError(400, 'unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type')}`)
  }
}

function access(tokens: TokenRegistry, grant: Grant): Answer {
  const { token, expiresIn } = tokens.issueAccess(grant)
  return { access_token: token, expires_in: expiresIn, scope: [...grant.scopes].join(' '), token_type: 'Bearer' }
}

function offline(tokens: TokenRegistry, grant: Grant): Answer {
  const refreshToken = tokens.issueRefresh(grant)
  const left = tokens.refreshSecondsLeft(refreshToken)
  return { refresh_token: refreshToken, ...(left === undefined ? {} : { refresh_token_expires_in: left }) }
}

function narrowed(grant: Grant, scope: string | null): Grant {
  if (scope === null || scope === '') return grant
  const scopes = scope.split(' ').filter(Boolean)
  if (scopes.some((one) => !grant.scopes.has(one))) throw new OAuthError(400, 'invalid_scope', 'Bad Request')
  return { ...grant, scopes: new Set(scopes) }
}

/** Who the app is: from the form, or from a Basic header, which Go's client tries first on an address it does not know. */
function authenticate(tokens: TokenRegistry, form: URLSearchParams, authorization: string | undefined): string {
  const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1]
  const [headerId, headerSecret] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString().split(':')
  const id = headerId === undefined ? form.get('client_id') : decodeURIComponent(headerId)
  const secret = headerSecret === undefined ? form.get('client_secret') : decodeURIComponent(headerSecret)
  if (!id) throw new OAuthError(400, 'invalid_request', 'Could not determine client ID from request.')
  const client = tokens.client(id)
  if (client === undefined) throw new OAuthError(401, 'invalid_client', 'The OAuth client was not found.')
  if (!secret) throw new OAuthError(400, 'invalid_request', 'client_secret is missing.')
  if (client.secret !== secret) throw new OAuthError(401, 'invalid_client', 'The provided client secret is invalid.')
  return id
}

function revoke(tokens: TokenRegistry, query: URLSearchParams): Answer {
  if (!tokens.revokeToken(required(query, 'token'))) {
    throw new OAuthError(400, 'invalid_token', 'Token expired or revoked')
  }
  return {}
}

function tokenInfo(tokens: TokenRegistry, query: URLSearchParams): Answer {
  const value = required(query, 'access_token')
  const grant = tokens.identify(value)
  if (grant === undefined) throw new OAuthError(400, 'invalid_token', 'Invalid Value')
  const left = tokens.secondsLeft(value)
  return {
    azp: grant.clientId,
    aud: grant.clientId,
    scope: [...grant.scopes].join(' '),
    exp: String(Math.floor(tokens.clock() / 1000) + left),
    expires_in: String(left),
    email: grant.user,
    email_verified: 'true',
    access_type: 'offline',
  }
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name)
  if (!value) throw new OAuthError(400, 'invalid_request', `Missing required parameter: ${name}`)
  return value
}
