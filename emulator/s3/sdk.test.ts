import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { expect, test } from 'vitest'
import { type S3Server, startS3 } from './index.ts'

const Bucket = 'backup'
/** The SDK warns of streams on the console; what these tests expect is no news. */
const silent = () => {}
const logger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent }

function client(s3: S3Server, options: S3ClientConfig = {}): S3Client {
  const { url, region, credentials } = s3
  return new S3Client({ endpoint: url, region, credentials, forcePathStyle: true, maxAttempts: 1, logger, ...options })
}

/** As it comes, with CRC32 on everything and aws-chunked trailers on streams; and as older servers need it. */
test.each(['WHEN_SUPPORTED', 'WHEN_REQUIRED'] as const)(
  'the AWS SDK does its round trip, checksums %s',
  async (when) => {
    await using s3 = await startS3({ buckets: [Bucket] })
    const sdk = client(s3, { requestChecksumCalculation: when, responseChecksumValidation: when })
    const Key = 'Ordner/ä & b +%#?.txt'
    const Body = Readable.from([Buffer.alloc(70_000, 'a'), Buffer.alloc(70_000, 'b')])
    await sdk.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: 140_000, Metadata: { id: '7' } }))
    const found = await sdk.send(new GetObjectCommand({ Bucket, Key }))
    expect(found.Metadata).toEqual({ id: '7' })
    expect(await found.Body?.transformToString()).toBe('a'.repeat(70_000) + 'b'.repeat(70_000))
    await sdk.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${encodeURIComponent(Key)}` }))
    await sdk.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: '' }))

    const bytes = randomBytes(12_000_000)
    await new Upload({ client: sdk, params: { Bucket, Key: 'big', Body: Readable.from([bytes]) } }).done()
    const big = await sdk.send(new GetObjectCommand({ Bucket, Key: 'big' }))
    expect(Buffer.from((await big.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true)

    const pages = paginateListObjectsV2({ client: sdk, pageSize: 2 }, { Bucket })
    const keys: (string | undefined)[] = []
    for await (const page of pages) keys.push(...(page.Contents ?? []).map((object) => object.Key))
    expect(keys).toEqual([Key, 'big', 'copy', 'empty'])
    await sdk.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((key) => ({ Key: key })) } }))
    expect(await s3.objects(Bucket)).toEqual([])
    expect(s3.uploads(Bucket)).toEqual([])
  },
)

test('the SDK’s default stream really is an aws-chunked trailer, and a server that refuses those refuses it', async () => {
  await using s3 = await startS3({ buckets: [Bucket], habits: { awsChunked: 'refuse' } })
  const put = new PutObjectCommand({ Bucket, Key: 'a', Body: Readable.from(['x']), ContentLength: 1 })
  await expect(client(s3).send(put)).rejects.toMatchObject({ name: 'NotImplemented' })
})

test('the SDK verifies the checksums this server gives back', async () => {
  await using s3 = await startS3({ buckets: [Bucket] })
  const sdk = client(s3)
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'hello', ChecksumAlgorithm: 'SHA256' }))
  const head = await sdk.send(new HeadObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' }))
  expect(head.ChecksumSHA256).toBe(createHash('sha256').update('hello').digest('base64'))
  s3.faults.add({ fault: { kind: 'alter-response' }, times: 1 })
  const altered = await sdk.send(new GetObjectCommand({ Bucket, Key: 'a' }))
  await expect(altered.Body?.transformToString()).rejects.toThrow(/checksum/i)
})

test('the SDK sees versions, markers and typed errors', async () => {
  await using s3 = await startS3({ buckets: [Bucket] })
  const sdk = client(s3)
  await sdk.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  const first = await sdk.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'v1' }))
  await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))
  const versions = await sdk.send(new ListObjectVersionsCommand({ Bucket }))
  expect(versions.Versions).toMatchObject([{ Key: 'a', VersionId: first.VersionId, IsLatest: false }])
  expect(versions.DeleteMarkers).toMatchObject([{ Key: 'a', IsLatest: true }])
  await expect(sdk.send(new GetObjectCommand({ Bucket, Key: 'a' }))).rejects.toMatchObject({ name: 'NoSuchKey' })
  await expect(sdk.send(new HeadObjectCommand({ Bucket, Key: 'a' }))).rejects.toMatchObject({ name: 'NotFound' })
  const wrong = client(s3, { credentials: { ...s3.credentials, secretAccessKey: 'wrong' } })
  await expect(wrong.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
    name: 'SignatureDoesNotMatch',
  })
})
