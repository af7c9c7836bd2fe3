import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, verify } from 'node:crypto'
import { type Grant, OAuthError } from './tokens.ts'

/** A service account as its JSON key file names it; Google's own field names. */
export type ServiceAccountKey = {
  type: 'service_account'
  project_id: string
  private_key_id: string
  private_key: string
  client_email: string
  client_id: string
  auth_uri: string
  token_uri: string
  universe_domain: 'googleapis.com'
}

type Registered = { email: string; clientId: string; publicKey: KeyObject; delegatedScopes: ReadonlySet<string> }

type Claims = { iss?: unknown; scope?: unknown; aud?: unknown; iat?: unknown; exp?: unknown; sub?: unknown }

const SKEW_SECONDS = 300
const LONGEST_SECONDS = 3600

/** Generates the key file that Google's console hands out when one creates a key. */
export function generateServiceAccountKey(name: string, tokenUri: string): ServiceAccountKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    type: 'service_account',
    project_id: 'drive-emulator',
    private_key_id: randomBytes(20).toString('hex'),
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    client_email: `${name}@drive-emulator.iam.gserviceaccount.com`,
    client_id: `1${BigInt(`0x${randomBytes(8).toString('hex')}`)
      .toString()
      .padStart(20, '0')}`,
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: tokenUri,
    universe_domain: 'googleapis.com',
  }
}

/** The service accounts that may sign in with a JWT, and for which scopes each may act as a user of the domain. */
export class ServiceAccounts {
  readonly #byEmail = new Map<string, Registered>()

  /** `delegatedScopes` is what the administrator entered for domain-wide delegation; without it `sub` is refused. */
  register(key: ServiceAccountKey, delegatedScopes: readonly string[] = []): void {
    this.#byEmail.set(key.client_email, {
      email: key.client_email,
      clientId: key.client_id,
      publicKey: createPublicKey(key.private_key),
      delegatedScopes: new Set(delegatedScopes),
    })
  }

  /** Checks a signed assertion as Google's token endpoint does, and says what its bearer may do. */
  verify(assertion: string, now: number, isUser: (email: string) => boolean): Grant {
    const [head, body, signature, ...rest] = assertion.split('.')
    if (!head || !body || !signature || rest.length > 0) throw refusal('Invalid JWT: Token must have three segments.')
    const header = decode(head)
    const claims: Claims = decode(body)
    if (header.alg !== 'RS256') throw refusal('Invalid JWT: alg must be RS256.')
    const account = typeof claims.iss === 'string' ? this.#byEmail.get(claims.iss) : undefined
    if (account === undefined) throw refusal('Invalid grant: account not found')
    if (!verify('RSA-SHA256', Buffer.from(`${head}.${body}`), account.publicKey, Buffer.from(signature, 'base64url'))) {
      throw refusal('Invalid JWT Signature.')
    }
    checkTimes(claims, Math.floor(now / 1000))
    checkAudience(claims.aud)
    const scopes = typeof claims.scope === 'string' ? claims.scope.split(' ').filter(Boolean) : []
    if (scopes.length === 0) {
      throw new OAuthError(400, 'invalid_scope', 'Invalid OAuth scope or ID token audience provided.')
    }
    const user = claims.sub === undefined ? account.email : delegate(account, claims.sub, scopes, isUser)
    return { user, clientId: account.clientId, scopes: new Set(scopes) }
  }
}

function delegate(account: Registered, sub: unknown, scopes: string[], isUser: (email: string) => boolean): string {
  if (typeof sub !== 'string' || !(isUser(sub) || sub === account.email)) throw refusal('Invalid email or User ID')
  if (sub !== account.email && scopes.some((scope) => !account.delegatedScopes.has(scope))) {
    throw new OAuthError(
      401,
      'unauthorized_client',
      'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.',
    )
  }
  return sub
}

function checkTimes({ iat, exp }: Claims, now: number): void {
  const sound =
    typeof iat === 'number' &&
    typeof exp === 'number' &&
    iat <= now + SKEW_SECONDS &&
    exp > now - SKEW_SECONDS &&
    exp > iat &&
    exp - iat <= LONGEST_SECONDS
  if (sound) return
  throw refusal(
    'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
  )
}

/** Clients sign the address they post to: Google's, or that of this emulator on whatever port it got. */
function checkAudience(aud: unknown): void {
  const url = typeof aud === 'string' && URL.canParse(aud) ? new URL(aud) : undefined
  if (url !== undefined && ['/token', '/oauth2/v4/token', '/o/oauth2/token'].includes(url.pathname)) return
  throw refusal('Invalid JWT: Failed audience check. The right audience is https://oauth2.googleapis.com/token')
}

function decode(segment: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString())
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // not JSON: refused below, in Google's words
  }
  throw refusal('Invalid JWT: Malformed token.')
}

function refusal(description: string): OAuthError {
  return new OAuthError(400, 'invalid_grant', description)
}
