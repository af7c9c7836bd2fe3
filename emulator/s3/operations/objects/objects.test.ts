import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { type S3Server, startS3 } from '../../index.ts'
import { type RawReply, send, sign } from '../../test-client.ts'

function put(
  s3: S3Server,
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<RawReply> {
  return send(s3, { method: 'PUT', path: `/backup/${path}`, body, headers })
}

function get(s3: S3Server, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawReply> {
  return send(s3, { method, path: `/backup/${path}`, headers })
}

test('an object comes back with its bytes and all that was said about it', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'content-disposition': 'attachment; filename="a.txt"',
    'x-amz-storage-class': 'STANDARD_IA',
    'x-amz-meta-drive-id': '1AbC',
    'x-amz-tagging': 'team=a%26b&kind=',
  }
  const etag = `"${createHash('md5').update('hello').digest('hex')}"`
  expect((await put(s3, 'a.txt', 'hello', headers)).headers.etag).toBe(etag)
  const { 'x-amz-tagging': _, ...kept } = headers
  for (const method of ['GET', 'HEAD']) {
    const reply = await get(s3, 'a.txt', {}, method)
    expect(reply.headers).toMatchObject({ ...kept, etag, 'content-length': '5', 'x-amz-tagging-count': '2' })
    expect(reply.text).toBe(method === 'GET' ? 'hello' : '')
  }
  const [object] = await s3.objects('backup')
  expect(object).toMatchObject({ metadata: { 'drive-id': '1AbC' }, tags: { team: 'a&b', kind: '' }, size: 5 })
  expect(object?.sha256).toBe(createHash('sha256').update('hello').digest('hex'))
})

test('an empty object is an object', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  await put(s3, 'empty', '')
  expect(await get(s3, 'empty')).toMatchObject({ status: 200, text: '' })
  expect(await get(s3, 'empty', { range: 'bytes=0-' })).toMatchObject({ status: 416, code: 'InvalidRange' })
  expect(await s3.objects('backup')).toMatchObject([{ key: 'empty', size: 0 }])
})

test.each([
  ['bytes=2-4', 206, 'cde', 'bytes 2-4/10'],
  ['bytes=7-', 206, 'hij', 'bytes 7-9/10'],
  ['bytes=-3', 206, 'hij', 'bytes 7-9/10'],
  ['bytes=5-99', 206, 'fghij', 'bytes 5-9/10'],
  ['bytes=-99', 206, 'abcdefghij', 'bytes 0-9/10'],
  ['bytes=4-2', 200, 'abcdefghij', undefined],
  ['bytes=0-1,3-4', 200, 'abcdefghij', undefined],
  ['bytes=10-', 416, undefined, 'bytes */10'],
])('range %s', async (range, status, text, contentRange) => {
  await using s3 = await startS3({ buckets: ['backup'] })
  await put(s3, 'a', 'abcdefghij')
  const reply = await get(s3, 'a', { range })
  expect(reply.status).toBe(status)
  expect(reply.headers['content-range']).toBe(contentRange)
  if (text !== undefined) expect(reply.text).toBe(text)
})

test('reads and writes obey their conditions', async () => {
  const modified = Date.UTC(2026, 10, 22)
  await using s3 = await startS3({ buckets: ['backup'], now: () => modified })
  const at = { at: modified }
  const ask = (method: string, headers: Record<string, string>, body?: string) =>
    send(s3, { method, path: '/backup/a', headers, ...at, ...(body === undefined ? {} : { body }) })
  expect(await ask('PUT', { 'if-match': '"x"' }, 'v0')).toMatchObject({ status: 404, code: 'NoSuchKey' })
  const etag = (await ask('PUT', { 'if-none-match': '*' }, 'v1')).headers.etag ?? ''
  expect(await ask('PUT', { 'if-none-match': '*' }, 'v2')).toMatchObject({ status: 412, code: 'PreconditionFailed' })
  expect(await ask('PUT', { 'if-match': '"x"' }, 'v2')).toMatchObject({ status: 412 })
  expect(await ask('GET', { 'if-match': etag })).toMatchObject({ status: 200, text: 'v1' })
  expect(await ask('GET', { 'if-match': '"x"' })).toMatchObject({ status: 412 })
  expect(await ask('GET', { 'if-none-match': etag })).toMatchObject({ status: 304, text: '' })
  expect(await ask('GET', { 'if-modified-since': new Date(modified).toUTCString() })).toMatchObject({ status: 304 })
  expect(await ask('GET', { 'if-modified-since': new Date(modified - 1000).toUTCString() })).toMatchObject({
    status: 200,
  })
  expect(await ask('GET', { 'if-unmodified-since': new Date(modified - 1000).toUTCString() })).toMatchObject({
    status: 412,
  })
  expect(await ask('DELETE', { 'if-match': '"x"' })).toMatchObject({ status: 412 })
  expect(await ask('PUT', { 'if-match': etag }, 'v2')).toMatchObject({ status: 200 })
  s3.habits.ignoreConditions = true
  expect(await ask('PUT', { 'if-none-match': '*' }, 'v3')).toMatchObject({ status: 200 })
})

