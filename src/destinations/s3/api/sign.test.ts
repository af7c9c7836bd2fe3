import { expect, test } from 'vitest'
import { EMPTY_SHA256, Signer } from './sign.ts'

/** The worked examples of AWS, "Authenticating Requests: Using the Authorization Header". */
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: null,
  expiresAt: null,
}
const now = Date.UTC(2013, 4, 24)
const host = 'examplebucket.s3.amazonaws.com'

function signature(
  method: string,
  path: string,
  query: string,
  headers: Record<string, string>,
  payloadHash = EMPTY_SHA256,
) {
  const request = { method, path, query, headers: { host, ...headers }, payloadHash }
  return new Signer('us-east-1').sign(request, credentials, now).at(-1)
}

const scope = 'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders='

test('GET with a range', () => {
  expect(signature('GET', '/test.txt', '', { range: 'bytes=0-9' })).toBe(
    `${scope}host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41`,
  )
})

test('PUT with a body, a storage class and an encoded key', () => {
  const headers = { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' }
  const payload = '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072'
  expect(signature('PUT', '/test%24file.text', '', headers, payload)).toBe(
    `${scope}date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd`,
  )
})

test('a parameter without a value', () => {
  expect(signature('GET', '/', 'lifecycle=', {})).toBe(
    `${scope}host;x-amz-content-sha256;x-amz-date, Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543`,
  )
})

test('parameters with values', () => {
  expect(signature('GET', '/', 'max-keys=2&prefix=J', {})).toBe(
    `${scope}host;x-amz-content-sha256;x-amz-date, Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7`,
  )
})

test('one signer follows the day and the credentials, and signs the session token', () => {
  const signer = new Signer('us-east-1')
  const request = { method: 'GET', path: '/', query: '', headers: { host }, payloadHash: EMPTY_SHA256 }
  const other = { ...credentials, secretAccessKey: 'another', sessionToken: 'token' }
  const fresh = (keys: typeof other | typeof credentials, at: number) => new Signer('us-east-1').sign(request, keys, at)
  for (const at of [now, now + 1_000, now + 86_400_000, now]) {
    for (const keys of [credentials, other]) expect(signer.sign(request, keys, at)).toEqual(fresh(keys, at))
  }
  expect(signer.sign(request, other, now)).toContain('x-amz-security-token')
})
