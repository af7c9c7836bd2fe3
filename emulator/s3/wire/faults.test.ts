import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { type Fault, type S3Server, startS3 } from '../index.ts'
import { send, sign } from '../test-client.ts'

const BODY = Buffer.alloc(300_000, 'abc')

function put(s3: S3Server, key = 'key', body: Buffer | string = BODY) {
  return send(s3, { method: 'PUT', path: `/backup/${key}`, body })
}

function get(s3: S3Server, key = 'key') {
  return send(s3, { method: 'GET', path: `/backup/${key}` })
}

/** A server with one object, whose next request goes wrong. */
async function startWith(fault: Fault): Promise<S3Server> {
  const s3 = await startS3({ buckets: ['backup'] })
  await put(s3)
  s3.faults.add({ fault, times: 1 })
  return s3
}

test('any status and code, with XML, HTML or nothing in the body', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  const answer = async (fault: Omit<Extract<Fault, { kind: 'answer' }>, 'kind'>) => {
    s3.faults.add({ fault: { kind: 'answer', ...fault }, times: 1 })
    return put(s3)
  }
  expect(await answer({ status: 503, retryAfter: 7 })).toMatchObject({
    status: 503,
    code: 'SlowDown',
    headers: { 'retry-after': '7' },
  })
  expect(await answer({ status: 500 })).toMatchObject({ status: 500, code: 'InternalError' })
  expect(await answer({ status: 403 })).toMatchObject({ status: 403, code: 'AccessDenied' })
  expect((await answer({ status: 400, code: 'Odd', message: 'So & so' })).text).toContain(
    '<Message>So &amp; so</Message>',
  )
  expect((await answer({ status: 502, body: 'html', message: 'Bad Gateway' })).text).toContain(
    '<h1>502 Bad Gateway</h1>',
  )
  expect(await answer({ status: 500, body: 'none' })).toMatchObject({ status: 500, text: '' })
  expect(await s3.objects('backup')).toEqual([])
  expect(await put(s3)).toMatchObject({ status: 200 })
})

test.each([
  { kind: 'reset' },
  { kind: 'reset', at: 'request-body' },
  { kind: 'reset', at: 'request-body', bytes: 100_000 },
] as const)('a PUT whose connection is reset is not done: %o', async (fault) => {
  await using s3 = await startWith(fault)
  await expect(put(s3, 'other')).rejects.toThrow(/ECONNRESET|EPIPE|hang up/)
  expect((await s3.objects('backup')).map(({ key }) => key)).toEqual(['key'])
  expect(s3.requests.count('PutObject', 0)).toBe(1)
})

test('a response reset in mid body breaks off after half of it', async () => {
  await using s3 = await startWith({ kind: 'reset', at: 'response-body' })
  await expect(get(s3)).rejects.toThrow(/ECONNRESET|aborted/)
})

test('a truncated response looks whole', async () => {
  await using s3 = await startWith({ kind: 'truncate' })
  const reply = await get(s3)
  expect(reply).toMatchObject({ status: 200, headers: { 'content-length': '150000' } })
  expect(reply.body.equals(BODY.subarray(0, 150_000))).toBe(true)
})

test('one bit of a response differs', async () => {
  await using s3 = await startWith({ kind: 'alter-response' })
  const reply = await get(s3)
  expect(reply.body.length).toBe(BODY.length)
  expect(reply.body.filter((byte, index) => byte !== BODY[index])).toHaveLength(1)
  expect((await get(s3)).body.equals(BODY)).toBe(true)
})

test('one bit differs as it is stored, and only a look at the bytes shows it', async () => {
  await using s3 = await startWith({ kind: 'alter-stored' })
  const good = (await s3.objects('backup'))[0]
  expect(await put(s3)).toMatchObject({ status: 200 })
  const bad = (await s3.objects('backup'))[0]
  expect(bad?.etag).toBe(good?.etag)
  expect(bad?.sha256).not.toBe(good?.sha256)
  expect((await get(s3)).body.filter((byte, index) => byte !== BODY[index])).toHaveLength(1)
})

test('a stored object rots on request', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  await put(s3)
  await s3.corrupt('backup', 'key')
  const [object] = await s3.objects('backup')
  const reply = await get(s3)
  expect(reply.body.equals(BODY)).toBe(false)
  expect(reply.headers.etag).toBe(`"${object?.etag}"`)
})

test.each([
  { kind: 'stall' },
  { kind: 'stall', at: 'request-body' },
  { kind: 'stall', at: 'response-body' },
  { kind: 'lost-reply' },
] as const)('the connection falls silent: %o', async (fault) => {
  await using s3 = await startWith(fault)
  const isGet = 'at' in fault && fault.at === 'response-body'
  const { headers } = sign(
    s3,
    isGet ? { method: 'GET', path: '/backup/key' } : { method: 'PUT', path: '/backup/new', body: BODY },
  )
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const socket = connect(s3.port, '127.0.0.1')
  socket.on('error', () => {}) // a reset, where the server had not read everything
  const closed = new Promise((resolve) => socket.once('close', resolve))
  let received = 0
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length
  })
  socket.write(`${isGet ? 'GET /backup/key' : 'PUT /backup/new'} HTTP/1.1\r\n${lines.join('')}\r\n`)
  if (!isGet) socket.write(BODY)
  if (isGet) await expect.poll(() => received).toBeGreaterThan(150_000)
  else await expect.poll(() => s3.faults.all()[0]?.hits).toBe(1)
  if (fault.kind === 'lost-reply') {
    await expect.poll(async () => (await s3.objects('backup')).map(({ key }) => key)).toEqual(['key', 'new'])
  }
  await s3.close() // only the end of the server ends the silence
  await closed
  expect(received).toBeLessThan(isGet ? 152_000 : 1)
})

