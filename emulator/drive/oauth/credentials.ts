import type { Identity } from '../http/call.ts'
import type { DriveStore } from '../store/store.ts'
import { type Grant, TokenRegistry } from './tokens.ts'

/** What a client needs to sign in without a browser. The same in every emulator, so that a program can be configured beforehand. */
export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
  /** Of the first user, with full access. */
  readonly refreshToken: string
  /** Of the first user, with full access, for an hour. */
  readonly accessToken: string
}

const CLIENT_ID = '123456789012-drivekeep.apps.googleusercontent.com'
const CLIENT_SECRET = 'GOCSPX-emulator-client-secret'
const REFRESH_TOKEN = '1//0emulator-refresh-token'
export const SCOPE = 'https://www.googleapis.com/auth/drive'

/** A registry with one app and a refresh token for the first user. */
export function prepareTokens(store: DriveStore): { tokens: TokenRegistry; credentials: Credentials } {
  const tokens = new TokenRegistry(store.now)
  tokens.addClient({ id: CLIENT_ID, secret: CLIENT_SECRET, name: 'Drivekeep' })
  const grant: Grant = { user: store.primary.email, clientId: CLIENT_ID, scopes: new Set([SCOPE]) }
  const refreshToken = tokens.issueRefresh(grant, REFRESH_TOKEN)
  const accessToken = tokens.issueAccess(grant).token
  return { tokens, credentials: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, refreshToken, accessToken } }
}

/** Who a bearer is. With `anyBearer` every token is the first user's, for peers that cannot sign in. */
export function authenticator(
  store: DriveStore,
  tokens: TokenRegistry,
  anyBearer: boolean,
): (bearer: string | undefined) => Identity | 'missing' | 'invalid' {
  const identities = new WeakMap<Grant, Identity>()
  return (bearer) => {
    if (bearer === undefined) return 'missing'
    const grant = tokens.identify(bearer)
    if (!grant) return anyBearer ? { user: store.primary, project: CLIENT_ID, scopes: null } : 'invalid'
    const known = identities.get(grant)
    if (known) return known
    const user = store.users.get(grant.user)
    if (!user) return 'invalid'
    const identity = { user, project: grant.clientId, scopes: grant.scopes }
    identities.set(grant, identity)
    return identity
  }
}
