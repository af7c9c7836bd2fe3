import type { CheckResult } from '../backup/model/destination.ts'
import { Fault } from '../backup/model/faults.ts'
import type { DriveClient } from './api/client.ts'
import type { Connections } from './api/connections.ts'
import { networkFailure } from './api/errors.ts'
import { exchange, type HttpRequest, header } from './api/http.ts'
import { quote } from './api/quote.ts'
import { allowsReading } from './auth/sign-in.ts'
import type { Clock } from './clock.ts'
import { PRICES } from './pacing/pacing.ts'
import type { Corpus } from './read/corpus.ts'
import { isObject } from './read/items.ts'

/** Proves step by step that the drive can be read, for `drivekeep doctor`: the first step that fails names the cause. */

export interface CheckParts {
  client: DriveClient
  corpus: Corpus
  connections: Connections
  clock: Clock
  apiUrl: URL
  /** What the sign-in presents itself at; token information is next to it. */
  tokenUrl: string
}

/** Google allows service accounts five minutes; a clock that is further off than this will get there. */
const TOLERATED_SKEW_MS = 120_000
const LIMITS = { headersMs: 15_000, idleMs: 15_000, totalMs: 20_000 }

/** Steps that depend on a failed one are omitted. Throws only the signal's reason, and bugs. */
export async function checkAccess(parts: CheckParts, signal: AbortSignal): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  const steps: [step: string, run: () => Promise<string>][] = [
    ['reach Google', () => reach(parts, signal)],
    ['sign-in', () => signIn(parts, signal)],
    ['permission to read Drive', () => permission(parts, signal)],
    ['account', () => account(parts, signal)],
    ['list files', () => list(parts, signal)],
  ]
  for (const [step, run] of steps) {
    try {
      results.push({ step, ok: true, message: await run() })
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof Fault)) throw error
      results.push({ step, ok: false, message: error.message })
      break
    }
  }
  return results
}

/** Asks without signing in: whatever comes back has a Date, and a wrong clock is the cause of much that follows. */
async function reach({ apiUrl, clock, connections, corpus }: CheckParts, signal: AbortSignal): Promise<string> {
  const path = `${apiUrl.pathname.replace(/\/$/, '')}/drive/v3/about?fields=kind`
  const request: HttpRequest = { origin: apiUrl.origin, path, method: 'GET', headers: [], limits: LIMITS }
  let date: string | undefined
  try {
    const answer = await exchange(connections.others, request, signal)
    date = header(answer, 'date')
    answer.discard()
  } catch (error) {
    const failure = networkFailure(error)
    if (failure === null) throw error
    throw new Fault(failure.code, corpus.subject, { detail: `${apiUrl.origin}: ${failure.detail}`, cause: error })
  }
  const skew = clock.now() - Date.parse(date ?? '')
  if (Math.abs(skew) > TOLERATED_SKEW_MS) {
    const off = `this clock is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? 'ahead of' : 'behind'} Google's`
    throw new Fault('google/clock-skew', corpus.subject, { detail: off })
  }
  return `${apiUrl.origin} answers${Number.isNaN(skew) ? '' : ', and its clock agrees with ours'}`
}

async function signIn({ client }: CheckParts, signal: AbortSignal): Promise<string> {
  await client.tokens.get(signal)
  return 'Google gives access tokens'
}

async function permission(parts: CheckParts, signal: AbortSignal): Promise<string> {
  const scopes = (await tokenScopes(parts, signal)) ?? parts.client.tokens.scopes
  if (scopes === null) return 'not told by Google; a scan will show it'
  if (!allowsReading(scopes)) {
    throw new Fault('google/scope-missing', parts.corpus.subject, {
      detail: quote(`granted: ${scopes.join(' ') || 'nothing'}`),
    })
  }
  return 'granted'
}

/** What the token really allows, asked next to the token endpoint; null where nobody answers that. */
async function tokenScopes(parts: CheckParts, signal: AbortSignal): Promise<string[] | null> {
  const { origin, pathname } = new URL('tokeninfo', parts.tokenUrl)
  const body = new URLSearchParams({ access_token: await parts.client.tokens.get(signal) }).toString()
  const headers = ['content-type', 'application/x-www-form-urlencoded']
  try {
    const request: HttpRequest = { origin, path: pathname, method: 'POST', headers, body, limits: LIMITS }
    const answer = await exchange(parts.connections.others, request, signal)
    const value: unknown = JSON.parse((await answer.bytes(64 * 1024)).toString())
    return answer.status === 200 && isObject(value) && typeof value.scope === 'string' ? value.scope.split(' ') : null
  } catch {
    signal.throwIfAborted()
    return null
  }
}

async function account({ client, corpus }: CheckParts, signal: AbortSignal): Promise<string> {
  const call = { units: PRICES.other, asking: 'account', subject: corpus.subject } as const
  const about = await client.json({ ...call, address: '/about?fields=user(emailAddress)' }, signal)
  const email = isObject(about.user) ? about.user.emailAddress : null
  return `signed in as ${typeof email === 'string' ? quote(email) : 'unknown'}`
}

async function list({ client, corpus }: CheckParts, signal: AbortSignal): Promise<string> {
  const query = new URLSearchParams({ pageSize: '1', fields: 'files(id)', ...corpus.list })
  const call = { units: PRICES.list, asking: 'scan', subject: corpus.subject } as const
  await client.json({ ...call, address: `/files?${query}` }, signal)
  return corpus.driveId === null ? 'My Drive can be listed' : `shared drive ${corpus.driveId} can be listed`
}
