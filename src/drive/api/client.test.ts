import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect, test } from 'vitest'
import type { Fault as Injected } from '../../../emulator/drive/faults/faults.ts'
import { startDrive } from '../../../emulator/drive/index.ts'
import { bytesOf, changesSince, itemNamed, scanAll, sourceFor } from '../../../test/drive-source.ts'
import type { FaultCode } from '../../backup/model/faults.ts'

const signal = new AbortController().signal

const PASSING: [string, Injected][] = [
  ['a 500 in JSON', { kind: 'error', status: 500 }],
  ['a 503 as a web page', { kind: 'error', status: 503, body: 'html' }],
  ['a 502 without a body', { kind: 'error', status: 502, body: 'empty' }],
  ['a 408', { kind: 'error', status: 408, body: 'empty' }],
  ['a 403 of the rate', { kind: 'error', status: 403, reason: 'userRateLimitExceeded' }],
  ['a 403 of the project’s rate', { kind: 'error', status: 403, reason: 'rateLimitExceeded' }],
  ['a 429', { kind: 'error', status: 429 }],
  ['a 429 with Retry-After', { kind: 'error', status: 429, retryAfter: 0 }],
  ['a 429 without a body', { kind: 'error', status: 429, body: 'empty' }],
  ['a dead token', { kind: 'unauthorized' }],
  ['a page instead of JSON', { kind: 'garbage' }],
  ['a reset before the answer', { kind: 'reset' }],
  ['a lost reply', { kind: 'lost-reply' }],
  ['a reset amid the answer', { kind: 'reset-mid-body' }],
  ['an answer cut short', { kind: 'truncate' }],
  ['an answer cut short in chunks', { kind: 'truncate', framing: 'chunked' }],
]

test.each(PASSING)('%s is got over within a metadata call', async (_name, fault) => {
  await using drive = await startDrive({ files: { 'a.txt': 'a', 'b.txt': 'b' } })
  await using source = sourceFor(drive)
  drive.faults.add({ fault, match: { name: 'files.list' }, times: 2 })
  expect((await scanAll(source, signal)).map((item) => item.name)).toEqual(['a.txt', 'b.txt'])
  expect(drive.requests.count('files.list')).toBe(4)
})

test('everything together at every fifth call still gives the whole drive, byte for byte', async () => {
  await using drive = await startDrive({ dataSet: 'small', seed: 3 })
  await using source = sourceFor(drive, { retryTries: 12 })
  let turn = 0
  drive.faults.add({
    fault: () => PASSING[turn++ % PASSING.length]?.[1],
    probability: 0.2,
    match: { name: ['files.list', 'files.get', 'about.get'] },
  })
  await using clean = sourceFor(drive)
  const items = await scanAll(source, signal)
  drive.faults.clear()
  expect(items).toEqual(await scanAll(clean, signal))
})

test.each<[Partial<Injected & { kind: 'error' }>, FaultCode]>([
  [{ status: 403, reason: 'dailyLimitExceeded' }, 'google/daily-limit'],
  [{ status: 403, reason: 'accessNotConfigured' }, 'google/api-disabled'],
  [{ status: 403, reason: 'insufficientPermissions' }, 'google/scope-missing'],
  [{ status: 403, reason: 'domainPolicy' }, 'google/access-denied'],
  [{ status: 400, reason: 'invalidParameter' }, 'google/request-refused'],
])('%j is a Fault at once', async (fault, code) => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  drive.faults.add({ fault: { kind: 'error', status: 400, ...fault }, match: { name: 'files.list' } })
  await expect(scanAll(source, signal)).rejects.toMatchObject({ code })
  expect(drive.requests.count('files.list')).toBe(1)
})

test.each<[Injected, FaultCode, number]>([
  // Five tries for each of four page sizes, and three calls that show that Google answers otherwise.
  [{ kind: 'error', status: 500 }, 'google/unavailable', 20],
  [{ kind: 'error', status: 429 }, 'google/rate-limited', 10],
  [{ kind: 'reset' }, 'google/unreachable', 5],
  [{ kind: 'garbage' }, 'google/bad-answer', 5],
])('%j that does not end is a Fault after a bounded number of calls', async (fault, code, calls) => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  drive.faults.add({ fault, match: { name: 'files.list' } })
  await expect(scanAll(source, signal)).rejects.toMatchObject({ code })
  expect(drive.requests.count('files.list')).toBe(calls)
  expect(drive.requests.count('about.get')).toBe(code === 'google/unavailable' ? 3 : 0)
})

test('a long Retry-After is not waited for here, but told', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  drive.faults.add({ fault: { kind: 'error', status: 503, retryAfter: 600 }, match: { name: 'about.get' } })
  await expect(source.identify(signal)).rejects.toMatchObject({ code: 'google/unavailable', retryAfterMs: 600_000 })
  drive.faults.add({ fault: { kind: 'error', status: 429, retryAfter: 600 }, match: { name: 'files.list' } })
  await expect(scanAll(source, signal)).rejects.toMatchObject({ code: 'google/rate-limited', retryAfterMs: 600_000 })
  const later = await scanAll(source, signal).catch((error: unknown) => error)
  expect(later).toMatchObject({ code: 'google/rate-limited' })
  expect(drive.requests.count('files.list')).toBe(1)
})

test('a Drive that is not there cannot be reached, and says why', async () => {
  const drive = await startDrive()
  await using source = sourceFor(drive, { retryTries: 2 })
  await source.identify(signal)
  await drive[Symbol.asyncDispose]()
  await expect(source.identify(signal)).rejects.toMatchObject({
    code: 'google/unreachable',
    message: expect.stringContaining('ECONNREFUSED'),
  })
})

