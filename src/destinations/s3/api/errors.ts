import { FAULTS, Fault, type FaultCode } from '../../../backup/model/faults.ts'
import { networkFailure } from '../../../http/network-failure.ts'
import { parseXml, text } from './xml.ts'

/** Of what the other side says, in characters. */
const MAX_DETAIL = 200
const LONGEST_RETRY_AFTER = 60 * 60 * 1000

/** An answer of storage with its (small) body; of a long refusal only the beginning. */
export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** A refusal as storage worded it; the `cause` of the Fault made from it. `code` is empty where the body named none. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Answer['headers']
  /** The size of the body that was refused with its request. */
  readonly sent: number

  // The body of the answer is not kept: a server may send megabytes, and faults are kept for a while.
  constructor(answer: Answer, code: string, message: string, sent = 0) {
    super(wordsOf(message))
    this.status = answer.status
    this.code = wordsOf(code)
    this.headers = answer.headers
    this.sent = sent
  }
}

/** What a failed request was about: enough to name the subject of the fault and to judge a refused checksum. */
export interface Subject {
  /** `bucket "name" at host`. */
  bucket: string
  key: string | null
  /** Which of the checksums sent was Drive's own; a refusal of that one says that the bytes are not Drive's. */
  driveHash: 'sha256' | 'md5' | null
  /** Bytes of its body. */
  sent: number
}

/** Codes in the words of AWS, Ceph (`InvalidObjectName`, `QuotaExceeded`, `UserSuspended`) and MinIO (`XMinio…`). */
const BY_CODE: Record<string, FaultCode> = {
  NoSuchBucket: 'storage/no-bucket',
  InvalidBucketName: 'storage/no-bucket',
  InvalidAccessKeyId: 'storage/credentials-refused',
  SignatureDoesNotMatch: 'storage/credentials-refused',
  ExpiredToken: 'storage/credentials-refused',
  InvalidToken: 'storage/credentials-refused',
  TokenRefreshRequired: 'storage/credentials-refused',
  InvalidSecurity: 'storage/credentials-refused',
  AccessDenied: 'storage/access-denied',
  AllAccessDisabled: 'storage/access-denied',
  AccountProblem: 'storage/access-denied',
  NotSignedUp: 'storage/access-denied',
  UserSuspended: 'storage/access-denied',
  PermanentRedirect: 'storage/wrong-region',
  AuthorizationHeaderMalformed: 'storage/wrong-region',
  RequestTimeTooSkewed: 'storage/clock-skew',
  SlowDown: 'storage/slow-down',
  SlowDownRead: 'storage/slow-down',
  SlowDownWrite: 'storage/slow-down',
  TooManyRequests: 'storage/slow-down',
  RequestLimitExceeded: 'storage/slow-down',
  XMinioStorageFull: 'storage/full',
  XMinioAdminBucketQuotaExceeded: 'storage/full',
  QuotaExceeded: 'storage/full',
  InsufficientStorage: 'storage/full',
  BadDigest: 'storage/checksum-refused',
  XAmzContentSHA256Mismatch: 'storage/checksum-refused',
  XAmzContentChecksumMismatch: 'storage/checksum-refused',
  KeyTooLongError: 'storage/key-refused',
  KeyTooLong: 'storage/key-refused',
  InvalidObjectName: 'storage/key-refused',
  XMinioInvalidObjectName: 'storage/key-refused',
  InvalidURI: 'storage/key-refused',
  XMinioObjectExistsAsDirectory: 'storage/key-refused',
  XMinioParentIsObject: 'storage/key-refused',
  NoSuchKey: 'storage/not-found',
  NoSuchVersion: 'storage/not-found',
  NoSuchUpload: 'storage/not-found',
  InvalidObjectState: 'storage/archived',
  InvalidStorageClass: 'storage/setting-refused',
  IllegalLocationConstraintException: 'storage/setting-refused',
  InvalidLocationConstraint: 'storage/setting-refused',
  RequestTimeout: 'storage/unavailable',
  InternalError: 'storage/unavailable',
  ServiceUnavailable: 'storage/unavailable',
  OperationAborted: 'storage/unavailable',
  TemporaryRedirect: 'storage/unavailable',
  'KMS.ThrottlingException': 'storage/slow-down',
}
/** Codes with many endings: `KMS.DisabledException` and its like, `InvalidEncryptionAlgorithm…`. */
const SETTING_REFUSED = /^(KMS\.|InvalidEncryptionAlgorithm)/

const BY_STATUS: Record<number, FaultCode> = {
  301: 'storage/wrong-region',
  401: 'storage/credentials-refused',
  403: 'storage/access-denied',
  404: 'storage/not-found',
  408: 'storage/unavailable',
  409: 'storage/unavailable',
  429: 'storage/slow-down',
  503: 'storage/slow-down',
  507: 'storage/full',
}

/**
 * Turns what went wrong with a request into a Fault: an answer that is no success, a 200 that carries an error, or a
 * failed connection. Anything else (a TypeError, say) is a bug of ours and comes back as it is.
 */
