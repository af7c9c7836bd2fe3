import { expect, test } from 'vitest'
import type { FaultCode } from '../../backup/model/faults.ts'
import { type Asking, faultFromAnswer, networkFailure } from './errors.ts'
import { quote } from './quote.ts'

function google(
  status: number,
  reason: string,
  more: { message?: string; location?: string; details?: object[] } = {},
) {
  const { message = 'Words.', location, details } = more
  const errors = [{ message, domain: 'global', reason, ...(location && { location }) }]
  return { status, body: JSON.stringify({ error: { code: status, message, errors, details } }), retryAfterMs: null }
}

test.each<[status: number, reason: string, asking: Asking, code: FaultCode]>([
  [403, 'rateLimitExceeded', 'item', 'google/rate-limited'],
  [403, 'userRateLimitExceeded', 'scan', 'google/rate-limited'],
  [429, 'rateLimitExceeded', 'changes', 'google/rate-limited'],
  [403, 'dailyLimitExceeded', 'item', 'google/daily-limit'],
  [403, 'quotaExceeded', 'item', 'google/daily-limit'],
  [403, 'accessNotConfigured', 'account', 'google/api-disabled'],
  [403, 'insufficientPermissions', 'scan', 'google/scope-missing'],
  [403, 'domainPolicy', 'item', 'google/access-denied'],
  [403, 'forbidden', 'item', 'drive/access-denied'],
  [403, 'forbidden', 'scan', 'google/access-denied'],
  [403, 'insufficientFilePermissions', 'item', 'drive/access-denied'],
  [403, 'appNotAuthorizedToFile', 'item', 'drive/access-denied'],
  [403, 'cannotDownloadFile', 'item', 'drive/download-forbidden'],
  [403, 'cannotExportFile', 'item', 'drive/access-denied'],
  [403, 'cannotDownloadAbusiveFile', 'item', 'drive/flagged-abusive'],
  [403, 'downloadQuotaExceeded', 'item', 'drive/download-quota'],
  [403, 'fileNotExportable', 'item', 'drive/not-exportable'],
  [403, 'exportSizeLimitExceeded', 'item', 'drive/export-failed'],
  [403, 'pageTokenExpired', 'scan', 'google/scan-expired'],
  [403, 'pageTokenExpired', 'changes', 'google/cursor-dead'],
  [403, 'ofNextYear', 'item', 'google/request-refused'],
  [400, 'badRequest', 'scan', 'google/request-refused'],
  [401, 'authError', 'account', 'google/access-denied'],
  [404, 'notFound', 'item', 'drive/not-found'],
  [404, 'notFound', 'changes', 'google/cursor-dead'],
  [410, 'gone', 'changes', 'google/cursor-dead'],
  [416, 'requestedRangeNotSatisfiable', 'item', 'drive/content-mismatch'],
  [500, 'internalError', 'item', 'google/unavailable'],
  [503, 'cannotDownloadFile', 'item', 'google/unavailable'],
  [503, 'backendError', 'scan', 'google/unavailable'],
])('%i %s, when asked for %s, is %s', (status, reason, asking, code) => {
  const fault = faultFromAnswer(google(status, reason), asking, 'it')
  expect(fault.code).toBe(code)
  expect(fault.detail).toBe(`${status} ${reason}: Words.`)
})

test('a bad page token kills the place it was for', () => {
  const answer = google(400, 'invalid', { location: 'pageToken' })
  expect(faultFromAnswer(answer, 'changes', 'x').code).toBe('google/cursor-dead')
  expect(faultFromAnswer(answer, 'scan', 'x').code).toBe('google/scan-expired')
})

test('a shared drive that is not found is lost access, whatever was asked of it', () => {
  const answer = google(404, 'notFound', { location: 'driveId', message: 'Shared drive not found: 0A' })
  for (const asking of ['changes', 'scan', 'account'] as const) {
    expect(faultFromAnswer(answer, asking, 'x').code).toBe('google/access-denied')
  }
})

test('the telling reason may be in the details', () => {
  const details = [{ '@type': 'ErrorInfo', reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' }]
  expect(faultFromAnswer(google(403, 'whatever', { details }), 'item', 'x').code).toBe('google/scope-missing')
})

test('answers that are not Google’s cost neither a file nor a place in the feed', () => {
  const page = (status: number) => ({ status, body: '<html><title>Sign in to the hotel</title>', retryAfterMs: null })
  for (const asking of ['item', 'changes', 'scan', 'account'] as const) {
    for (const status of [200, 302, 400, 403, 404, 405, 410, 501]) {
      expect(faultFromAnswer(page(status), asking, 'x').code).toBe('google/bad-answer')
    }
    for (const status of [500, 502, 503, 504]) {
      expect(faultFromAnswer(page(status), asking, 'x').code).toBe('google/unavailable')
    }
    expect(faultFromAnswer(page(429), asking, 'x')).toMatchObject({ code: 'google/rate-limited' })
  }
  expect(faultFromAnswer(page(404), 'item', 'x').detail).toBe('status 404, Sign in to the hotel')
  expect(faultFromAnswer({ status: 500, body: '', retryAfterMs: 3000 }, 'item', 'x')).toMatchObject({
    detail: 'status 500, no body',
    retryAfterMs: 3000,
  })
})

test('a reason that passes wins over one that makes a lasting skip', () => {
  const answer = (...reasons: string[]) => {
    const errors = reasons.map((reason) => ({ reason, message: 'Words.' }))
    return { status: 403, body: JSON.stringify({ error: { message: 'Words.', errors } }), retryAfterMs: null }
  }
  const code = (...reasons: string[]) => faultFromAnswer(answer(...reasons), 'item', 'x').code
  expect(code('cannotDownloadFile', 'userRateLimitExceeded')).toBe('google/rate-limited')
  expect(code('cannotDownloadFile', 'forbidden')).toBe('drive/access-denied')
  expect(code('forbidden', 'userRateLimitExceeded')).toBe('google/rate-limited')
  expect(code('ofNextYear', 'cannotDownloadFile')).toBe('drive/download-forbidden')
})

test('a server’s text fits on one line, and is not cut within a character', () => {
  expect(quote('a\n\u001b[31mb\u202ec\ud800')).toBe('a [31mb c\ufffd')
  expect(quote('x'.repeat(300))).toHaveLength(201)
  expect(quote(`${'x'.repeat(199)}😀😀`)).toBe(`${'x'.repeat(199)}…`)
})

test('a bug of ours is not the network’s', () => {
  expect(networkFailure(new TypeError('x is not a function'))).toBe(null)
  expect(networkFailure(Object.assign(new Error('bad header'), { code: 'UND_ERR_INVALID_ARG' }))).toBe(null)
  expect(networkFailure(Object.assign(new TypeError('bad'), { code: 'ERR_INVALID_ARG_TYPE' }))).toBe(null)
  expect(networkFailure('text')).toBe(null)
})

test.each([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UND_ERR_SOCKET',
])('%s means that Google cannot be reached', (code) => {
  expect(networkFailure(Object.assign(new Error('words'), { code }))).toMatchObject({ code: 'google/unreachable' })
})
