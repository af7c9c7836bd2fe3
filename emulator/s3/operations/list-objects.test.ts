import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type S3Server, startS3 } from '../index.ts'
import { send } from '../test-client.ts'

async function fill(s3: S3Server, keys: readonly string[]): Promise<void> {
  for (const key of keys) await send(s3, { method: 'PUT', path: `/backup/${encodeURIComponent(key)}`, body: '' })
}

/** Follows pages to the end; a folded prefix is listed with its `/`. */
async function listAll(s3: S3Server, version: 1 | 2, query: Record<string, string>): Promise<string[]> {
  const found: string[] = []
  let next: Record<string, string> = {}
  for (;;) {
    const all = { ...(version === 2 ? { 'list-type': '2' } : {}), ...query, ...next }
    const { text } = await send(s3, { method: 'GET', path: '/backup', query: all })
    const names = [...text.matchAll(/<Key>(.*?)<\/Key>|<CommonPrefixes><Prefix>(.*?)<\/Prefix>/g)]
    found.push(...names.map(([, key, prefix]) => key ?? prefix ?? ''))
    const token = /<NextContinuationToken>(.*?)</.exec(text)?.[1]
    const marker = /<NextMarker>(.*?)</.exec(text)?.[1] ?? found.at(-1) ?? ''
    if (!text.includes('<IsTruncated>true<')) return found
    next = version === 2 ? { 'continuation-token': token ?? '' } : { marker }
  }
}

const KEYS = ['a', 'b/', 'b/1', 'b/2/x', 'b0', 'c/1', 'c/2', 'd']

test.each([1, 2] as const)('listing v%i gives the same in pages of every size', async (version) => {
  await using s3 = await startS3({ buckets: ['backup'] })
  await fill(s3, KEYS.toReversed())
  for (const size of ['1', '2', '3', '1000']) {
    const max = { 'max-keys': size }
    expect(await listAll(s3, version, max)).toEqual(KEYS)
    expect((await listAll(s3, version, { ...max, delimiter: '/' })).sort()).toEqual(['a', 'b/', 'b0', 'c/', 'd'])
    expect((await listAll(s3, version, { ...max, delimiter: '/', prefix: 'b/' })).sort()).toEqual(['b/', 'b/1', 'b/2/'])
    expect(await listAll(s3, version, { ...max, prefix: 'c' })).toEqual(['c/1', 'c/2'])
  }
  const after: Record<string, string> = version === 2 ? { 'start-after': 'b0' } : { marker: 'b0' }
  expect(await listAll(s3, version, after)).toEqual(['c/1', 'c/2', 'd'])
  expect(await listAll(s3, version, { prefix: 'nothing' })).toEqual([])
})

test('keys come in the order of their UTF-8 bytes, or of UTF-16 where a server does that', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  await fill(s3, ['😀', 'ﾮ', 'z', 'é'])
  expect(await listAll(s3, 2, {})).toEqual(['z', 'é', 'ﾮ', '😀'])
  s3.habits.listOrder = 'utf16'
  expect(await listAll(s3, 2, { 'max-keys': '1' })).toEqual(['z', 'é', '😀', 'ﾮ'])
})

test('encoding-type=url carries keys that XML cannot', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  await fill(s3, ['a b/\u0001+é'])
  expect(await listAll(s3, 2, { 'encoding-type': 'url' })).toEqual(['a+b/%01%2B%C3%A9'])
  expect(await listAll(s3, 2, { 'encoding-type': 'url', delimiter: '/' })).toEqual(['a+b/'])
  expect(await listAll(s3, 2, {})).toEqual(['a b/&#x1;+é'])
})

test('max-keys and tokens that are none are refused', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  const list = (query: Record<string, string>) =>
    send(s3, { method: 'GET', path: '/backup', query: { 'list-type': '2', ...query } })
  expect(await list({ 'max-keys': '-1' })).toMatchObject({ status: 400, code: 'InvalidArgument' })
  expect(await list({ 'continuation-token': '*' })).toMatchObject({ status: 400, code: 'InvalidArgument' })
  expect((await list({ 'max-keys': '0' })).text).toContain('<IsTruncated>false</IsTruncated>')
})

test('DeleteObjects needs a checked body, and takes what is gone for deleted', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  await fill(s3, ['a & b', ' c', 'd'])
  const names = ['a &amp; b', ' c', 'missing'].map((key) => `<Object><Key>${key}</Key></Object>`)
  const body = `<?xml version="1.0"?><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${names.join('')}</Delete>`
  const md5 = { 'content-md5': createHash('md5').update(body).digest('base64') }
  const sha256 = { 'x-amz-checksum-sha256': createHash('sha256').update(body).digest('base64') }
  const post = (headers: Record<string, string>) =>
    send(s3, { method: 'POST', path: '/backup', query: { delete: '' }, body, headers })
  expect(await post({})).toMatchObject({ status: 400, code: 'InvalidRequest' })
  s3.habits.deleteObjectsNeedsMd5 = true
  expect(await post(sha256)).toMatchObject({ status: 400, code: 'InvalidRequest' })
  const deleted = await post(md5)
  expect([...deleted.text.matchAll(/<Deleted><Key>(.*?)<\/Key>/g)].map(([, key]) => key)).toEqual([
    'a &amp; b',
    ' c',
    'missing',
  ])
  expect(await listAll(s3, 2, {})).toEqual(['d'])
})
