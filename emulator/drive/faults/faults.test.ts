import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { apiClient, type Json } from '../api-client.ts'
import { startDrive } from '../index.ts'
import type { Fault } from './faults.ts'

const SIZE = 600_000

/** The code of what broke a request, or of what broke its body. */
async function breakage(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'nothing broke'
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause
    return cause?.code ?? String(error)
  }
}

test('any error, with JSON, HTML or no body, with and without Retry-After', async () => {
  await using drive = await startDrive({ dataSet: 'small' })
  const { ask, send } = apiClient(drive)
  const meet = async (fault: Fault): Promise<Json> => {
    drive.faults.once(fault)
    const { status, headers, body } = await ask('files')
    return {
      status,
      retryAfter: headers.get('retry-after'),
      reason: body.error?.errors?.[0]?.reason,
      domain: body.error?.errors?.[0]?.domain,
      body,
    }
  }
  for (const reason of ['userRateLimitExceeded', 'rateLimitExceeded', 'dailyLimitExceeded']) {
    expect(await meet({ kind: 'error', status: 403, reason })).toMatchObject({
      status: 403,
      reason,
      domain: 'usageLimits',
    })
  }
  expect(await meet({ kind: 'error', status: 403, reason: 'domainPolicy' })).toMatchObject({
    reason: 'domainPolicy',
    domain: 'global',
  })
  expect(await meet({ kind: 'error', status: 429 })).toMatchObject({
    status: 429,
    retryAfter: null,
    reason: 'rateLimitExceeded',
  })
  expect(await meet({ kind: 'error', status: 429, retryAfter: 7 })).toMatchObject({ status: 429, retryAfter: '7' })
  expect(await meet({ kind: 'error', status: 500 })).toMatchObject({ status: 500, reason: 'internalError' })
  expect(await meet({ kind: 'error', status: 503 })).toMatchObject({ status: 503, reason: 'backendError' })
  expect(await meet({ kind: 'error', status: 502, body: 'html' })).toMatchObject({
    status: 502,
    body: expect.stringContaining('<title>Error 502'),
  })
  expect(await meet({ kind: 'error', status: 500, body: 'empty' })).toMatchObject({ status: 500, body: '' })
  expect(await meet({ kind: 'unauthorized' })).toMatchObject({ status: 401, reason: 'authError' })
  expect(await meet({ kind: 'garbage' })).toMatchObject({ status: 200, body: expect.stringContaining('<html>') })
  expect(await meet({ kind: 'stale-page-token' })).toMatchObject({ status: 403, reason: 'pageTokenExpired' })
  expect(await meet({ kind: 'dead-page-token' })).toMatchObject({ status: 400, reason: 'invalid' })
  expect((await send('files')).status).toBe(200)
  expect(drive.requests.count('files.list', 429)).toBe(2)
})

test('the token endpoint fails only when it is named', async () => {
  await using drive = await startDrive()
  const { clientId, clientSecret, refreshToken } = drive.credentials
  const refresh = async (): Promise<Json> => {
    const form = {
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token: refreshToken,
      grant_type: 'refresh_token',
    }
    const response = await fetch(`${drive.url}/token`, { method: 'POST', body: new URLSearchParams(form) })
    return [response.status, await response.json()]
  }
  drive.faults.add({ fault: { kind: 'error', status: 500 } })
  expect(await refresh()).toMatchObject([200, { token_type: 'Bearer' }])
  drive.faults.once({ kind: 'invalid-grant' }, { name: 'oauth.token' })
  expect(await refresh()).toMatchObject([400, { error: 'invalid_grant' }])
  drive.faults.once({ kind: 'reset' }, { name: 'oauth.token' })
  expect(await breakage(refresh())).toMatch(/ECONNRESET|UND_ERR_SOCKET/)
  expect([drive.requests.count('oauth.token'), drive.requests.total]).toEqual([3, 0])
})

test('connections break before, amid and instead of answers', async () => {
  await using drive = await startDrive()
  const id = drive.create({ name: 'file.bin', size: SIZE })
  const { bytes, call, ask } = apiClient(drive)
  const media = `files/${id}?alt=media`
  drive.faults.once({ kind: 'reset' })
  expect(await breakage(bytes(media))).toMatch(/ECONNRESET|UND_ERR_SOCKET/)
  drive.faults.once({ kind: 'reset-mid-body' })
  expect(await breakage(bytes(media))).toMatch(/ECONNRESET|UND_ERR_SOCKET/)
  drive.faults.once({ kind: 'lost-reply' })
  expect(await breakage(call('PATCH', `files/${id}`, { name: 'renamed.bin' }))).toMatch(/ECONNRESET|UND_ERR_SOCKET/)
  expect((await ask(`files/${id}`)).body.name).toBe('renamed.bin')
  expect((await bytes(media)).bytes).toHaveLength(SIZE)
})

