import { errors } from 'undici'
import { describe, expect, test } from 'vitest'
import { Fault } from '../../../backup/model/faults.ts'
import { refusalOf, type Subject, toFault } from './errors.ts'

const subject: Subject = { bucket: 'bucket "b" at host', key: 'a/key', driveHash: null, sent: 0 }

function answer(status: number, body: string, headers: Record<string, string> = {}) {
  return { status, body, headers: { 'content-type': 'application/xml', ...headers } }
}

const xml = (code: string, message = '') =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`

describe('an answer becomes a fault by its code, else by its status', () => {
  const cases: [number, string, string][] = [
    [404, 'NoSuchBucket', 'storage/no-bucket'],
    [403, 'InvalidAccessKeyId', 'storage/credentials-refused'],
    [403, 'SignatureDoesNotMatch', 'storage/credentials-refused'],
    [403, 'AccessDenied', 'storage/access-denied'],
    [403, 'SomethingNew', 'storage/access-denied'],
    [301, 'PermanentRedirect', 'storage/wrong-region'],
    [400, 'AuthorizationHeaderMalformed', 'storage/wrong-region'],
    [403, 'RequestTimeTooSkewed', 'storage/clock-skew'],
    [503, 'SlowDown', 'storage/slow-down'],
    [503, 'SomethingNew', 'storage/slow-down'],
    [503, 'ServiceUnavailable', 'storage/unavailable'],
    [400, 'RequestTimeout', 'storage/unavailable'],
    [500, 'InternalError', 'storage/unavailable'],
    [502, 'SomethingNew', 'storage/unavailable'],
    [507, 'XMinioStorageFull', 'storage/full'],
    [403, 'QuotaExceeded', 'storage/full'],
    [507, 'SomethingNew', 'storage/full'],
    [400, 'BadDigest', 'storage/checksum-refused'],
    [400, 'XAmzContentSHA256Mismatch', 'storage/checksum-refused'],
    [400, 'KeyTooLongError', 'storage/key-refused'],
    [400, 'InvalidObjectName', 'storage/key-refused'],
    [404, 'NoSuchKey', 'storage/not-found'],
    [404, 'NoSuchUpload', 'storage/not-found'],
    [400, 'InvalidArgument', 'storage/request-refused'],
    [501, 'NotImplemented', 'storage/request-refused'],
    [403, 'InvalidObjectState', 'storage/archived'],
    [400, 'InvalidStorageClass', 'storage/setting-refused'],
    [400, 'InvalidEncryptionAlgorithmError', 'storage/setting-refused'],
    [400, 'KMS.DisabledException', 'storage/setting-refused'],
    [403, 'KMS.NotFoundException', 'storage/setting-refused'],
    [400, 'KMS.ThrottlingException', 'storage/slow-down'],
    [500, 'KMS.KMSInternalException', 'storage/unavailable'],
    [400, 'IllegalLocationConstraintException', 'storage/setting-refused'],
    [409, 'XMinioObjectExistsAsDirectory', 'storage/key-refused'],
    [409, 'XMinioParentIsObject', 'storage/key-refused'],
    [413, 'EntityTooLarge', 'storage/body-too-large'],
    [400, 'constructor', 'storage/request-refused'],
    [400, 'toString', 'storage/request-refused'],
    [400, '__proto__', 'storage/request-refused'],
    [403, 'hasOwnProperty', 'storage/access-denied'],
    [503, 'valueOf', 'storage/slow-down'],
    [409, 'OperationAborted', 'storage/unavailable'],
    [200, 'InternalError', 'storage/unavailable'],
  ]
  for (const [status, code, fault] of cases) {
    test(`${status} ${code}: ${fault}`, () => {
      const error = toFault(answer(status, xml(code)), subject)
      expect(error).toMatchObject({ code: fault })
      expect(refusalOf(error)).toMatchObject({ status, code })
    })
  }
})

test('a refused checksum speaks of Drive only where the checksum was Drive’s', () => {
  const judge = (code: string, driveHash: Subject['driveHash']) =>
    (toFault(answer(400, xml(code)), { ...subject, driveHash }) as Fault).code
  expect(judge('BadDigest', 'md5')).toBe('drive/content-mismatch')
  expect(judge('XAmzContentSHA256Mismatch', 'md5')).toBe('storage/checksum-refused')
  expect(judge('XAmzContentSHA256Mismatch', 'sha256')).toBe('drive/content-mismatch')
  expect(judge('BadDigest', 'sha256')).toBe('storage/checksum-refused')
})

test('answers without a body are judged by their status', () => {
  const codes = [301, 401, 403, 404, 429, 500, 503].map(
    (status) => (toFault(answer(status, ''), subject) as Fault).code,
  )
  expect(codes).toEqual([
    'storage/wrong-region',
    'storage/credentials-refused',
    'storage/access-denied',
    'storage/not-found',
    'storage/slow-down',
    'storage/unavailable',
    'storage/slow-down',
  ])
  expect(toFault(answer(400, '', { 'x-amz-bucket-region': 'eu-west-1' }), subject)).toMatchObject({
    code: 'storage/wrong-region',
  })
})

test('whoever speaks no XML is not S3, unless it is a gateway with a fault', () => {
  const codes = [200, 302, 403, 404, 413, 429, 502, 503].map(
    (status) => (toFault(answer(status, '<html><p>Sign in</p></html>'), subject) as Fault).code,
  )
  expect(codes).toEqual([
    'storage/bad-answer',
    'storage/bad-answer',
    'storage/bad-answer',
    'storage/bad-answer',
    'storage/body-too-large',
    'storage/slow-down',
    'storage/unavailable',
    'storage/unavailable',
  ])
  expect(toFault(answer(400, '{"error":"x"}'), subject)).toMatchObject({ code: 'storage/bad-answer' })
})

test('the subject is what is out of order: the bucket or the object', () => {
  expect(toFault(answer(404, xml('NoSuchBucket')), subject)).toMatchObject({ subject: 'bucket "b" at host' })
  expect(toFault(answer(404, xml('NoSuchKey', 'It is gone')), subject)).toMatchObject({
    subject: 'a/key',
    detail: 'NoSuchKey: It is gone',
  })
})

test('Retry-After is read in seconds and as a date', () => {
  const after = (value: string) =>
    (toFault(answer(503, xml('SlowDown'), { 'retry-after': value }), subject) as Fault).retryAfterMs
  expect(after('7')).toBe(7_000)
  expect(after(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(50_000)
  for (const nothing of ['soon', '', '-', '2 minutes']) expect(after(nothing)).toBeNull()
})

test('Retry-After is believed for an hour at most, and never is negative', () => {
  const after = (value: string) =>
    (toFault(answer(503, xml('SlowDown'), { 'retry-after': value }), subject) as Fault).retryAfterMs
  const inAWeek = new Date(Date.now() + 7 * 86_400_000).toUTCString()
  for (const long of ['3601', '604800', '9'.repeat(400), inAWeek, 'Fri, 31 Dec 9999 23:59:59 GMT'])
    expect(after(long)).toBe(3_600_000)
  for (const past of ['0', '-5', 'Sun, 06 Nov 1994 08:49:37 GMT']) expect(after(past)).toBe(0)
})

test('what storage says is one line of at most 200 characters without control characters', () => {
  const message = `a\u0000b\u001b[31m\r\n c\u202e${'😀'.repeat(300)}`
  const { detail } = toFault(answer(400, xml('InvalidArgument', message)), subject) as Fault
  expect(detail).toHaveLength(200)
  expect(detail).toMatch(/^InvalidArgument: ab\[31m c😀+.?…$/u)
})

test('a failed connection is a fault, a bug is not', () => {
  for (const code of [
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOTFOUND',
    'EPIPE',
    'UND_ERR_SOCKET',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_CONNECT_TIMEOUT',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'EPROTO',
  ]) {
    expect(toFault(Object.assign(new Error('no'), { code }), subject)).toMatchObject({ code: 'storage/unreachable' })
  }
  expect(toFault(new errors.HTTPParserError('no'), subject)).toMatchObject({ code: 'storage/bad-answer' })
  const refused = Object.assign(new AggregateError([new Error('connect ECONNREFUSED ::1:9')]), { code: 'ECONNREFUSED' })
  expect(toFault(refused, subject)).toMatchObject({ detail: 'connect ECONNREFUSED ::1:9' })
  const bugs = [
    new TypeError('x is undefined'),
    Object.assign(new TypeError('bad'), { code: 'ERR_INVALID_ARG_TYPE' }),
    Object.assign(new Error('bad'), { code: 'UND_ERR_INVALID_ARG' }),
  ]
  for (const bug of bugs) expect(toFault(bug, subject)).toBe(bug)
  const known = new Fault('drive/interrupted', 'file')
  expect(toFault(known, subject)).toBe(known)
})
