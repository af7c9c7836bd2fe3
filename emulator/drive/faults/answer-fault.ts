import { json, type Reply } from '../http/call.ts'
import { badToken, DriveError, forbidden, invalid } from '../http/errors.ts'
import { rateLimit } from '../http/quota.ts'
import type { AnswerFault } from './faults.ts'

/** The answer that a fault gives in place of the real one; undefined where no answer is to come at all. */
export function faultReply(fault: AnswerFault): Reply | 'reset' | 'hang' {
  switch (fault.kind) {
    case 'reset':
    case 'hang':
      return fault.kind
    case 'garbage':
      return html(200, fault.text ?? '<html><head><title>Sorry...</title></head><body>Please wait.</body></html>')
    case 'invalid-grant':
      return json({ error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }, 400)
    case 'unauthorized':
      throw badToken()
    case 'dead-page-token':
      throw invalid('pageToken')
    case 'stale-page-token':
      throw forbidden('pageTokenExpired', 'Page token expired.')
    case 'error':
      return errorReply(fault)
  }
}

function errorReply(fault: AnswerFault & { kind: 'error' }): Reply {
  const headers: Record<string, string> =
    fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) }
  if (fault.body === 'empty') return { status: fault.status, headers }
  if (fault.body === 'html') return html(fault.status, errorPage(fault.status), headers)
  const error = googleError(fault)
  return json(error.body(), fault.status, { ...error.headers, ...headers })
}

function googleError(fault: AnswerFault & { kind: 'error' }): DriveError {
  const reason = fault.reason ?? usualReason(fault.status)
  if (fault.status === 401 && fault.message === undefined) return badToken()
  if ((reason === 'userRateLimitExceeded' || reason === 'rateLimitExceeded') && fault.message === undefined) {
    return rateLimit(reason, fault.status === 429 ? 429 : 403)
  }
  const domain = QUOTA_REASONS.has(reason) ? 'usageLimits' : 'global'
  return new DriveError(fault.status, { reason, domain, message: fault.message ?? MESSAGES[reason] ?? 'Backend Error' })
}

const QUOTA_REASONS = new Set([
  'dailyLimitExceeded',
  'userRateLimitExceeded',
  'rateLimitExceeded',
  'accessNotConfigured',
])

const MESSAGES: Readonly<Record<string, string>> = {
  internalError: 'Internal Error',
  dailyLimitExceeded: 'Daily Limit Exceeded',
  quotaExceeded: 'The user has exceeded their Drive storage quota',
  storageQuotaExceeded: "The user's Drive storage quota has been exceeded.",
  downloadQuotaExceeded: 'The download quota for this file has been exceeded.',
  sharingRateLimitExceeded: 'Rate limit exceeded. User message: "Sorry, you cannot share at this time."',
  insufficientFilePermissions: 'The user does not have sufficient permissions for this file.',
  insufficientPermissions: 'Insufficient Permission: Request had insufficient authentication scopes.',
  forbidden: 'Forbidden',
  domainPolicy: 'The domain administrators have disabled Drive apps.',
  appNotAuthorizedToFile: 'The user has not granted the app access to the file.',
  accessNotConfigured:
    'Access Not Configured. Google Drive API has not been used in this project before or it is disabled.',
  cannotDownloadFile: 'This file cannot be downloaded by the user.',
  cannotDownloadAbusiveFile: 'This file has been identified as malware or spam and cannot be downloaded.',
  fileNotDownloadable: 'Only files with binary content can be downloaded. Use Export with Docs Editors files.',
  exportSizeLimitExceeded: 'This file is too large to be exported.',
  notFound: 'File not found.',
}

function usualReason(status: number): string {
  switch (status) {
    case 400:
      return 'badRequest'
    case 403:
      return 'forbidden'
    case 404:
      return 'notFound'
    case 429:
      return 'rateLimitExceeded'
    case 500:
      return 'internalError'
    default:
      return 'backendError'
  }
}

function html(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'Content-Type': 'text/html; charset=UTF-8', ...headers }, body }
}

function errorPage(status: number): string {
  return `<!DOCTYPE html>
<html lang=en>
  <title>Error ${status} (Server Error)!!1</title>
  <p><b>${status}.</b> <ins>That’s an error.</ins>
  <p>The server encountered an error and could not complete your request.<p>Please try again in 30 seconds.  <ins>That’s all we know.</ins>
`
}
