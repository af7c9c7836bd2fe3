import { createHash, randomBytes } from 'node:crypto'
import { Fault } from '../../backup/model/faults.ts'
import { connect } from '../api/connections.ts'
import { READ_SCOPE } from './service-account.ts'
import { askForToken, PATIENCE_MS } from './token-endpoint.ts'

/**
 * Signing in with a browser: authorization code with PKCE, as Google wants it of installed apps.
 * The steps: `listenForCode` (loopback.ts), `signInUrl`, the person's consent, `exchangeCode`.
 */

export interface SignIn {
  /** Where to send the browser. */
  url: string
  /** Must come back with the code: it proves that the answer belongs to this sign-in. */
  state: string
  /** Proves to Google that who redeems the code is who asked for it. Secret until then. */
  verifier: string
}

export interface SignInOptions {
  /** `https://accounts.google.com/o/oauth2/v2/auth` */
  authUrl: string
  clientId: string
  /** Any port of 127.0.0.1, for installed apps. */
  redirectUri: string
  /** The e-mail to suggest. */
  loginHint?: string
}

export function signInUrl(options: SignInOptions): SignIn {
  const [state, verifier] = [randomBytes(24).toString('base64url'), randomBytes(48).toString('base64url')]
  const url = new URL(options.authUrl)
  const parameters = {
    client_id: options.clientId,
    redirect_uri: options.redirectUri,
    response_type: 'code',
    scope: READ_SCOPE,
    state,
    // Without both of these Google gives a refresh token at the very first consent only.
    access_type: 'offline',
    prompt: 'consent',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(options.loginHint === undefined ? {} : { login_hint: options.loginHint }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return { url: url.href, state, verifier }
}

export interface CodeExchange {
  tokenUrl: string
  clientId: string
  clientSecret: string
  /** The same as in the sign-in. */
  redirectUri: string
  code: string
  verifier: string
  env?: NodeJS.ProcessEnv
}

/** Redeems a code, which works once. Throws a Fault when Google refuses it, or when the person did not allow reading Drive. */
export async function exchangeCode(options: CodeExchange, signal: AbortSignal): Promise<{ refreshToken: string }> {
  const connections = connect(new URL(options.tokenUrl), 10_000, options.env ?? process.env)
  const form = {
    grant_type: 'authorization_code',
    client_id: options.clientId,
    client_secret: options.clientSecret,
    redirect_uri: options.redirectUri,
    code: options.code,
    code_verifier: options.verifier,
  }
  const subject = 'Google sign-in'
  try {
    const call = { url: options.tokenUrl, form, presented: 'code', patienceMs: PATIENCE_MS } as const
    const { refreshToken, scopes } = await askForToken(connections.others, { ...call, subject, now: Date.now }, signal)
    // On Google's page each permission has a box of its own that can be left empty.
    if (scopes !== null && !allowsReading(scopes)) throw new Fault('google/scope-missing', subject)
    if (refreshToken === null) throw new Fault('google/bad-answer', subject, { detail: 'no refresh token came' })
    return { refreshToken }
  } finally {
    await connections.close()
  }
}

/** Whether these scopes let us read everything in a Drive. */
export function allowsReading(scopes: readonly string[]): boolean {
  return scopes.includes(READ_SCOPE) || scopes.includes('https://www.googleapis.com/auth/drive')
}
