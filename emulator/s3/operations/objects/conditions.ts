import { S3Error } from '../../errors.ts'
import { header } from '../../request.ts'
import type { ObjectVersion } from '../../storage/version.ts'
import type { Call } from '../call.ts'

/** Checks If-Match and its like on a read. Returns true for 304: the client has it already. */
export function isNotModified(call: Call, version: ObjectVersion): boolean {
  if (call.service.habits.ignoreConditions) return false
  const failed = failedCondition(call, version, '')
  if (failed === null) return false
  if (failed === 'If-None-Match' || failed === 'If-Modified-Since') return true
  throw new S3Error('PreconditionFailed', undefined, { Condition: failed })
}

/** Checks x-amz-copy-source-if-… on the source of a copy. */
export function requireCopyConditions(call: Call, source: ObjectVersion): void {
  if (call.service.habits.ignoreConditions) return
  const given = Object.keys(call.request.headers).find((name) => name.startsWith('x-amz-copy-source-if-'))
  if (given !== undefined && call.service.habits.refuseCopyConditions) {
    throw new S3Error('NotImplemented', `Header '${given}' is not implemented`)
  }
  const failed = failedCondition(call, source, 'x-amz-copy-source-')
  if (failed !== null) {
    throw new S3Error('PreconditionFailed', undefined, { Condition: `x-amz-copy-source-${failed}` })
  }
}

/** Checks If-None-Match and If-Match on a write or delete against what the key holds at this moment. */
export function requireWriteConditions(call: Call, current: ObjectVersion | undefined): void {
  const { request, service } = call
  const ifNoneMatch = header(request, 'if-none-match')
  const ifMatch = header(request, 'if-match')
  if (service.habits.ignoreConditions || (ifNoneMatch === undefined && ifMatch === undefined)) return
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== '*') throw new S3Error('NotImplemented', undefined, { Header: 'If-None-Match' })
    if (current !== undefined) throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-None-Match' })
  }
  if (ifMatch === undefined) return
  if (current === undefined) throw new S3Error('NoSuchKey', undefined, { Key: request.key ?? '' })
  if (!matches(call, ifMatch, current.etag))
    throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-Match' })
}

type Condition = 'If-Match' | 'If-None-Match' | 'If-Modified-Since' | 'If-Unmodified-Since'

/** The dates count only where the ETag condition of the same sense is absent (RFC 9110, 13.2.2). */
function failedCondition(call: Call, version: ObjectVersion, prefix: string): Condition | null {
  const { request } = call
  const ifMatch = header(request, `${prefix}if-match`)
  const ifNoneMatch = header(request, `${prefix}if-none-match`)
  const unmodifiedSince = date(header(request, `${prefix}if-unmodified-since`))
  const modifiedSince = date(header(request, `${prefix}if-modified-since`))
  const modified = Math.floor(version.modified / 1000) * 1000
  if (ifMatch !== undefined && !matches(call, ifMatch, version.etag)) return 'If-Match'
  if (ifMatch === undefined && unmodifiedSince !== null && modified > unmodifiedSince) return 'If-Unmodified-Since'
  if (ifNoneMatch !== undefined && matches(call, ifNoneMatch, version.etag)) return 'If-None-Match'
  if (ifNoneMatch === undefined && modifiedSince !== null && modified <= modifiedSince) return 'If-Modified-Since'
  return null
}

function matches(call: Call, condition: string, etag: string): boolean {
  return condition.split(',').some((one) => {
    const given = one.trim().replace(/^W\//, '')
    const wanted = call.service.habits.conditionsWithoutQuotes ? given : given.replaceAll('"', '')
    return wanted === '*' || wanted === etag
  })
}

/** Unix ms, or null for what is no date: such a header is overlooked. */
function date(text: string | undefined): number | null {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? null : time
}