export function toFault(failure: Answer | Error, subject: Subject): Error {
  if (failure instanceof Fault) return failure
  if (failure instanceof Error) {
    const network = networkFailure(failure)
    if (network === null) return failure
    const code = network.what === 'unreachable' ? 'storage/unreachable' : 'storage/bad-answer'
    return fault(code, subject, network.detail, failure, null)
  }
  const refusal = readRefusal(failure, subject)
  const code = refusal === null ? strangerCode(failure) : refusalCode(refusal, subject)
  const detail = refusal === null ? `status ${failure.status}, ${contentType(failure)}` : refusalDetail(refusal)
  return fault(code, subject, detail, refusal ?? new Refusal(failure, '', '', subject.sent), retryAfter(failure))
}

/** An answer that is a success by its status but not what S3 promises. */
export function badAnswer(what: string, answer: Answer, subject: Subject): Fault {
  return fault('storage/bad-answer', subject, what, new Refusal(answer, '', what), null)
}

/** The word by which storage refused the request behind `error`; null where it did not. */
export function refusalOf(error: unknown): Refusal | null {
  return error instanceof Fault && error.cause instanceof Refusal ? error.cause : null
}

function fault(code: FaultCode, subject: Subject, detail: string | null, cause: Error, retryAfterMs: number | null) {
  const about = FAULTS[code].scope === 'item' && subject.key !== null ? subject.key : subject.bucket
  return new Fault(code, about, { detail: detail === null ? null : wordsOf(detail), cause, retryAfterMs })
}

/** Foreign text for a message: one line, no control or invisible formatting characters, at most 200 characters. */
function wordsOf(text: string): string {
  const line = text
    .slice(0, 10 * MAX_DETAIL)
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
  return (line.length > MAX_DETAIL ? `${line.slice(0, MAX_DETAIL - 1)}…` : line).toWellFormed()
}

/** Null when the body is not S3's: a proxy or a captive portal speaks. No body at all is common (HEAD, small servers). */
function readRefusal(answer: Answer, { sent }: Subject): Refusal | null {
  if (answer.body.trim() === '') return new Refusal(answer, '', '', sent)
  const error = parseXml(answer.body, 'Error')
  if (error !== null) return new Refusal(answer, text(error, 'Code') ?? '', text(error, 'Message') ?? '', sent)
  // Only the beginning of a long refusal was read.
  if (!/^\s*(<\?xml[^>]*>\s*)?<Error[\s>]/.test(answer.body)) return null
  const [, code = ''] = /<Code>([^<]*)<\/Code>/.exec(answer.body) ?? []
  const [, message = ''] = /<Message>([^<]*)/.exec(answer.body) ?? []
  return new Refusal(answer, code, message, sent)
}

function refusalCode(refusal: Refusal, subject: Subject): FaultCode {
  const { code, status } = refusal
  if (status === 413) return 'storage/body-too-large'
  const driveMismatch =
    (code === 'BadDigest' && subject.driveHash === 'md5') ||
    (code === 'XAmzContentSHA256Mismatch' && subject.driveHash === 'sha256')
  if (driveMismatch) return 'drive/content-mismatch'
  // AWS names the bucket's region where it differs, also in answers to HEAD, which have no body.
  if ((status === 301 || status === 400) && code === '' && refusal.headers['x-amz-bucket-region']) {
    return 'storage/wrong-region'
  }
  // A code comes from outside: `constructor` is none of ours.
  if (Object.hasOwn(BY_CODE, code)) return BY_CODE[code] as FaultCode
  const known = code === '' || status >= 429 ? BY_STATUS[status] : undefined
  if (known !== undefined) return known
  if (status >= 500 && status !== 501) return 'storage/unavailable'
  if (SETTING_REFUSED.test(code)) return 'storage/setting-refused'
  if (status === 403) return 'storage/access-denied'
  return status >= 300 && status < 400 ? 'storage/bad-answer' : 'storage/request-refused'
}

/** For an answer that is not S3's own. Gateways in front of storage answer 502, 503, 504, 429 and 413 in HTML. */
function strangerCode(answer: Answer): FaultCode {
  if (answer.status === 429) return 'storage/slow-down'
  if (answer.status === 413) return 'storage/body-too-large'
  return answer.status >= 500 && answer.status !== 501 ? 'storage/unavailable' : 'storage/bad-answer'
}

function refusalDetail(refusal: Refusal): string {
  const named = [refusal.code, refusal.message].filter((part) => part !== '').join(': ')
  return named === '' ? `status ${refusal.status}` : named
}

function contentType(answer: Answer): string {
  return String(answer.headers['content-type'] ?? 'no content type').slice(0, 80)
}

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3). A longer wait than an hour is not believed: a proxy or a maintenance page says anything. */
function retryAfter(answer: Answer): number | null {
  const value = answer.headers['retry-after']
  if (typeof value !== 'string') return null
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), LONGEST_RETRY_AFTER)
}