test('bodies arrive short with clean framing, altered, slow or not at all', async () => {
  await using drive = await startDrive()
  const id = drive.create({ name: 'file.bin', size: SIZE })
  const whole = await drive.content(id)
  const { bytes, send } = apiClient(drive)
  const media = `files/${id}?alt=media`
  const meet = (fault: Fault): ReturnType<typeof bytes> => {
    drive.faults.once(fault, { fileId: id })
    return bytes(media)
  }
  const short = await meet({ kind: 'truncate', after: 1000 })
  expect([short.status, short.headers.get('content-length'), short.bytes.length]).toEqual([200, '1000', 1000])
  const chunked = await meet({ kind: 'truncate', framing: 'chunked' })
  expect([chunked.headers.get('content-length'), chunked.bytes.length]).toEqual([null, SIZE / 2])
  const altered = await meet({ kind: 'alter', at: 300_001 })
  expect(altered.bytes.length).toBe(SIZE)
  expect([...altered.bytes].flatMap((byte, at) => (byte === whole[at] ? [] : [at]))).toEqual([300_001])

  const started = performance.now()
  expect((await meet({ kind: 'slow', bytesPerSecond: 3_000_000 })).bytes.equals(whole)).toBe(true)
  expect(performance.now() - started).toBeGreaterThan(100)

  drive.faults.once({ kind: 'stall', after: 1000 })
  const giveUp = new AbortController()
  const stalled = await send(media, { signal: giveUp.signal })
  const reader = stalled.body?.getReader()
  let got = 0
  while (got < 1000) got += (await reader?.read())?.value?.length ?? 0
  const more = reader?.read()
  giveUp.abort()
  expect(await breakage(Promise.resolve(more))).toContain('abort')
  expect(got).toBe(1000)
  expect(drive.faults.struck).toBe(5)
})

test('a request that is never answered hangs until the client gives up', async () => {
  await using drive = await startDrive()
  drive.faults.once({ kind: 'hang' })
  const { send } = apiClient(drive)
  expect(await breakage(send('files', { signal: AbortSignal.timeout(200) }))).toMatch(/Timeout/)
  expect((await send('files')).status).toBe(200)
})

test('lists lie: short, empty, doubled, incomplete, grouped to nothing', async () => {
  await using drive = await startDrive({ files: { a: '', b: '', c: '' } })
  const { get, names } = apiClient(drive)
  drive.faults.once({ kind: 'short-page', items: 1 })
  const short = await get('files')
  expect([short.files.length, typeof short.nextPageToken]).toEqual([1, 'string'])
  drive.faults.once({ kind: 'short-page', items: 2 })
  expect(await names('')).toEqual(['a', 'b', 'c'])
  drive.faults.once({ kind: 'short-page', items: 2 })
  expect(await names('', '&orderBy=name desc')).toEqual(['c', 'b', 'a'])
  drive.faults.once({ kind: 'empty-page' })
  expect(await names('')).toEqual(['a', 'b', 'c'])
  drive.faults.once({ kind: 'duplicate-items', items: 2 })
  expect(await names('')).toEqual(['a', 'b', 'c', 'a', 'b'])
  drive.faults.once({ kind: 'incomplete-search' })
  expect((await get('files')).incompleteSearch).toBe(true)
  const root = drive.store.primary.rootId
  drive.faults.add({ fault: { kind: 'no-grouped-parents' } })
  expect(await names(`'${root}' in parents or '${root}' in parents`)).toEqual([])
  expect(await names(`'${root}' in parents`)).toEqual(['a', 'b', 'c'])
})

test('a stale list shows what was there before the last writes', async () => {
  await using drive = await startDrive({ files: { a: '', b: '', c: '' } })
  const { names } = apiClient(drive)
  drive.rename(drive.find('a').id, 'a2')
  drive.remove(drive.find('b').id)
  drive.create({ name: 'd' })
  const root = `'${drive.store.primary.rootId}' in parents`
  for (const q of ['', root]) {
    drive.faults.once({ kind: 'stale-list', writes: 3 })
    expect((await names(q)).sort()).toEqual(['a', 'b', 'c'])
    expect((await names(q)).sort()).toEqual(['a2', 'c', 'd'])
  }
})