test.each<[string, Injected]>([
  ['connected, but no answer in time', { kind: 'hang' }],
  ['the answer stopped coming', { kind: 'stall' }],
])('a call that hangs ends by its time-out: %s', async (detail, fault) => {
  await using drive = await startDrive()
  await using source = sourceFor(drive, { retryTries: 1, timeouts: { metadataHeaders: 200, idle: 200 } })
  drive.faults.add({ fault, match: { name: 'files.list' } })
  await expect(scanAll(source, signal)).rejects.toMatchObject({ code: 'google/unreachable', detail })
})

test('an answer that trickles for ever ends by the time-out for the whole call', async () => {
  await using drive = await startDrive({ files: { 'a.txt': 'a' } })
  await using source = sourceFor(drive, { retryTries: 1, timeouts: { metadataTotal: 300 } })
  drive.faults.add({ fault: { kind: 'slow', bytesPerSecond: 20 }, match: { name: 'files.list' } })
  await expect(scanAll(source, signal)).rejects.toMatchObject({
    code: 'google/unreachable',
    detail: 'no complete answer within 300 ms',
  })
})

test.each([
  ['604800', 3_600_000],
  ['99999999999999999999', 3_600_000],
  [() => new Date(Date.now() + 7 * 86_400_000).toUTCString(), 3_600_000],
  ['Fri, 31 Dec 9999 23:59:59 GMT', 3_600_000],
  ['-5', null],
  ['1.5', null],
  ['NaN', null],
  ['2099-01-01', null],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
])('a Retry-After of %s never asks for more than an hour', async (value, expected) => {
  await using drive = await startDrive()
  await using source = sourceFor(drive, { retryTries: 1 })
  const retryAfter = typeof value === 'string' ? value : value()
  drive.faults.add({ fault: { kind: 'error', status: 503, retryAfter }, match: { name: 'changes.list' } })
  const cursor = await source.startCursor(signal)
  await expect(changesSince(source, cursor, signal)).rejects.toMatchObject({
    code: 'google/unavailable',
    retryAfterMs: expected,
  })
})

test('a rate limit with a Retry-After of a week pauses all calls for an hour', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  drive.faults.once({ kind: 'error', status: 429, retryAfter: 604_800 }, { name: 'files.list' })
  await expect(scanAll(source, signal)).rejects.toMatchObject({ code: 'google/rate-limited' })
  expect(source.pace.pausedUntil - Date.now()).toBeLessThanOrEqual(3_600_000)
})

test('a probe is one call that ends well or says what stands in the way', async () => {
  await using drive = await startDrive()
  const team = drive.store.addDrive('Team').id
  await using mine = sourceFor(drive)
  await using shared = sourceFor(drive, { driveId: team })
  await Promise.all([mine.probe(signal), shared.probe(signal)])
  expect([mine.calls, shared.calls]).toEqual([1, 1])
  const forget = drive.faults.add({ fault: { kind: 'error', status: 500 }, match: { name: 'files.get' } })
  await expect(mine.probe(signal)).rejects.toMatchObject({ code: 'google/unavailable' })
  expect(mine.calls).toBe(2)
  forget()
  drive.tokens.expireAccessTokens()
  await mine.probe(signal)
  drive.store.setMember(team, 'owner@example.com', null)
  await expect(shared.probe(signal)).rejects.toMatchObject({ code: 'google/access-denied' })
  drive.tokens.revokeUser('owner@example.com')
  await expect(mine.probe(signal)).rejects.toMatchObject({ code: 'google/sign-in-ended' })
})

test('an aborted signal ends a hanging call with its own reason', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive)
  drive.faults.add({ fault: { kind: 'hang' }, match: { name: 'files.list' } })
  const stop = new AbortController()
  const scanning = scanAll(source, stop.signal)
  await expect.poll(() => source.calls).toBe(1)
  const reason = new Error('stopped by the operator')
  stop.abort(reason)
  await expect(scanning).rejects.toBe(reason)
})

test('compressed answers are read like plain ones', async () => {
  await using drive = await startDrive({ dataSet: 'small' })
  await using plain = sourceFor(drive, { gzip: false })
  await using packed = sourceFor(drive, { gzip: true })
  expect(await scanAll(packed, signal)).toEqual(await scanAll(plain, signal))
})

test('Google’s own addresses are reached through the proxy that the environment names', async () => {
  await using drive = await startDrive({ files: { 'a.txt': 'abc' }, https: true })
  const { proxyUrl, ca } = drive.secure ?? { proxyUrl: '', ca: '' }
  const trusted = getCACertificates('default')
  setDefaultCACertificates([...trusted, ca])
  try {
    const google = { apiUrl: 'https://www.googleapis.com', tokenUrl: 'https://oauth2.googleapis.com/token' }
    await using source = sourceFor(drive, { ...google, env: { HTTPS_PROXY: proxyUrl } })
    const item = await itemNamed(source, drive, 'a.txt', signal)
    expect((await bytesOf(await source.read(item, 0, signal))).toString()).toBe('abc')
    expect(source.pace.unitsPerMinute).toBe(325_000 * 0.96)
  } finally {
    setDefaultCACertificates(trusted)
  }
})

test('what listens on this machine is reached without the proxy', async () => {
  await using drive = await startDrive()
  await using source = sourceFor(drive, { env: { HTTP_PROXY: 'http://127.0.0.1:9' }, retryTries: 1 })
  expect(await source.identify(signal)).toMatchObject({ email: 'owner@example.com' })
})