test('of two writers that both want to be the first, the one that ends first is', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  const condition = { 'if-none-match': '*' }
  const { headers } = sign(s3, { method: 'PUT', path: '/backup/a', body: 'slow', headers: condition })
  const socket = connect(s3.port, '127.0.0.1')
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`PUT /backup/a HTTP/1.1\r\n${lines.join('')}expect: 100-continue\r\n\r\n`)
  await once(socket, 'data') // 100 Continue: the condition held
  expect(await put(s3, 'a', 'fast', condition)).toMatchObject({ status: 200 })
  socket.write('slow')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toContain('412 Precondition Failed')
  socket.destroy()
  expect((await s3.body('backup', 'a')).toString()).toBe('fast')
})

test('metadata over 2 KB, keys over 1,024 bytes and other things AWS refuses are refused', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  const meta = (bytes: number) => ({ 'x-amz-meta-a': 'x'.repeat(bytes - 1) })
  expect(await put(s3, 'a', '', meta(2048))).toMatchObject({ status: 200 })
  expect(await put(s3, 'a', '', meta(2049))).toMatchObject({ status: 400, code: 'MetadataTooLarge' })
  expect(await put(s3, '%C3%BC'.repeat(512), '')).toMatchObject({ status: 200 })
  expect(await put(s3, `${'%C3%BC'.repeat(512)}x`, '')).toMatchObject({ status: 400, code: 'KeyTooLongError' })
  expect(await put(s3, '%FF', '')).toMatchObject({ status: 400, code: 'InvalidURI' })
  expect(await put(s3, 'a', '', { 'x-amz-storage-class': 'COLD' })).toMatchObject({ code: 'InvalidStorageClass' })
  expect(await put(s3, 'a', '', { 'x-amz-acl': 'public-read' })).toMatchObject({ status: 501, code: 'NotImplemented' })
  expect(await send(s3, { method: 'GET', path: '/backup/a', query: { torrent: '' } })).toMatchObject({ status: 501 })
  expect(await send(s3, { method: 'PUT', path: '/missing/a', body: '' })).toMatchObject({ code: 'NoSuchBucket' })
})

test('metadata that is not ASCII comes back as AWS encodes it', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  await put(s3, 'a', '', { 'x-amz-meta-name': Buffer.from('Grüße').toString('latin1') })
  expect((await s3.objects('backup'))[0]?.metadata).toEqual({ name: 'Grüße' })
  const encoded = (await get(s3, 'a')).headers['x-amz-meta-name']
  expect(encoded).toBe(`=?UTF-8?B?${Buffer.from('Grüße').toString('base64')}?=`)
})

test('keys keep every character', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  const keys = [
    '/a',
    'a//b',
    './c',
    '../d',
    ' e ',
    'f\ng',
    'h\u0001',
    '+%#?&=',
    "!'()*~",
    'u\u0308',
    '\u00fc',
    '😀',
    '<&>"',
  ]
  for (const key of keys) {
    const path = encodeURIComponent(key).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    expect(await put(s3, path, key)).toMatchObject({ status: 200 })
    expect((await get(s3, path)).text).toBe(key)
  }
  expect((await s3.objects('backup')).map(({ key }) => key).sort()).toEqual(keys.sort())
})

test('a bucket is addressed by host name as well', async () => {
  await using s3 = await startS3({ buckets: ['my.backup'] })
  const host = { host: `my.backup.localhost:${s3.port}` }
  expect(await send(s3, { method: 'PUT', path: '/a/b', body: 'x', headers: host })).toMatchObject({ status: 200 })
  expect(await s3.objects('my.backup')).toMatchObject([{ key: 'a/b' }])
})

test('tags are set, read and taken away', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  await put(s3, 'a', '')
  const ask = (method: string, body?: string) =>
    send(s3, { method, path: '/backup/a', query: { tagging: '' }, ...(body === undefined ? {} : { body }) })
  const xml = '<Tagging><TagSet><Tag><Key>k</Key><Value>a &amp; b</Value></Tag></TagSet></Tagging>'
  expect(await ask('PUT', xml)).toMatchObject({ status: 200 })
  expect((await ask('GET')).text).toContain('<Tag><Key>k</Key><Value>a &amp; b</Value></Tag>')
  expect(await ask('PUT', '<Tagging><TagSet>')).toMatchObject({ status: 400, code: 'MalformedXML' })
  expect(await ask('DELETE')).toMatchObject({ status: 204 })
  expect((await s3.objects('backup'))[0]?.tags).toEqual({})
})