test('one file’s metadata is odd in listings, in the feed and alone, and the others are right', async () => {
  await using drive = await startDrive({ files: { a: 'a', b: 'b' } })
  const { get } = apiClient(drive)
  const { startPageToken } = await get('changes/startPageToken')
  const [a, b] = [drive.find('a').id, drive.find('b').id]
  drive.edit(a, 'a2')
  drive.edit(b, 'b2')
  const fields = 'id,size,md5Checksum'
  const changes = `changes?pageToken=${startPageToken}&fields=changes(changeType,fileId,file(id,size))`
  drive.faults.add({ fault: { kind: 'odd-item', id: b, drop: ['size'], set: { md5Checksum: 7 } } })
  expect((await get(`files?fields=files(${fields})`)).files).toMatchObject([{ id: a, size: '2' }, { id: b }])
  expect(await get(`files/${b}?fields=${fields}`)).toEqual({ id: b, md5Checksum: 7 })
  expect((await get(`files/${a}?fields=${fields}`)).size).toBe('2')
  expect((await get(changes)).changes.map((change: Json) => change.file)).toEqual([
    { id: a, size: '2' },
    { id: b, md5Checksum: 7 },
  ])
  drive.faults.clear()
  drive.faults.once({ kind: 'odd-item', id: a, of: 'change', set: { changeType: 'x' }, drop: ['fileId'] })
  expect((await get(changes)).changes).toMatchObject([{ changeType: 'x', file: { id: a } }, { fileId: b }])
  drive.faults.once({ kind: 'odd-item', instead: null })
  expect((await get('files')).files).toMatchObject([null, { id: b }])
})

test('a stale item is shown as it was before its last write, and files.get knows better', async () => {
  await using drive = await startDrive({ files: { a: 'a', b: 'b' } })
  const { get } = apiClient(drive)
  const { startPageToken } = await get('changes/startPageToken')
  const { id } = drive.find('a')
  drive.edit(id, 'edited')
  drive.rename(id, 'renamed')
  drive.edit(drive.find('b').id, 'b2')
  const listed = async () => (await get('files?fields=files(name,size)')).files
  drive.faults.once({ kind: 'stale-item', id })
  expect(await listed()).toEqual([
    { name: 'a', size: '6' },
    { name: 'b', size: '2' },
  ])
  drive.faults.once({ kind: 'stale-item', id, writes: 2 })
  expect((await listed())[0]).toEqual({ name: 'a', size: '1' })
  drive.faults.once({ kind: 'stale-item', id })
  const feed = await get(`changes?pageToken=${startPageToken}&fields=changes(file(name))`)
  expect(feed.changes).toEqual([{ file: { name: 'a' } }, { file: { name: 'b' } }])
  drive.faults.once({ kind: 'stale-item', id })
  expect(await get(`files/${id}?fields=name`)).toEqual({ name: 'renamed' })
  expect((await listed())[0]).toEqual({ name: 'renamed', size: '6' })
})

test('rules: how often, after how many, by chance from a seed, by what they match', async () => {
  await using drive = await startDrive({ files: { a: '' } })
  const { send } = apiClient(drive)
  const fault: Fault = { kind: 'error', status: 503 }
  const statuses = async (count: number, path = 'files'): Promise<number[]> => {
    const seen: number[] = []
    for (let n = 0; n < count; n++) seen.push((await send(path)).status)
    return seen
  }
  drive.faults.add({ fault, times: 2, after: 1 })
  expect(await statuses(5)).toEqual([200, 503, 503, 200, 200])
  drive.faults.clear()
  const chance = async (): Promise<number[]> => {
    drive.faults.reseed(7)
    const forget = drive.faults.add({ fault, probability: 0.5 })
    const seen = await statuses(20)
    forget()
    return seen
  }
  const first = await chance()
  expect(await chance()).toEqual(first)
  expect(new Set(first)).toEqual(new Set([200, 503]))
  drive.faults.add({ fault, match: { path: /files\?q=/ } })
  drive.faults.add({ fault, match: { name: ['about.get', 'drives.list'] } })
  expect([...(await statuses(1)), ...(await statuses(1, 'files?q=')), ...(await statuses(1, 'drives'))]).toEqual([
    200, 503, 503,
  ])
})

test('a file can be edited at the moment it is read', async () => {
  await using drive = await startDrive({ files: { 'report.txt': 'v1' } })
  const { id } = drive.find('report.txt')
  const { get, bytes } = apiClient(drive)
  const { md5Checksum } = await get(`files/${id}?fields=md5Checksum`)
  drive.onceRead(id, () => drive.edit(id, 'v2'))
  const { bytes: read } = await bytes(`files/${id}?alt=media`)
  expect(read.toString()).toBe('v2')
  expect(createHash('md5').update(read).digest('hex')).not.toBe(md5Checksum)
})

test('latency is waited out before the answer', async () => {
  await using drive = await startDrive({ latency: ({ name }) => (name === 'about.get' ? 80 : 0) })
  const { get } = apiClient(drive)
  const started = performance.now()
  await get('about?fields=kind')
  expect(performance.now() - started).toBeGreaterThanOrEqual(75)
})