test('a lost reply may be a reset, after the work was done', async () => {
  await using s3 = await startWith({ kind: 'lost-reply', end: 'reset' })
  await expect(put(s3, 'new')).rejects.toThrow(/ECONNRESET|EPIPE|hang up/)
  expect((await s3.objects('backup')).map(({ key }) => key)).toEqual(['key', 'new'])
})

test('a slow server takes its time for either body', async () => {
  await using s3 = await startWith({ kind: 'slow', bytesPerSecond: 1_500_000 })
  s3.faults.add({ fault: { kind: 'slow', bytesPerSecond: 1_500_000 } })
  const before = performance.now()
  expect(await put(s3)).toMatchObject({ status: 200 })
  expect((await get(s3)).body.equals(BODY)).toBe(true)
  expect(performance.now() - before).toBeGreaterThan(390)
})

test('an error may hide behind 200', async () => {
  await using s3 = await startWith({ kind: 'error-in-200' })
  const headers = { 'x-amz-copy-source': '/backup/key' }
  const reply = await send(s3, { method: 'PUT', path: '/backup/copy', headers })
  expect(reply).toMatchObject({ status: 200, code: 'InternalError' })
  expect((await s3.objects('backup')).map(({ key }) => key)).toEqual(['key'])
})

test('a full disk refuses in either dialect', async () => {
  await using s3 = await startWith({ kind: 'disk-full' })
  expect(await put(s3, 'new')).toMatchObject({ status: 507, code: 'XMinioStorageFull' })
  s3.faults.add({ fault: { kind: 'disk-full', style: 'generic' } })
  expect(await put(s3, 'new')).toMatchObject({ status: 507, code: 'InsufficientStorage' })
})

test('a rule strikes what it matches, after some, for some times, and not once removed', async () => {
  await using s3 = await startS3({ buckets: ['backup'] })
  const fault = { kind: 'answer', status: 500 } as const
  const rule = s3.faults.add({
    match: { operation: ['PutObject'], key: /^a/, bucket: 'backup' },
    fault,
    after: 1,
    times: 2,
  })
  const statuses: number[] = []
  for (const key of ['b', 'a', 'a', 'b', 'a', 'a']) statuses.push((await put(s3, key, 'x')).status)
  expect(statuses).toEqual([200, 200, 500, 200, 500, 200])
  expect(await get(s3, 'a')).toMatchObject({ status: 200 })
  expect(rule.hits).toBe(2)
  const every = s3.faults.add({ match: { method: 'GET' }, fault })
  expect(await get(s3, 'a')).toMatchObject({ status: 500 })
  every.remove()
  expect(await get(s3, 'a')).toMatchObject({ status: 200 })
})

test('a rule is not used up by requests that it cannot harm', async () => {
  await using s3 = await startWith({ kind: 'alter-response' })
  expect(await put(s3, 'empty', '')).toMatchObject({ status: 200 })
  expect((await get(s3)).body.equals(BODY)).toBe(false)
  s3.faults.add({ fault: { kind: 'error-in-200' } })
  s3.faults.add({ fault: { kind: 'alter-stored' } })
  s3.faults.add({ fault: { kind: 'disk-full' } })
  s3.faults.add({ fault: { kind: 'reset', at: 'request-body' } })
  expect((await get(s3)).body.equals(BODY)).toBe(true)
})

test('a probability strikes its share, and the same requests for the same seed', async () => {
  const run = async (seed: number): Promise<number[]> => {
    await using s3 = await startS3({ buckets: ['backup'] })
    s3.faults.add({ fault: { kind: 'answer', status: 503 }, probability: 0.3, seed })
    const statuses: number[] = []
    for (let i = 0; i < 100; i++) statuses.push((await put(s3, 'a', 'x')).status)
    return statuses
  }
  const first = await run(7)
  expect(await run(7)).toEqual(first)
  expect(await run(8)).not.toEqual(first)
  const struck = first.filter((status) => status === 503).length
  expect(struck).toBeGreaterThan(15)
  expect(struck).toBeLessThan(45)
})

test('habits: SlowDown now and then, and messages left empty', async () => {
  await using s3 = await startS3({ buckets: ['backup'], habits: { slowDownEvery: 3, emptyMessages: true } })
  const statuses: number[] = []
  for (let i = 0; i < 6; i++) statuses.push((await put(s3, 'a', 'x')).status)
  expect(statuses).toEqual([200, 200, 503, 200, 200, 503])
  expect((await get(s3, 'missing')).text).toContain('<Code>NoSuchKey</Code><Message></Message>')
})

test('every request is counted by operation and outcome, and latency is added to each', async () => {
  await using s3 = await startS3({ buckets: ['backup'], latencyMs: 30 })
  const before = performance.now()
  await put(s3)
  await get(s3)
  await get(s3, 'missing')
  expect(performance.now() - before).toBeGreaterThan(85)
  expect(s3.requests.total).toBe(3)
  expect(s3.requests.counts()).toEqual({
    GetObject: 2,
    'GetObject 200': 1,
    'GetObject 404': 1,
    PutObject: 1,
    'PutObject 200': 1,
  })
  expect(s3.requests.count('PutObject')).toBe(1)
  expect(s3.requests.recent().at(-1)).toMatchObject({
    operation: 'GetObject',
    key: 'missing',
    status: 404,
    code: 'NoSuchKey',
  })
  s3.requests.reset()
  expect([s3.requests.total, s3.requests.count('PutObject'), s3.requests.recent()]).toEqual([0, 0, []])
})
