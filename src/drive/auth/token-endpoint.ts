import type { Dispatcher } from 'undici'
import { Fault, type FaultCode } from '../../backup/model/faults.ts'
import { faultFromAnswer, networkFailure } from '../api/errors.ts'
import { type Answer, exchange, type HttpLimits, header } from '../api/http.ts'
import { quote } from '../api/quote.ts'
import { retryAfterMs } from '../pacing/retry-after.ts'
import { isObject } from '../read/items.ts'

/** Google's token endpoint: one call, its answer checked, its errors made Faults. Tokens and secrets never get into messages. */

export interface TokenAnswer {
  accessToken: string
  /** ms since 1970 when it ends. */
  endsAt: number
  /** What was granted, where Google says so (not for service accounts). */
  scopes: string[] | null
  /** Only for the first exchange of a sign-in. */
  refreshToken: string | null
}

/** Whose credentials were presented: the same word of Google's means another remedy. */
export type Presented = 'refresh-token' | 'service-account' | 'code'

/** How long the endpoint may keep silent; half as much again for the whole call. */
export const PATIENCE_MS = 20_000
/** A token answer is one or two KiB; access tokens alone may be 2,048 bytes. */
const LONGEST_ANSWER = 64 * 1024

export async function askForToken(
  dispatcher: Dispatcher,
  request: {
    url: string
    form: Record<string, string>
    presented: Presented
    subject: string
    patienceMs: number
    now: () => number
  },
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const { subject, presented, patienceMs } = request
  const limits: HttpLimits = { headersMs: patienceMs, idleMs: patienceMs, totalMs: patienceMs * 1.5 }
  const url = new URL(request.url)
  let answer: Answer
  let text: string
  try {
    answer = await exchange(
      dispatcher,
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'POST',
        headers: ['content-type', 'application/x-www-form-urlencoded', 'accept', 'application/json'],
        body: new URLSearchParams(request.form).toString(),
        limits,
      },
      signal,
    )
    text = (await answer.bytes(LONGEST_ANSWER)).toString()
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof RangeError) throw badAnswer(subject, 'a token answer of more than 64 KiB')
    const failure = networkFailure(error)
    if (failure === null) throw error
    throw new Fault(failure.code, subject, { detail: `${url.origin}: ${failure.detail}`, cause: error })
  }
  const from = { origin: url.origin, subject, now: request.now() }
  if (answer.status !== 200) throw tokenFault(answer, text, presented, from)
  return parseTokenAnswer(text, from)
}

/** Who was asked, for whom, and when. */
interface Asked {
  origin: string
  subject: string
  now: number
}

function parseTokenAnswer(text: string, { origin, subject, now }: Asked): TokenAnswer {
  const value = parseJson(text)
  if (!isObject(value)) throw badAnswer(subject, `${origin}: the token endpoint did not answer with JSON`)
  const { access_token: accessToken, expires_in: expiresIn, scope, refresh_token: refreshToken } = value
  // It goes into a header: a line break in it would be one more header.
  if (typeof accessToken !== 'string' || !/^[\x21-\x7e]+$/.test(accessToken)) {
    throw badAnswer(subject, `${origin}: the token endpoint answered without an access token`)
  }
  const seconds = Number(expiresIn)
  return {
    accessToken,
    endsAt: now + (seconds > 0 && seconds < 86_400 ? seconds : 3600) * 1000,
    scopes: typeof scope === 'string' ? scope.split(' ') : null,
    refreshToken: typeof refreshToken === 'string' ? refreshToken : null,
  }
}

/** The endpoint's errors have a shape of their own: `{"error", "error_description", "error_subtype"?}`. */
function tokenFault(answer: Answer, text: string, presented: Presented, { origin, subject, now }: Asked): Fault {
  const value = parseJson(text)
  const error = isObject(value) && typeof value.error === 'string' ? value.error : null
  if (error === null) {
    const plain = { status: answer.status, body: text, retryAfterMs: retryAfterMs(header(answer, 'retry-after'), now) }
    const { code, detail, retryAfterMs: wait } = faultFromAnswer(plain, 'account', subject)
    return new Fault(code, subject, { detail: `${origin}: ${detail}`, retryAfterMs: wait })
  }
  const description = isObject(value) && typeof value.error_description === 'string' ? value.error_description : ''
  const code = codeOf(error, description, presented, answer.status)
  const skew = code === 'google/clock-skew' ? clockDifference(answer, now) : ''
  return new Fault(code, subject, { detail: quote(`${error}: ${description}${skew}`) })
}

function codeOf(error: string, description: string, presented: Presented, status: number): FaultCode {
  const account = presented === 'service-account'
  switch (error) {
    case 'invalid_grant':
      if (/reasonable timeframe|short-lived token|iat and exp/i.test(description)) return 'google/clock-skew'
      if (account && /invalid email or user id/i.test(description)) return 'google/delegation-missing'
      if (account && /signature|account not found|malformed|audience/i.test(description)) return 'google/client-refused'
      return 'google/sign-in-ended'
    case 'unauthorized_client':
    case 'invalid_scope':
      if (account) return 'google/delegation-missing'
      return error === 'invalid_scope' ? 'google/scope-missing' : 'google/client-refused'
    case 'invalid_client':
    case 'deleted_client':
    case 'disabled_client':
    case 'invalid_request':
    case 'redirect_uri_mismatch':
      return 'google/client-refused'
    case 'access_denied':
    case 'org_internal':
    case 'admin_policy_enforced':
      return 'google/access-denied'
    default:
      if (status === 429) return 'google/rate-limited'
      return status >= 500 ? 'google/unavailable' : 'google/bad-answer'
  }
}

function clockDifference(answer: Answer, now: number): string {
  const theirs = Date.parse(header(answer, 'date') ?? '')
  if (Number.isNaN(theirs)) return ''
  const minutes = Math.round((now - theirs) / 60_000)
  return `; this clock is ${Math.abs(minutes)} min ${minutes > 0 ? 'ahead of' : 'behind'} Google's`
}

function badAnswer(subject: string, detail: string): Fault {
  return new Fault('google/bad-answer', subject, { detail })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
