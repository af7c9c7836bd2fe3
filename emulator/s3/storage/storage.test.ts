import { createHash } from 'node:crypto'
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type S3Server, startS3 } from '../index.ts'
import { send } from '../test-client.ts'

class Folder implements AsyncDisposable {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  static async make(): Promise<Folder> {
    return new Folder(await mkdtemp(join(tmpdir(), 's3-')))
  }

  async blobs(): Promise<number> {
    return (await readdir(join(this.path, 'blobs'))).length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true })
  }
}

type Options = { query?: Record<string, string>; headers?: Record<string, string>; body?: string | Buffer }

function ask(s3: S3Server, method: string, key: string, options: Options = {}) {
  return send(s3, { method, path: `/backup/${key}`, ...options })
}

test('a folder opened again holds everything as it was', async () => {
  await using folder = await Folder.make()
  const options = {
    storage: { folder: folder.path },
    buckets: ['backup'],
    versioning: true,
    limits: { minPartSize: 1 },
  }
  let before: unknown
  let uploadId = ''
  {
    await using s3 = await startS3(options)
    await ask(s3, 'PUT', 'a', { body: 'v1', headers: { 'x-amz-meta-id': '7' } })
    await ask(s3, 'PUT', 'a', { body: Buffer.alloc(3_000_000, 'v2') })
    await ask(s3, 'PUT', 'copy', { headers: { 'x-amz-copy-source': '/backup/a' } })
    await ask(s3, 'PUT', 'gone', { body: 'x' })
    await ask(s3, 'DELETE', 'gone')
    await ask(s3, 'PUT', 'a', {
      query: { tagging: '' },
      body: '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>',
    })
    uploadId = /<UploadId>(.*?)</.exec((await ask(s3, 'POST', 'big', { query: { uploads: '' } })).text)?.[1] ?? ''
    await ask(s3, 'PUT', 'big', { query: { uploadId, partNumber: '1' }, body: 'part one ' })
    before = await s3.objects('backup', { versions: true })
  }
  await appendFile(join(folder.path, 'index.ndjson'), '{"change":"add","buck') // a line torn by a sudden death
  for (let time = 0; time < 2; time++) {
    await using s3 = await startS3(options)
    expect(await s3.objects('backup', { versions: true })).toEqual(before)
    expect((await s3.body('backup', 'copy')).equals(Buffer.alloc(3_000_000, 'v2'))).toBe(true)
  }
  await using s3 = await startS3(options)
  const { etag } = (await ask(s3, 'PUT', 'big', { query: { uploadId, partNumber: '2' }, body: 'part two' })).headers
  const first = createHash('md5').update('part one ').digest('hex')
  const parts = [first, etag].map(
    (one, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${one}</ETag></Part>`,
  )
  const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`
  expect(await ask(s3, 'POST', 'big', { query: { uploadId }, body })).toMatchObject({ status: 200 })
  expect((await s3.body('backup', 'big')).toString()).toBe('part one part two')
})

test('a folder keeps no bytes that nothing refers to', async () => {
  await using folder = await Folder.make()
  await using s3 = await startS3({ storage: { folder: folder.path }, buckets: ['backup'] })
  await ask(s3, 'PUT', 'a', { body: 'x' })
  await ask(s3, 'PUT', 'b', { headers: { 'x-amz-copy-source': '/backup/a' } })
  expect(await folder.blobs()).toBe(1)
  await ask(s3, 'PUT', 'a', { body: 'y' })
  expect((await s3.body('backup', 'b')).toString()).toBe('x')
  expect(await folder.blobs()).toBe(2)
  await ask(s3, 'DELETE', 'a')
  await ask(s3, 'DELETE', 'b')
  const wrong = { 'content-md5': createHash('md5').update('other').digest('base64') }
  await ask(s3, 'PUT', 'c', { body: Buffer.alloc(200_000), headers: wrong })
  const uploadId = /<UploadId>(.*?)</.exec((await ask(s3, 'POST', 'd', { query: { uploads: '' } })).text)?.[1] ?? ''
  await ask(s3, 'PUT', 'd', { query: { uploadId, partNumber: '1' }, body: 'x' })
  await ask(s3, 'DELETE', 'd', { query: { uploadId } })
  expect(await folder.blobs()).toBe(0)
  expect(await readdir(join(folder.path, 'incoming'))).toEqual([])
})

test('discarding keeps sizes and hashes, checks all the same, and gives no bytes back', async () => {
  await using s3 = await startS3({ storage: 'discard', buckets: ['backup'], limits: { minPartSize: 1 } })
  const body = Buffer.alloc(200_000, 'x')
  const wrong = { 'content-md5': createHash('md5').update('other').digest('base64') }
  expect(await ask(s3, 'PUT', 'a', { body, headers: wrong })).toMatchObject({ code: 'BadDigest' })
  expect(await ask(s3, 'PUT', 'a', { body })).toMatchObject({ status: 200 })
  const sha256 = createHash('sha256').update(body).digest('hex')
  expect(await s3.objects('backup')).toMatchObject([{ key: 'a', size: 200_000, sha256 }])
  expect((await ask(s3, 'HEAD', 'a')).headers['content-length']).toBe('200000')
  await expect(ask(s3, 'GET', 'a')).resolves.toMatchObject({ status: 501, code: 'NotImplemented' })
})

test('opaque ETags are no MD5, yet Content-MD5 is checked', async () => {
  await using s3 = await startS3({ opaqueEtags: true, buckets: ['backup'] })
  const wrong = { 'content-md5': createHash('md5').update('other').digest('base64') }
  expect(await ask(s3, 'PUT', 'a', { body: 'x', headers: wrong })).toMatchObject({ code: 'BadDigest' })
  expect((await ask(s3, 'PUT', 'a', { body: 'x' })).headers.etag).toMatch(/^"[0-9a-f]{32}-1"$/)
})
