import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type S3Options, type S3Server, startS3 } from '../../index.ts'
import { type RawReply, send } from '../../test-client.ts'

const SMALL_PARTS: S3Options = { buckets: ['backup'], limits: { minPartSize: 10, maxParts: 5 } }

type Options = { query?: Record<string, string>; headers?: Record<string, string>; body?: string }

function ask(s3: S3Server, method: string, key: string, options: Options = {}): Promise<RawReply> {
  return send(s3, { method, path: `/backup/${key}`, ...options })
}

async function start(s3: S3Server, key: string, headers: Record<string, string> = {}): Promise<string> {
  const { text } = await ask(s3, 'POST', key, { query: { uploads: '' }, headers })
  return /<UploadId>(.*?)<\/UploadId>/.exec(text)?.[1] ?? ''
}

function part(s3: S3Server, key: string, uploadId: string, number: number, body: string): Promise<RawReply> {
  return ask(s3, 'PUT', key, { query: { uploadId, partNumber: String(number) }, body })
}

function complete(s3: S3Server, key: string, uploadId: string, parts: [number, string | undefined][], headers = {}) {
  const listed = parts.map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`)
  const body = `<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`
  return ask(s3, 'POST', key, { query: { uploadId }, body, headers })
}

test('parts become one object, and nothing is visible before', async () => {
  await using s3 = await startS3(SMALL_PARTS)
  const uploadId = await start(s3, 'a', { 'x-amz-meta-id': '7', 'content-type': 'text/plain' })
  const second = await part(s3, 'a', uploadId, 2, 'tail')
  await part(s3, 'a', uploadId, 1, 'replaced later')
  const first = await part(s3, 'a', uploadId, 1, '0123456789')
  await part(s3, 'a', uploadId, 3, 'not listed')
  expect(await ask(s3, 'GET', 'a')).toMatchObject({ status: 404 })
  expect(s3.uploads('backup')).toMatchObject([{ key: 'a', uploadId }])
  const done = await complete(s3, 'a', uploadId, [
    [1, first.headers.etag],
    [2, second.headers.etag],
  ])
  const md5s = ['0123456789', 'tail'].map((text) => createHash('md5').update(text).digest())
  const etag = `${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-2`
  expect(done.text).toContain(`<ETag>&quot;${etag}&quot;</ETag>`)
  expect(s3.uploads('backup')).toEqual([])
  const [object] = await s3.objects('backup')
  expect(object).toMatchObject({ size: 14, etag, metadata: { id: '7' }, contentType: 'text/plain' })
  expect(object?.sha256).toBe(createHash('sha256').update('0123456789tail').digest('hex'))
  expect((await ask(s3, 'GET', 'a', { headers: { range: 'bytes=8-11' } })).text).toBe('89ta')
  expect(await complete(s3, 'a', uploadId, [[1, first.headers.etag]])).toMatchObject({
    status: 404,
    code: 'NoSuchUpload',
  })
})

test('one part can be asked for', async () => {
  await using s3 = await startS3(SMALL_PARTS)
  const uploadId = await start(s3, 'a')
  const bodies = ['0123456789', 'abcdefghijkl', 'tail']
  const parts: [number, string | undefined][] = []
  for (const [i, body] of bodies.entries()) {
    parts.push([i + 1, (await part(s3, 'a', uploadId, i + 1, body)).headers.etag])
  }
  await complete(s3, 'a', uploadId, parts)
  await ask(s3, 'PUT', 'whole', { body: '0123456789' })
  const get = (key: string, number: number | string, headers = {}, method = 'GET') =>
    ask(s3, method, key, { query: { partNumber: String(number) }, headers })

  const ranges = ['bytes 0-9/26', 'bytes 10-21/26', 'bytes 22-25/26']
  const etag = (await ask(s3, 'HEAD', 'a')).headers.etag
  for (const [i, text] of bodies.entries()) {
    const described = {
      etag,
      'content-range': ranges[i],
      'x-amz-mp-parts-count': '3',
      'content-length': `${text.length}`,
    }
    expect(await get('a', i + 1)).toMatchObject({ status: 206, text, headers: described })
    expect(await get('a', i + 1, {}, 'HEAD')).toMatchObject({ status: 206, text: '', headers: described })
  }
  const whole = await get('whole', 1)
  expect(whole).toMatchObject({ status: 206, text: '0123456789', headers: { 'content-range': 'bytes 0-9/10' } })
  expect(whole.headers).not.toHaveProperty('x-amz-mp-parts-count')
  expect(await get('a', 4)).toMatchObject({ status: 416, code: 'InvalidPartNumber' })
  expect(await get('whole', 2)).toMatchObject({ status: 416, code: 'InvalidPartNumber' })
  expect(await get('a', 0)).toMatchObject({ status: 400, code: 'InvalidArgument' })
  expect(await get('a', 1, { range: 'bytes=0-1' })).toMatchObject({ status: 400, code: 'InvalidRequest' })
})

test('the rules of parts are kept', async () => {
  await using s3 = await startS3(SMALL_PARTS)
  const uploadId = await start(s3, 'a')
  const { etag: short } = (await part(s3, 'a', uploadId, 1, 'short')).headers
  const { etag: long } = (await part(s3, 'a', uploadId, 2, 'long enough')).headers
  expect(
    await complete(s3, 'a', uploadId, [
      [1, short],
      [2, long],
    ]),
  ).toMatchObject({ code: 'EntityTooSmall' })
  expect(
    await complete(s3, 'a', uploadId, [
      [2, long],
      [1, short],
    ]),
  ).toMatchObject({ code: 'InvalidPartOrder' })
  expect(await complete(s3, 'a', uploadId, [[2, short]])).toMatchObject({ code: 'InvalidPart' })
  expect(await complete(s3, 'a', uploadId, [[3, short]])).toMatchObject({ code: 'InvalidPart' })
  expect(await complete(s3, 'a', uploadId, [])).toMatchObject({ code: 'MalformedXML' })
  expect(await part(s3, 'a', uploadId, 6, 'x')).toMatchObject({ status: 400, code: 'InvalidArgument' })
  expect(await part(s3, 'a', uploadId, 0, 'x')).toMatchObject({ status: 400, code: 'InvalidArgument' })
  expect(await part(s3, 'b', uploadId, 1, 'x')).toMatchObject({ status: 404, code: 'NoSuchUpload' })
  const size = { 'x-amz-mp-object-size': '1' }
  expect(await complete(s3, 'a', uploadId, [[2, long]], size)).toMatchObject({ code: 'InvalidRequest' })
  expect(await s3.objects('backup')).toEqual([])
  expect(
    await complete(s3, 'a', uploadId, [
      [2, long],
      [3, short],
    ]),
  ).toMatchObject({ code: 'InvalidPart' })
  expect(await complete(s3, 'a', uploadId, [[2, long]])).toMatchObject({ status: 200 })
})

test('a completion under If-None-Match fails where the key was taken meanwhile, and the upload stays', async () => {
  await using s3 = await startS3(SMALL_PARTS)
  const uploadId = await start(s3, 'a')
  const { etag } = (await part(s3, 'a', uploadId, 1, 'x')).headers
  await ask(s3, 'PUT', 'a', { body: 'other' })
  expect(await complete(s3, 'a', uploadId, [[1, etag]], { 'if-none-match': '*' })).toMatchObject({ status: 412 })
  expect(s3.uploads('backup')).toHaveLength(1)
})

test('uploads and parts are listed, and an abort ends an upload', async () => {
  await using s3 = await startS3(SMALL_PARTS)
  const ids = [await start(s3, 'b/1'), await start(s3, 'a'), await start(s3, 'a')]
  const list = async (query: Record<string, string>) =>
    (await send(s3, { method: 'GET', path: '/backup', query: { uploads: '', ...query } })).text
  const found = (text: string): string[] => [...text.matchAll(/<UploadId>(.*?)</g)].map(([, id]) => id ?? '')
  expect(found(await list({}))).toEqual([ids[1], ids[2], ids[0]])
  const page = await list({ 'max-uploads': '1' })
  expect(found(page)).toEqual([ids[1]])
  expect(found(await list({ 'key-marker': 'a', 'upload-id-marker': ids[1] ?? '' }))).toEqual([ids[2], ids[0]])
  expect(await list({ delimiter: '/' })).toContain('<CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes>')
  const uploadId = ids[0] ?? ''
  for (const number of [3, 1, 2]) await part(s3, 'b/1', uploadId, number, 'x'.repeat(number))
  const parts = await ask(s3, 'GET', 'b/1', { query: { uploadId, 'max-parts': '2', 'part-number-marker': '0' } })
  expect([...parts.text.matchAll(/<PartNumber>(\d)/g)].map(([, number]) => number)).toEqual(['1', '2'])
  expect(parts.text).toContain('<IsTruncated>true</IsTruncated>')
  expect(await ask(s3, 'DELETE', 'b/1', { query: { uploadId } })).toMatchObject({ status: 204 })
  expect(await part(s3, 'b/1', uploadId, 1, 'x')).toMatchObject({ code: 'NoSuchUpload' })
})

test('parts are copied from objects, whole or in ranges', async () => {
  await using s3 = await startS3(SMALL_PARTS)
  await ask(s3, 'PUT', 'source', { body: 'abcdefghijklmnop' })
  const uploadId = await start(s3, 'a')
  const copy = async (number: number, headers: Record<string, string>) => {
    const query = { uploadId, partNumber: String(number) }
    const reply = await ask(s3, 'PUT', 'a', { query, headers: { 'x-amz-copy-source': '/backup/source', ...headers } })
    return { ...reply, etag: /<ETag>(.*?)<\/ETag>/.exec(reply.text)?.[1] }
  }
  expect(await copy(1, { 'x-amz-copy-source-range': 'bytes=10-99' })).toMatchObject({ code: 'InvalidArgument' })
  const whole = await copy(1, {})
  const range = await copy(2, { 'x-amz-copy-source-range': 'bytes=2-4' })
  await ask(s3, 'DELETE', 'source')
  expect(
    await complete(s3, 'a', uploadId, [
      [1, whole.etag],
      [2, range.etag],
    ]),
  ).toMatchObject({ status: 200 })
  expect((await ask(s3, 'GET', 'a')).text).toBe('abcdefghijklmnopcde')
})

test('a copy takes or replaces the metadata, under its conditions', async () => {
  await using s3 = await startS3({ buckets: ['backup'], versioning: true })
  const headers = { 'x-amz-meta-a': '1', 'content-type': 'text/plain' }
  const old = (await ask(s3, 'PUT', 'source', { body: 'v1', headers })).headers['x-amz-version-id']
  await ask(s3, 'PUT', 'source', { body: 'v2', headers })
  const copy = (key: string, more: Record<string, string>, source = '/backup/source') =>
    ask(s3, 'PUT', key, { headers: { 'x-amz-copy-source': source, ...more } })
  const replace = { 'x-amz-metadata-directive': 'REPLACE', 'x-amz-meta-b': '2' }
  expect(await copy('kept', {})).toMatchObject({ status: 200 })
  expect(await copy('replaced', replace)).toMatchObject({ status: 200 })
  expect(await copy('old', {}, `backup/source?versionId=${old}`)).toMatchObject({ status: 200 })
  expect(await copy('source', {})).toMatchObject({ status: 400, code: 'InvalidRequest' })
  expect(await copy('source', replace)).toMatchObject({ status: 200 })
  expect(await copy('x', { 'x-amz-copy-source-if-match': '"other"' })).toMatchObject({ status: 412 })
  expect(await copy('x', {}, '/backup/missing')).toMatchObject({ status: 404, code: 'NoSuchKey' })
  expect(await copy('x', {}, '/nobucket/a')).toMatchObject({ status: 404, code: 'NoSuchBucket' })
  s3.limits.maxCopySize = 1
  expect(await copy('x', {})).toMatchObject({ status: 400, code: 'InvalidRequest' })
  const stored = Object.fromEntries((await s3.objects('backup')).map((object) => [object.key, object]))
  expect(stored.kept).toMatchObject({ metadata: { a: '1' }, contentType: 'text/plain' })
  expect(stored.replaced).toMatchObject({ metadata: { b: '2' }, contentType: 'binary/octet-stream' })
  expect(stored.source?.metadata).toEqual({ b: '2' })
  expect((await s3.body('backup', 'old')).toString()).toBe('v1')
})

test('a copy needs the right to read its source', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  await ask(s3, 'PUT', 'secret/a', { body: 'x' })
  s3.users.deny(s3.credentials.accessKeyId, { action: 'get', prefix: 'secret/' })
  const reply = await ask(s3, 'PUT', 'b', { headers: { 'x-amz-copy-source': '/backup/secret/a' } })
  expect(reply).toMatchObject({ status: 403, code: 'AccessDenied' })
})
