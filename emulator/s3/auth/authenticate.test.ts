import { expect, test } from 'vitest'
import { startS3 } from '../index.ts'
import { exchange, presign, send } from '../test-client.ts'

/** The credentials, the time and the signatures of AWS's own documentation of Signature Version 4 for S3. */
const EXAMPLE = {
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  now: () => Date.UTC(2013, 4, 24),
}
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const HOST = 'examplebucket.s3.amazonaws.com'

function authorization(signedHeaders: string, signature: string): string {
  return `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders},Signature=${signature}`
}

const DOCUMENTED = [
  {
    name: 'GET object',
    method: 'GET',
    path: '/test.txt',
    headers: { host: HOST, range: 'bytes=0-9', 'x-amz-content-sha256': EMPTY, 'x-amz-date': '20130524T000000Z' },
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    name: 'PUT object',
    method: 'PUT',
    path: '/test$file.text',
    headers: {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      host: HOST,
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      'x-amz-date': '20130524T000000Z',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    },
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    name: 'GET bucket lifecycle',
    method: 'GET',
    path: '/?lifecycle',
    headers: { host: HOST, 'x-amz-content-sha256': EMPTY, 'x-amz-date': '20130524T000000Z' },
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    name: 'GET bucket (list objects)',
    method: 'GET',
    path: '/?max-keys=2&prefix=J',
    headers: { host: HOST, 'x-amz-content-sha256': EMPTY, 'x-amz-date': '20130524T000000Z' },
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
]

test.each(DOCUMENTED)(
  "the signature of AWS's example is accepted: $name",
  async ({ method, path, headers, signature }) => {
    await using s3 = await startS3(EXAMPLE)
    const names = Object.keys(headers).join(';')
    const right = await exchange(s3, method, path, { ...headers, authorization: authorization(names, signature) })
    expect(right.code).not.toBe('SignatureDoesNotMatch')
    const wrong = { ...headers, authorization: authorization(names, signature.replace(/.$/, '0')) }
    expect(await exchange(s3, method, path, wrong)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' })
  },
)

test("the presigned URL of AWS's example is accepted until it expires", async () => {
  let now = EXAMPLE.now() + 86_399_000
  await using s3 = await startS3({ ...EXAMPLE, now: () => now })
  const path =
    '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404'
  expect(await exchange(s3, 'GET', path, { host: HOST })).toMatchObject({ code: 'NoSuchBucket' })
  expect(await exchange(s3, 'PUT', path, { host: HOST })).toMatchObject({ code: 'SignatureDoesNotMatch' })
  now += 2000
  expect(await exchange(s3, 'GET', path, { host: HOST })).toMatchObject({ status: 403, code: 'AccessDenied' })
})

const SIGNED_CHUNKS = {
  host: 's3.amazonaws.com',
  'x-amz-date': '20130524T000000Z',
  'x-amz-storage-class': 'REDUCED_REDUNDANCY',
  'content-encoding': 'aws-chunked',
  'x-amz-decoded-content-length': '66560',
}

test("the chunk signatures of AWS's example are accepted, and no others", async () => {
  await using s3 = await startS3({ ...EXAMPLE, buckets: ['examplebucket'] })
  const headers = {
    ...SIGNED_CHUNKS,
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'content-length': '66824',
    authorization: authorization(
      'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class',
      '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    ),
  }
  const body = [
    `10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n${'a'.repeat(65536)}\r\n`,
    `400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n${'a'.repeat(1024)}\r\n`,
    '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n',
  ].join('')
  const path = '/examplebucket/chunkObject.txt'
  const forged = body.replace('aaa\r\n', 'aab\r\n')
  expect(await exchange(s3, 'PUT', path, headers, forged)).toMatchObject({ code: 'SignatureDoesNotMatch' })
  expect(await s3.objects('examplebucket')).toEqual([])
  expect(await exchange(s3, 'PUT', path, headers, body)).toMatchObject({ status: 200 })
  expect((await s3.body('examplebucket', 'chunkObject.txt')).toString()).toBe('a'.repeat(66560))
})

test("the signed trailer of AWS's example is accepted, and its checksum checked", async () => {
  await using s3 = await startS3({ ...EXAMPLE, buckets: ['examplebucket'] })
  const headers = {
    ...SIGNED_CHUNKS,
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    'x-amz-trailer': 'x-amz-checksum-crc32c',
    authorization: authorization(
      'content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer',
      '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    ),
  }
  const body = [
    `10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n${'a'.repeat(65536)}\r\n`,
    `400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n${'a'.repeat(1024)}\r\n`,
    '0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n',
    'x-amz-checksum-crc32c:sOO8/Q==\r\n',
    'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n',
  ].join('')
  const path = '/examplebucket/chunkObject.txt'
  const forged = body.replace('sOO8/Q==', 'sOO8/A==')
  expect(await exchange(s3, 'PUT', path, headers, forged)).toMatchObject({ code: 'SignatureDoesNotMatch' })
  expect(await exchange(s3, 'PUT', path, headers, body)).toMatchObject({ status: 200 })
  expect(await s3.objects('examplebucket')).toMatchObject([{ key: 'chunkObject.txt', size: 66560 }])
})

test('each way of being nobody has its own refusal', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  const put = { method: 'PUT', path: '/backup/a', body: 'x' }
  const unsigned = { ...put, headers: { 'x-amz-meta-a': 'b' }, unsigned: ['x-amz-meta-a'] }
  expect(await exchange(s3, 'PUT', '/backup/a', {}, 'x')).toMatchObject({ status: 403, code: 'AccessDenied' })
  expect(await send(s3, { ...put, secretAccessKey: 'wrong' })).toMatchObject({ code: 'SignatureDoesNotMatch' })
  expect(await send(s3, { ...put, accessKeyId: 'nobody' })).toMatchObject({ status: 403, code: 'InvalidAccessKeyId' })
  expect(await send(s3, { ...put, region: 'eu-west-1' })).toMatchObject({ code: 'AuthorizationHeaderMalformed' })
  expect(await send(s3, unsigned)).toMatchObject({ status: 403, code: 'AccessDenied' })
  expect(await s3.objects('backup')).toEqual([])
})

test('a clock sixteen minutes off is refused, and the answer tells the server’s time', async () => {
  const now = Date.UTC(2026, 10, 22, 12)
  await using s3 = await startS3({ buckets: ['backup'], now: () => now })
  const at = (minutes: number) => send(s3, { method: 'GET', path: '/backup', at: now + minutes * 60_000 })
  expect(await at(-16)).toMatchObject({ status: 403, code: 'RequestTimeTooSkewed' })
  expect(await at(16)).toMatchObject({ status: 403, code: 'RequestTimeTooSkewed' })
  expect((await at(16)).headers.date).toBe('Sun, 22 Nov 2026 12:00:00 GMT')
  expect(await at(-14)).toMatchObject({ status: 200 })
})

test('a presigned PUT stores, and one for another key does not', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  const path = presign(s3, { method: 'PUT', path: '/backup/a%20b' }, 60)
  const headers = { host: `127.0.0.1:${s3.port}`, 'content-length': '1' }
  expect(await exchange(s3, 'PUT', path, headers, 'x')).toMatchObject({ status: 200 })
  expect(await exchange(s3, 'PUT', path.replace('a%20b', 'c'), headers, 'x')).toMatchObject({ status: 403 })
  expect(await s3.objects('backup')).toMatchObject([{ key: 'a b' }])
})

test('permissions are taken and given back while the server runs', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  const writer = { accessKeyId: 'writer', secretAccessKey: 'writers-secret' }
  s3.users.add(writer)
  const put = (key: string) => send(s3, { method: 'PUT', path: `/backup/${key}`, body: 'x', ...writer })
  const remove = (key: string) => send(s3, { method: 'DELETE', path: `/backup/${key}`, ...writer })
  const list = () => send(s3, { method: 'GET', path: '/backup', ...writer })
  const get = (key: string) => send(s3, { method: 'GET', path: `/backup/${key}`, ...writer })
  expect(await put('a/1')).toMatchObject({ status: 200 })
  s3.users.deny('writer', { action: 'put', prefix: 'a/' })
  s3.users.deny('writer', { action: 'delete' })
  s3.users.deny('writer', { action: 'list' })
  expect(await put('a/2')).toMatchObject({ status: 403, code: 'AccessDenied' })
  expect(await put('b/1')).toMatchObject({ status: 200 })
  expect(await remove('b/1')).toMatchObject({ status: 403, code: 'AccessDenied' })
  expect(await list()).toMatchObject({ status: 403, code: 'AccessDenied' })
  expect(await get('a/1')).toMatchObject({ status: 200 })
  expect(await get('missing'), 'who may not list is not told what is missing').toMatchObject({ status: 403 })
  s3.users.allow('writer')
  expect(await remove('b/1')).toMatchObject({ status: 204 })
  expect(await get('missing')).toMatchObject({ status: 404, code: 'NoSuchKey' })
})

test('of several keys deleted at once, each is allowed or denied', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  for (const key of ['a', 'kept/b']) await send(s3, { method: 'PUT', path: `/backup/${key}`, body: 'x' })
  s3.users.deny(s3.credentials.accessKeyId, { action: 'delete', prefix: 'kept/' })
  const body = '<Delete><Object><Key>a</Key></Object><Object><Key>kept/b</Key></Object></Delete>'
  const headers = { 'content-md5': (await import('node:crypto')).createHash('md5').update(body).digest('base64') }
  const reply = await send(s3, { method: 'POST', path: '/backup', query: { delete: '' }, body, headers })
  expect(reply).toMatchObject({ status: 200, code: 'AccessDenied' })
  expect((await s3.objects('backup')).map(({ key }) => key)).toEqual(['kept/b'])
})
