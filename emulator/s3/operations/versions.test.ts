import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type S3Server, startS3 } from '../index.ts'
import { type RawReply, send } from '../test-client.ts'

type Options = { query?: Record<string, string>; headers?: Record<string, string>; body?: string }

function ask(s3: S3Server, method: string, key: string, options: Options = {}): Promise<RawReply> {
  return send(s3, { method, path: key === '' ? '/backup' : `/backup/${key}`, ...options })
}

async function putVersion(s3: S3Server, key: string, body: string): Promise<string> {
  return String((await ask(s3, 'PUT', key, { body })).headers['x-amz-version-id'])
}

test('with versioning nothing is overwritten, and a delete only hides', async () => {
  await using s3 = await startS3({ buckets: ['backup'], versioning: true })
  const first = await putVersion(s3, 'a', 'v1')
  const second = await putVersion(s3, 'a', 'v2')
  expect((await ask(s3, 'GET', 'a')).text).toBe('v2')
  expect((await ask(s3, 'GET', 'a', { query: { versionId: first } })).text).toBe('v1')

  const deleted = await ask(s3, 'DELETE', 'a')
  const marker = String(deleted.headers['x-amz-version-id'])
  expect(deleted).toMatchObject({ status: 204, headers: { 'x-amz-delete-marker': 'true' } })
  expect(await ask(s3, 'GET', 'a')).toMatchObject({ status: 404, headers: { 'x-amz-delete-marker': 'true' } })
  expect(await ask(s3, 'GET', 'a', { query: { versionId: marker } })).toMatchObject({ code: 'MethodNotAllowed' })
  expect((await ask(s3, 'GET', 'a', { query: { versionId: second } })).text).toBe('v2')
  expect(await s3.objects('backup')).toEqual([])
  const versions = await s3.objects('backup', { versions: true })
  expect(versions.map(({ versionId, isDeleteMarker, isLatest }) => [versionId, isDeleteMarker, isLatest])).toEqual([
    [marker, true, true],
    [second, false, false],
    [first, false, false],
  ])

  await ask(s3, 'DELETE', 'a', { query: { versionId: marker } })
  await ask(s3, 'DELETE', 'a', { query: { versionId: second } })
  expect((await ask(s3, 'GET', 'a')).text).toBe('v1')
  expect(await ask(s3, 'GET', 'a', { query: { versionId: second } })).toMatchObject({ code: 'NoSuchVersion' })
})

test('a server may say that it keeps versions, and not do it', async () => {
  await using s3 = await startS3({ buckets: ['backup'], habits: { ignoreVersioning: true } })
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
  expect(await ask(s3, 'PUT', '', { query: { versioning: '' }, body })).toMatchObject({ status: 200 })
  for (const text of ['v1', 'v2']) await ask(s3, 'PUT', 'a', { body: text })
  expect(await s3.objects('backup', { versions: true })).toMatchObject([{ versionId: 'null' }])
})

test('suspended versioning overwrites the null version and keeps the others', async () => {
  await using s3 = await startS3({ buckets: ['backup'], versioning: true })
  const kept = await putVersion(s3, 'a', 'v1')
  const body = '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>'
  expect(await ask(s3, 'PUT', '', { query: { versioning: '' }, body })).toMatchObject({ status: 200 })
  await ask(s3, 'PUT', 'a', { body: 'v2' })
  await ask(s3, 'PUT', 'a', { body: 'v3' })
  const versions = await s3.objects('backup', { versions: true })
  expect(versions.map(({ versionId }) => versionId)).toEqual(['null', kept])
  expect((await ask(s3, 'GET', 'a', { query: { versionId: 'null' } })).text).toBe('v3')
  // AWS names the version `null` on reads, Ceph and MinIO after writes as well.
  expect((await ask(s3, 'HEAD', 'a')).headers['x-amz-version-id']).toBe('null')
  expect(await putVersion(s3, 'a', 'v3')).toBe('undefined')
  s3.habits.namesNullVersions = true
  expect(await putVersion(s3, 'a', 'v3')).toBe('null')
  await ask(s3, 'DELETE', 'a')
  expect(
    (await s3.objects('backup', { versions: true })).map(({ versionId, isDeleteMarker }) => [
      versionId,
      isDeleteMarker,
    ]),
  ).toEqual([
    ['null', true],
    [kept, false],
  ])
})

test('versions are listed in pages that may end amid a key', async () => {
  await using s3 = await startS3({ buckets: ['backup'], versioning: true })
  for (const key of ['a', 'b/1', 'b/2', 'c']) {
    for (const body of ['1', '2', '3']) await putVersion(s3, key, body)
  }
  await ask(s3, 'DELETE', 'c')
  for (const pageSize of ['1', '2', '5', '1000']) {
    const found: string[] = []
    let query: Record<string, string> = { versions: '', 'max-keys': pageSize }
    for (;;) {
      const { text } = await ask(s3, 'GET', '', { query })
      found.push(...[...text.matchAll(/<VersionId>(.*?)<\/VersionId>/g)].map(([, id]) => id ?? ''))
      const next = /<NextKeyMarker>(.*?)<\/NextKeyMarker><NextVersionIdMarker>(.*?)</.exec(text)
      if (next === null) break
      query = { ...query, 'key-marker': next[1] ?? '', 'version-id-marker': next[2] ?? '' }
    }
    expect(found).toEqual((await s3.objects('backup', { versions: true })).map(({ versionId }) => versionId))
  }
  const folded = await ask(s3, 'GET', '', { query: { versions: '', delimiter: '/', prefix: 'b' } })
  expect(folded.text).toContain('<CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes>')
  expect(folded.text).not.toContain('<Version>')
})

