import type { Dispatcher } from 'undici'
import { backOff } from '../../backup/model/back-off.ts'
import { Fault } from '../../backup/model/faults.ts'
import { type Clock, LONGEST_PAUSE_MS, pause, unlessAborted } from '../clock.ts'
import { assertion, GOOGLE_TOKEN_URL, parseServiceAccount, readServiceAccount } from './service-account.ts'
import { askForToken, type Presented, type TokenAnswer } from './token-endpoint.ts'

/**
 * Access tokens, always fresh, from a refresh token or a service account that acts for a user.
 *
 * Written here and not taken from google-auth-library: that signs service accounts' statements for Google's own address only
 * (`aud` and the URL are constants in it), so neither a key's `token_uri` nor a configured token URL would be honoured, and it
 * brings a second HTTP client with time-outs and retries of its own.
 */

export type Credentials =
  | { refreshToken: string; clientId: string; clientSecret: string }
  | { serviceAccountFile: string; impersonate: string | null }
  | { serviceAccountKey: string; impersonate: string | null }

/** What is posted to get a token, made anew each time since a statement carries the time. */
export interface Grant {
  tokenUrl: string
  presented: Presented
  form(now: number): Record<string, string>
}

/** Reads the key where there is one, and throws an Error that says what is wrong with it. */
export function grantOf(credentials: Credentials, tokenUrl: string): Grant {
  if ('refreshToken' in credentials) {
    const form = {
      grant_type: 'refresh_token',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      refresh_token: credentials.refreshToken,
    }
    return { tokenUrl, presented: 'refresh-token', form: () => form }
  }
  const account =
    'serviceAccountKey' in credentials
      ? parseServiceAccount(credentials.serviceAccountKey, 'the service account key')
      : readServiceAccount(credentials.serviceAccountFile)
  // A configured address wins; Google's default is no configuration, and the key knows better.
  const url = tokenUrl === GOOGLE_TOKEN_URL ? account.tokenUri : tokenUrl
  return {
    tokenUrl: url,
    presented: 'service-account',
    form: (now) => ({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: assertion(account, url, credentials.impersonate, now),
    }),
  }
}

/** A token is renewed so long before its end: a call may wait in the pool and still arrive with a live one. */
const MARGIN_MS = 60_000

export class AccessTokens {
  readonly #dispatcher: Dispatcher
  readonly #grant: Grant
  readonly #subject: string
  readonly #patienceMs: number
  readonly #clock: Clock
  readonly #retry: { tries: number; baseMs: number }
  readonly #closing = new AbortController()
  #token: string | null = null
  #usableUntil = 0
  #scopes: string[] | null = null
  #renewal: Promise<string> | null = null

  constructor(
    dispatcher: Dispatcher,
    grant: Grant,
    options: { subject: string; patienceMs: number; clock: Clock; retry: { tries: number; baseMs: number } },
  ) {
    this.#dispatcher = dispatcher
    this.#grant = grant
    this.#subject = options.subject
    this.#patienceMs = options.patienceMs
    this.#clock = options.clock
    this.#retry = options.retry
  }

  /** What the last token allows, where Google said so. */
  get scopes(): string[] | null {
    return this.#scopes
  }

  /** A usable token: at once when there is one, else after the one renewal that all callers share. Throws only Faults. */
  get(signal: AbortSignal): string | Promise<string> {
    if (this.#token !== null && this.#clock.now() < this.#usableUntil) return this.#token
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = null
    })
    return unlessAborted(this.#renewal, signal)
  }

  /** Google refused this token before its time. Of many callers who had it only the first makes a renewal necessary. */
  refuse(token: string): void {
    if (this.#token === token) this.#token = null
  }

  close(): void {
    this.#closing.abort(new Error('the Drive source was closed'))
  }

  /** No caller's signal reaches the renewal, since it serves others too; it is bounded by its time-outs. */
  async #renew(): Promise<string> {
    for (let tries = 1; ; tries++) {
      try {
        return this.#keep(await this.#ask())
      } catch (error) {
        const wait = error instanceof Fault ? waitBefore(error, tries, this.#retry.baseMs) : null
        if (wait === null || tries >= this.#retry.tries) throw error
        await pause(this.#clock, wait, this.#closing.signal)
      }
    }
  }

  #ask(): Promise<TokenAnswer> {
    const { tokenUrl, presented, form } = this.#grant
    const now = () => this.#clock.now()
    const call = { url: tokenUrl, form: form(now()), presented, patienceMs: this.#patienceMs }
    return askForToken(this.#dispatcher, { ...call, subject: this.#subject, now }, this.#closing.signal)
  }

  #keep(answer: TokenAnswer): string {
    const now = this.#clock.now()
    this.#token = answer.accessToken
    // Of a token that lives shorter than the margin, half its life is used.
    this.#usableUntil = Math.max(answer.endsAt - MARGIN_MS, now + (answer.endsAt - now) / 2)
    this.#scopes = answer.scopes
    return answer.accessToken
  }
}

const WORTH_ANOTHER_TRY: ReadonlySet<string> = new Set([
  'google/unreachable',
  'google/unavailable',
  'google/rate-limited',
  'google/bad-answer',
])

/** ms to wait before the same is tried again here; null when that would not help, or would take too long to wait for. */
export function waitBefore(fault: Fault, tries: number, baseMs: number): number | null {
  if (!WORTH_ANOTHER_TRY.has(fault.code)) return null
  const wait = Math.max(
    backOff(tries, { firstMs: baseMs, longestMs: LONGEST_PAUSE_MS }, Math.random()),
    fault.retryAfterMs ?? 0,
  )
  return wait > LONGEST_PAUSE_MS ? null : wait
}
