import { FAULTS, Fault, type FaultCode } from '../../backup/model/faults.ts'
import { networkFailure as whatFailed } from '../../http/network-failure.ts'
import { isObject } from '../read/items.ts'
import { quote } from './quote.ts'

/**
 * The one place that knows Google's errors: its answers and the network's failures become Faults here.
 * Reasons and their meaning: drive-api.md §4, §5 and §8. A reason that is not listed is judged by its status.
 */

/** What was asked, since the same answer means different things: a 404 is a lost file, a dead cursor or a lost shared drive. */
export type Asking = 'account' | 'item' | 'scan' | 'changes'

export interface ErrorAnswer {
  status: number
  /** The body as text, however it looks. */
  body: string
  retryAfterMs: number | null
}

/** Turns an answer that is not a success into a Fault. Never throws. */
export function faultFromAnswer(answer: ErrorAnswer, asking: Asking, subject: string): Fault {
  const error = parseError(answer.body)
  const detail = describe(answer, error)
  const code = codeOf(answer.status, error, asking)
  return new Fault(code, subject, { detail, retryAfterMs: answer.retryAfterMs })
}

interface GoogleError {
  message: string
  /** Of all entries, since the telling one is not always the first. */
  reasons: string[]
  locations: string[]
}

const BY_REASON: Readonly<Record<string, FaultCode>> = {
  rateLimitExceeded: 'google/rate-limited',
  userRateLimitExceeded: 'google/rate-limited',
  sharingRateLimitExceeded: 'google/rate-limited',
  RATE_LIMIT_EXCEEDED: 'google/rate-limited',
  dailyLimitExceeded: 'google/daily-limit',
  dailyLimitExceededUnreg: 'google/daily-limit',
  quotaExceeded: 'google/daily-limit',
  accessNotConfigured: 'google/api-disabled',
  SERVICE_DISABLED: 'google/api-disabled',
  insufficientPermissions: 'google/scope-missing',
  ACCESS_TOKEN_SCOPE_INSUFFICIENT: 'google/scope-missing',
  domainPolicy: 'google/access-denied',
  teamDriveMembershipRequired: 'google/access-denied',
  accountDisabled: 'google/access-denied',
  downloadQuotaExceeded: 'drive/download-quota',
  cannotDownloadAbusiveFile: 'drive/flagged-abusive',
  cannotDownloadFile: 'drive/download-forbidden',
  cannotExportFile: 'drive/access-denied',
  fileNotExportable: 'drive/not-exportable',
  exportSizeLimitExceeded: 'drive/export-failed',
  pageTokenExpired: 'google/scan-expired',
}

/**
 * Refusals without a stated cause. New rights take minutes to apply, so one of these proves nothing lasting about a file; for everything
 * else it is a lost right to the drive.
 */
const NOT_ALLOWED: ReadonlySet<string> = new Set(['forbidden', 'insufficientFilePermissions', 'appNotAuthorizedToFile'])

function codeOf(status: number, error: GoogleError | null, asking: Asking): FaultCode {
  if (error !== null) {
    const known = knownReason(status, error, asking)
    if (known !== undefined) return known
    if (error.locations.includes('pageToken'))
      return asking === 'changes' ? 'google/cursor-dead' : 'google/scan-expired'
    // The drive was asked for, not a file in it: we are no member any more.
    if (status === 404 && (error.locations.includes('driveId') || /drive not found/i.test(error.message))) {
      return 'google/access-denied'
    }
  }
  return codeOfStatus(status, error, asking)
}

/** Of several reasons one that passes wins over one for which the file is skipped for good, and that needs a status that means a refusal. */
function knownReason(status: number, error: GoogleError, asking: Asking): FaultCode | undefined {
  const codes = error.reasons.map((reason) => codeOfReason(reason, error, asking)).filter((code) => code !== undefined)
  const passing = codes.find((code) => !('skip' in FAULTS[code]))
  if (passing !== undefined) return passing
  if (error.reasons.some((reason) => NOT_ALLOWED.has(reason))) {
    return asking === 'item' ? 'drive/access-denied' : 'google/access-denied'
  }
  return status < 500 && status !== 429 ? codes[0] : undefined
}

function codeOfReason(reason: string, { locations }: GoogleError, asking: Asking): FaultCode | undefined {
  if (reason === 'badRequest' && locations.includes('convertTo')) return 'drive/not-exportable'
  const code = Object.hasOwn(BY_REASON, reason) ? BY_REASON[reason] : undefined
  return code === 'google/scan-expired' && asking === 'changes' ? 'google/cursor-dead' : code
}

function codeOfStatus(status: number, error: GoogleError | null, asking: Asking): FaultCode {
  if (status === 429) return 'google/rate-limited'
  // Google's gateways answer 500, 502, 503 and 504 in HTML; 501 is a plain web server's word for what it does not know.
  if (status === 408 || (status >= 500 && (status !== 501 || error !== null))) return 'google/unavailable'
  if (status === 407) return 'google/unreachable'
  // Only Google's own words may mean a loss: a proxy's page of the same status must not cost a file or a place in the feed.
  if (error === null) return 'google/bad-answer'
  if (status === 401) return 'google/access-denied'
  if (status === 404 || status === 410) {
    if (asking === 'changes') return 'google/cursor-dead'
    return asking === 'item' ? 'drive/not-found' : 'google/access-denied'
  }
  if (status === 416) return 'drive/content-mismatch'
  return 'google/request-refused'
}

/** Google's error shape, read defensively; null when the body is something else. */
function parseError(body: string): GoogleError | null {
  const error = errorObject(body)
  if (error === null) return null
  const entries = [...objects(error.errors), ...objects(error.details)]
  const texts = (field: string) => entries.map((entry) => entry[field]).filter((text) => typeof text === 'string')
  return {
    message: typeof error.message === 'string' ? error.message : '',
    reasons: texts('reason'),
    locations: texts('location'),
  }
}

function errorObject(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body)
    return isObject(value) && isObject(value.error) ? value.error : null
  } catch {
    return null
  }
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** `403 userRateLimitExceeded: User Rate Limit Exceeded.` */
function describe({ status, body }: ErrorAnswer, error: GoogleError | null): string {
  if (error !== null) return quote(`${[status, ...error.reasons].join(' ')}: ${error.message}`)
  const title = /<title>([^<]*)/i.exec(body)?.[1]
  return quote(`status ${status}, ${title ?? (body.trim() === '' ? 'no body' : `not JSON: ${body}`)}`)
}

/** What a failed connection means, in words; null when the error is not the network's. */
export function networkFailure(error: unknown): { code: FaultCode; detail: string } | null {
  const failure = whatFailed(error)
  if (failure === null) return null
  const code = failure.what === 'unreachable' ? 'google/unreachable' : 'google/bad-answer'
  return { code, detail: quote(failure.detail, 400) }
}
