import { isErrorCode, S3Error } from '../errors.ts'
import type { Reply } from '../operations/call.ts'
import type { Fault } from './fault.ts'
import { errorXml } from './send.ts'

/** The answer of a fault that takes the operation's place; null for faults that let the operation run. */
export function faultReply(fault: Fault, resource: string, requestId: string): Reply | null {
  switch (fault.kind) {
    case 'answer':
      return answer(fault, resource, requestId)
    case 'error-in-200': {
      const code = fault.code ?? 'InternalError'
      const body = errorXml(code, fault.message ?? words(code), {}, requestId)
      return { status: 200, headers: { 'Content-Type': 'application/xml' }, body }
    }
    case 'disk-full': {
      const [code, message] =
        fault.style === 'generic'
          ? ['InsufficientStorage', 'There is not enough space on the device to complete the operation.']
          : ['XMinioStorageFull', 'Storage backend has reached its minimum free drive threshold.']
      return { status: 507, headers: {}, body: errorXml(code, message, { Resource: resource }, requestId) }
    }
    default:
      return null
  }
}

function answer(fault: Extract<Fault, { kind: 'answer' }>, resource: string, requestId: string): Reply {
  const headers: Record<string, string> = {}
  if (fault.retryAfter !== undefined) headers['Retry-After'] = String(fault.retryAfter)
  if (fault.body === 'none') return { status: fault.status, headers }
  if (fault.body === 'html') {
    const page = htmlReply(fault.status, fault.message ?? 'Service Unavailable')
    return { ...page, headers: { ...headers, ...page.headers } }
  }
  const code = fault.code ?? usualCode(fault.status)
  return {
    status: fault.status,
    headers,
    body: errorXml(code, fault.message ?? words(code), { Resource: resource }, requestId),
  }
}

/** An answer of a server in front of storage, as nginx words it. */
export function htmlReply(status: number, words: string): Reply {
  const title = `${status} ${words}`
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body><center><h1>${title}</h1></center></body>\r\n</html>\r\n`
  return { status, headers: { 'Content-Type': 'text/html' }, body }
}

function usualCode(status: number): string {
  if (status === 503) return 'SlowDown'
  if (status === 403) return 'AccessDenied'
  return status === 404 ? 'NoSuchKey' : 'InternalError'
}

function words(code: string): string {
  return isErrorCode(code) ? new S3Error(code).message : code
}