test('a locked version resists deletion until its time has come', async () => {
  let now = Date.now()
  await using s3 = await startS3({ now: () => now })
  s3.createBucket('backup', { objectLock: true })
  const until = new Date(now + 60_000).toISOString()
  const put = async (key: string, mode: string): Promise<Record<string, string>> => {
    const headers = {
      'x-amz-object-lock-mode': mode,
      'x-amz-object-lock-retain-until-date': until,
      'content-md5': createHash('md5').update('x').digest('base64'),
    }
    const { 'content-md5': _, ...unchecked } = headers
    expect(await ask(s3, 'PUT', key, { body: 'x', headers: unchecked })).toMatchObject({ code: 'InvalidRequest' })
    const reply = await ask(s3, 'PUT', key, { body: 'x', headers })
    return { versionId: String(reply.headers['x-amz-version-id']) }
  }
  const governed = await put('governed', 'GOVERNANCE')
  const strict = await put('strict', 'COMPLIANCE')
  const bypass = { headers: { 'x-amz-bypass-governance-retention': 'true' } }
  expect((await ask(s3, 'HEAD', 'strict')).headers['x-amz-object-lock-retain-until-date']).toBe(until)
  expect(await ask(s3, 'DELETE', 'strict', { query: strict })).toMatchObject({ status: 403, code: 'AccessDenied' })
  expect(await ask(s3, 'DELETE', 'strict', { query: strict, ...bypass })).toMatchObject({ status: 403 })
  expect(await ask(s3, 'DELETE', 'governed', { query: governed })).toMatchObject({ status: 403 })
  expect(await ask(s3, 'DELETE', 'governed', { query: governed, ...bypass })).toMatchObject({ status: 204 })
  const shorter = `<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>${new Date(now + 1000).toISOString()}</RetainUntilDate></Retention>`
  expect(await ask(s3, 'PUT', 'strict', { query: { retention: '' }, body: shorter })).toMatchObject({ status: 403 })
  now += 61_000
  const at = { at: now }
  expect(await send(s3, { method: 'DELETE', path: '/backup/strict', query: strict, ...at })).toMatchObject({
    status: 204,
  })
})

test('a legal hold protects until it is lifted, unless the server only pretends', async () => {
  await using s3 = await startS3()
  s3.createBucket('backup', { objectLock: true })
  const query = { versionId: await putVersion(s3, 'a', 'x') }
  const hold = (status: string) =>
    ask(s3, 'PUT', 'a', { query: { 'legal-hold': '' }, body: `<LegalHold><Status>${status}</Status></LegalHold>` })
  await hold('ON')
  expect(await ask(s3, 'DELETE', 'a', { query })).toMatchObject({ status: 403, code: 'AccessDenied' })
  s3.habits.ignoreObjectLock = true
  expect(await ask(s3, 'DELETE', 'a', { query })).toMatchObject({ status: 204 })
})

test('a bucket’s default retention locks what is written without one', async () => {
  await using s3 = await startS3()
  s3.createBucket('backup', { objectLock: true })
  const rule = '<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule>'
  const body = `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}</ObjectLockConfiguration>`
  expect(await ask(s3, 'PUT', '', { query: { 'object-lock': '' }, body })).toMatchObject({ status: 200 })
  expect((await ask(s3, 'GET', '', { query: { 'object-lock': '' } })).text).toContain(rule)
  await ask(s3, 'PUT', 'a', { body: 'x', headers: { 'content-md5': createHash('md5').update('x').digest('base64') } })
  expect((await s3.objects('backup'))[0]?.retention?.mode).toBe('GOVERNANCE')
})

test('buckets are made, named, configured and deleted when empty', async () => {
  await using s3 = await startS3({ region: 'eu-central-1' })
  expect(await send(s3, { method: 'PUT', path: '/Not_A_Bucket' })).toMatchObject({
    status: 400,
    code: 'InvalidBucketName',
  })
  expect(await ask(s3, 'PUT', '')).toMatchObject({ status: 200 })
  expect(await ask(s3, 'PUT', '')).toMatchObject({ status: 409, code: 'BucketAlreadyOwnedByYou' })
  expect((await ask(s3, 'GET', '', { query: { location: '' } })).text).toContain('>eu-central-1</LocationConstraint>')
  const lifecycle = '<LifecycleConfiguration><Rule><Status>Enabled</Status></Rule></LifecycleConfiguration>'
  expect(await ask(s3, 'GET', '', { query: { lifecycle: '' } })).toMatchObject({ code: 'NoSuchLifecycleConfiguration' })
  await ask(s3, 'PUT', '', { query: { lifecycle: '' }, body: lifecycle })
  expect((await ask(s3, 'GET', '', { query: { lifecycle: '' } })).text).toBe(lifecycle)
  await ask(s3, 'PUT', 'a', { body: '' })
  expect(await ask(s3, 'DELETE', '')).toMatchObject({ status: 409, code: 'BucketNotEmpty' })
  await ask(s3, 'DELETE', 'a')
  expect(await ask(s3, 'DELETE', '')).toMatchObject({ status: 204 })
  expect(await ask(s3, 'HEAD', '')).toMatchObject({ status: 404 })
})
