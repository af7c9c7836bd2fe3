import { createHash, randomBytes } from 'node:crypto'

/** An app as registered in Google's console. */
export type OAuthClient = {
  id: string
  secret: string
  name: string
  /** Exact addresses; an installed app has none and may use any port of loopback. */
  redirectUris?: string[]
  /** An app in "Testing": its refresh tokens die after seven days. */
  testing?: boolean
}

/** On whose behalf, for which app and for what a token may be used. */
export type Grant = { user: string; clientId: string; scopes: ReadonlySet<string> }

export type Code = Grant & {
  redirectUri: string
  challenge: { method: 'S256' | 'plain'; value: string } | undefined
  offline: boolean
}

/** An answer of the token endpoint other than success; its shape differs from that of the API's errors. */
export class OAuthError extends Error {
  readonly status: number
  readonly code: string
  readonly subtype: string | undefined

  constructor(status: number, code: string, description: string, subtype?: string) {
    super(description)
    this.status = status
    this.code = code
    this.subtype = subtype
  }
}

const SECOND = 1000
const ACCESS_SECONDS = 3599
const CODE_LIFE = 10 * 60 * SECOND
const TESTING_LIFE = 7 * 24 * 3600 * SECOND
const LIVE_REFRESH_TOKENS = 100

type Refresh = { grant: Grant; diesAt: number }

/**
 * Who holds which token.
 *
 * Revoking any token of a user and an app ends all tokens of that pair, as Google does. Time comes from `clock`, so a test can let
 * tokens expire without waiting.
 */
export class TokenRegistry {
  readonly clock: () => number
  readonly #clients = new Map<string, OAuthClient>()
  readonly #codes = new Map<string, { code: Code; diesAt: number; used: boolean }>()
  readonly #access = new Map<string, { grant: Grant; diesAt: number }>()
  readonly #refresh = new Map<string, Refresh>()
  #consents: Grant[] = []

  constructor(clock: () => number = Date.now) {
    this.clock = clock
  }

  addClient(client: OAuthClient): void {
    this.#clients.set(client.id, client)
  }

  client(id: string): OAuthClient | undefined {
    return this.#clients.get(id)
  }

  /** Whose token this is, or nothing when it is unknown, expired or revoked. */
  identify(accessToken: string): Grant | undefined {
    const held = this.#access.get(accessToken)
    if (held === undefined) return undefined
    if (held.diesAt > this.clock()) return held.grant
    this.#access.delete(accessToken)
    return undefined
  }

  /** Seconds that an access token has left, for `tokeninfo`. */
  secondsLeft(accessToken: string): number {
    const held = this.#access.get(accessToken)
    return held === undefined ? 0 : Math.max(0, Math.floor((held.diesAt - this.clock()) / SECOND))
  }

  issueAccess(grant: Grant): { token: string; expiresIn: number } {
    const token = `ya29.${randomBytes(96).toString('base64url')}`
    this.#access.set(token, { grant, diesAt: this.clock() + ACCESS_SECONDS * SECOND })
    return { token, expiresIn: ACCESS_SECONDS }
  }

  /** Gives a refresh token; `token` fixes its value, so that a program can be configured before the emulator runs. */
  issueRefresh(grant: Grant, token = `1//0${randomBytes(48).toString('base64url')}`): string {
    const lives = this.#clients.get(grant.clientId)?.testing === true ? TESTING_LIFE : Number.POSITIVE_INFINITY
    this.#refresh.set(token, { grant, diesAt: this.clock() + lives })
    const siblings = [...this.#refresh].filter(([, other]) => samePair(other.grant, grant))
    // Of a user's live tokens for one app the oldest goes, and nobody is told.
    const tooMany = siblings.length - LIVE_REFRESH_TOKENS
    for (const [old] of siblings.slice(0, Math.max(0, tooMany))) this.#refresh.delete(old)
    return token
  }

  /** Whether this person has given this app offline access on the consent page; a token issued from within does not count. */
  hasConsented(user: string, clientId: string): boolean {
    return this.#consents.some((grant) => grant.user === user && grant.clientId === clientId)
  }

  /** What a live refresh token of this app is for. */
  redeemRefresh(token: string, clientId: string): Grant {
    const held = this.#refresh.get(token)
    if (held === undefined || held.diesAt <= this.clock()) {
      throw new OAuthError(400, 'invalid_grant', 'Token has been expired or revoked.')
    }
    if (held.grant.clientId !== clientId) throw new OAuthError(401, 'unauthorized_client', 'Unauthorized')
    return held.grant
  }

  refreshSecondsLeft(token: string): number | undefined {
    const diesAt = this.#refresh.get(token)?.diesAt
    if (diesAt === undefined || diesAt === Number.POSITIVE_INFINITY) return undefined
    return Math.floor((diesAt - this.clock()) / SECOND)
  }

  issueCode(code: Code): string {
    const value = `4/0A${randomBytes(48).toString('base64url')}`
    this.#codes.set(value, { code, diesAt: this.clock() + CODE_LIFE, used: false })
    return value
  }

  /** Spends a code. A code works once, for the app and the address it was made for, with the verifier of its challenge. */
  redeemCode(value: string, clientId: string, redirectUri: string, verifier: string | undefined): Code {
    const held = this.#codes.get(value)
    if (held === undefined) throw new OAuthError(400, 'invalid_grant', 'Malformed auth code.')
    const { code } = held
    if (held.used || held.diesAt <= this.clock() || code.clientId !== clientId) {
      throw new OAuthError(400, 'invalid_grant', 'Bad Request')
    }
    if (code.redirectUri !== redirectUri) throw new OAuthError(400, 'redirect_uri_mismatch', 'Bad Request')
    if (code.challenge !== undefined) {
      if (verifier === undefined) throw new OAuthError(400, 'invalid_grant', 'Missing code verifier.')
      if (
        !/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier) ||
        challengeOf(verifier, code.challenge.method) !== code.challenge.value
      ) {
        throw new OAuthError(400, 'invalid_grant', 'Invalid code verifier.')
      }
    }
    held.used = true
    if (code.offline) this.#consents.push(code)
    return code
  }

  /** Ends the app's access that this token, of either kind, belongs to; false when it is not a live token. */
  revokeToken(token: string): boolean {
    const grant = this.#refresh.get(token)?.grant ?? this.identify(token)
    if (grant === undefined) return false
    this.#drop((other) => samePair(other, grant))
    return true
  }

  /** As if the user had removed the app in the account settings, or the account had been closed. */
  revokeUser(user: string): void {
    this.#drop((grant) => grant.user === user)
  }

  /** What was granted by an account stays granted when its address changes. */
  renameUser(from: string, to: string): void {
    const held = [...this.#access.values(), ...this.#refresh.values()].map(({ grant }) => grant)
    for (const grant of new Set([...held, ...this.#consents])) if (grant.user === from) grant.user = to
  }

  /** As if an hour had passed: every access token is refused, refresh tokens still work. */
  expireAccessTokens(): void {
    this.#access.clear()
  }

  #drop(matches: (grant: Grant) => boolean): void {
    this.#consents = this.#consents.filter((grant) => !matches(grant))
    for (const [token, { grant }] of this.#access) if (matches(grant)) this.#access.delete(token)
    for (const [token, { grant }] of this.#refresh) if (matches(grant)) this.#refresh.delete(token)
  }
}

function samePair(a: Grant, b: Grant): boolean {
  return a.user === b.user && a.clientId === b.clientId
}

function challengeOf(verifier: string, method: 'S256' | 'plain'): string {
  return method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url')
}
