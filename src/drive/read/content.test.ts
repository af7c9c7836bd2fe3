import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import type { Fault as Injected } from '../../../emulator/drive/faults/faults.ts'
import { startDrive } from '../../../emulator/drive/index.ts'
import { bytesOf, itemNamed, sourceFor } from '../../../test/drive-source.ts'
import type { FaultCode } from '../../backup/model/faults.ts'

const signal = new AbortController().signal
const MEDIA = ['files.media', 'revisions.media']

/** A server that answers downloads in ways that the emulator does not know. */
async function serve(handle: RequestListener): Promise<AsyncDisposable & { url: string }> {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test.each([1, 4096, 262_144, 5_000_000])('a file of %i bytes is read whole, and from any offset', async (size) => {
  await using drive = await startDrive()
  drive.create({ name: 'f.bin', size })
  await using source = sourceFor(drive)
  const item = await itemNamed(source, drive, 'f.bin', signal)
  const expected = await drive.content(item.id)
  for (const offset of [0, 1, Math.floor(size / 2), size - 1, size]) {
    expect((await bytesOf(await source.read(item, offset, signal))).equals(expected.subarray(offset))).toBe(true)
  }
})

test('a file of no bytes needs no call', async () => {
  await using drive = await startDrive({ files: { 'empty.txt': '' } })
  await using source = sourceFor(drive)
  const item = await itemNamed(source, drive, 'empty.txt', signal)
  drive.requests.reset()
  expect(await bytesOf(await source.read(item, 0, signal))).toHaveLength(0)
  expect(drive.requests.total).toBe(0)
})

test('a read that continues is of the revision that it began with, where Drive still has it', async () => {
  await using drive = await startDrive()
  drive.create({ name: 'f.bin', size: 100_000, keepForever: true })
  await using source = sourceFor(drive)
  const item = await itemNamed(source, drive, 'f.bin', signal)
  const before = await drive.content(item.id)
  drive.edit(item.id, { size: 100_000 })
  const rest = await bytesOf(await source.read(item, 60_000, signal))
  expect(rest.equals(before.subarray(60_000))).toBe(true)
})

test('who may not read revisions still gets to the bytes', async () => {
  await using drive = await startDrive()
  drive.create({ name: 'f.bin', size: 1000 })
  await using source = sourceFor(drive)
  const item = await itemNamed(source, drive, 'f.bin', signal)
  drive.faults.add({
    fault: { kind: 'error', status: 403, reason: 'insufficientFilePermissions' },
    match: { name: 'revisions.media' },
  })
  expect(await bytesOf(await source.read(item, 400, signal))).toHaveLength(600)
  expect(drive.requests.count('files.media')).toBe(1)
})

test.each<[string, Injected]>([
  ['a reset', { kind: 'reset-mid-body', after: 50_000 }],
  ['a clean end too early', { kind: 'truncate', after: 50_000 }],
  ['a clean end too early, in chunks', { kind: 'truncate', after: 50_000, framing: 'chunked' }],
  ['a stall', { kind: 'stall', after: 50_000 }],
])('%s amid the body breaks the download off, and never ends it quietly', async (_name, fault) => {
  await using drive = await startDrive()
  drive.create({ name: 'f.bin', size: 100_000 })
  await using source = sourceFor(drive, { timeouts: { idle: 300 } })
  const item = await itemNamed(source, drive, 'f.bin', signal)
  for (const offset of [0, 10_000]) {
    drive.faults.once(fault, { name: MEDIA })
    const read = async () => bytesOf(await source.read(item, offset, signal))
    await expect(read()).rejects.toMatchObject({ code: 'drive/interrupted', subject: 'f.bin' })
  }
  expect(await bytesOf(await source.read(item, 0, signal))).toHaveLength(100_000)
})

test.each<[Injected, FaultCode]>([
  [{ kind: 'error', status: 403, reason: 'cannotDownloadFile' }, 'drive/download-forbidden'],
  [{ kind: 'error', status: 403, reason: 'cannotDownloadAbusiveFile' }, 'drive/flagged-abusive'],
  [{ kind: 'error', status: 403, reason: 'downloadQuotaExceeded' }, 'drive/download-quota'],
  [{ kind: 'error', status: 403, reason: 'fileNotDownloadable' }, 'google/request-refused'],
  [{ kind: 'error', status: 403, reason: 'dailyLimitExceeded' }, 'google/daily-limit'],
  [{ kind: 'error', status: 404, reason: 'notFound' }, 'drive/not-found'],
])('%j is this fault at once', async (fault, code) => {
  await using drive = await startDrive({ files: { 'a.txt': 'a' } })
  await using source = sourceFor(drive)
  const item = await itemNamed(source, drive, 'a.txt', signal)
  drive.faults.add({ fault, match: { name: 'files.media' } })
  await expect(source.read(item, 0, signal)).rejects.toMatchObject({ code, subject: 'a.txt' })
  expect(drive.requests.count('files.media')).toBe(1)
})

test.each<[Injected, FaultCode]>([
  [{ kind: 'error', status: 500 }, 'google/unavailable'],
  [{ kind: 'reset' }, 'google/unreachable'],
])('%j is the file’s fault while Drive answers otherwise, and Drive’s when it does not', async (fault, code) => {
  await using drive = await startDrive({ files: { 'a.txt': 'a' } })
  await using source = sourceFor(drive)
  const item = await itemNamed(source, drive, 'a.txt', signal)
  const stop = drive.faults.add({ fault, match: { name: 'files.media' } })
  await expect(source.read(item, 0, signal)).rejects.toMatchObject({ code: 'drive/interrupted', subject: 'a.txt' })
  stop()
  drive.faults.add({ fault })
  await expect(source.read(item, 0, signal)).rejects.toMatchObject({ code })
})

test('a file that has another size by now is refused before its bytes are read', async () => {
  await using drive = await startDrive({ files: { 'a.txt': 'abc' } })
  await using source = sourceFor(drive)
  const item = await itemNamed(source, drive, 'a.txt', signal)
  drive.edit(item.id, 'abcd')
  await expect(source.read(item, 0, signal)).rejects.toMatchObject({ code: 'drive/content-mismatch' })
  drive.edit(item.id, 'ab')
  await expect(source.read(item, 0, signal)).rejects.toMatchObject({ code: 'drive/interrupted' })
})

test('a server that answers a range with everything is not believed to have sent the range', async () => {
  await using drive = await startDrive({ files: { 'a.txt': '0123456789' } })
  await using source = sourceFor(drive)
  const item = { ...(await itemNamed(source, drive, 'a.txt', signal)), ownedByMe: false }
  await using simple = await serve((_request, response) => response.end('0123456789'))
  await using other = sourceFor(drive, { apiUrl: simple.url })
  expect((await bytesOf(await other.read(item, 4, signal))).toString()).toBe('456789')
  await using wrong = await serve((_request, response) =>
    response.writeHead(206, { 'content-range': 'bytes 0-5/10' }).end('012345'),
  )
  await using liar = sourceFor(drive, { apiUrl: wrong.url, retryTries: 1 })
  await expect(liar.read(item, 4, signal)).rejects.toMatchObject({ code: 'google/bad-answer' })
})

test('a redirect to another host is followed without our token', async () => {
  await using drive = await startDrive({ files: { 'a.txt': '0123456789' } })
  await using source = sourceFor(drive)
  const item = { ...(await itemNamed(source, drive, 'a.txt', signal)), ownedByMe: false }
  const seen: (string | undefined)[] = []
  await using store = await serve((request, response) => {
    seen.push(request.headers.authorization, request.headers.range)
    response.writeHead(206, { 'content-range': 'bytes 4-9/10' }).end('456789')
  })
  await using api = await serve((request, response) => {
    seen.push(request.headers.authorization?.slice(0, 7))
    response.writeHead(302, { location: `${store.url}/blob` }).end()
  })
  await using redirected = sourceFor(drive, { apiUrl: api.url })
  expect((await bytesOf(await redirected.read(item, 4, signal))).toString()).toBe('456789')
  expect(seen).toEqual(['Bearer ', undefined, 'bytes=4-'])
  await using loop = await serve((_request, response) => response.writeHead(302, { location: '/again' }).end())
  await using lost = sourceFor(drive, { apiUrl: loop.url, retryTries: 1 })
  await expect(lost.read(item, 0, signal)).rejects.toMatchObject({ code: 'google/bad-answer' })
})

test('a reader that stops early, or is stopped, leaves no download running', async () => {
  await using drive = await startDrive()
  drive.create({ name: 'big.bin', size: 50_000_000 })
  await using source = sourceFor(drive)
  const item = await itemNamed(source, drive, 'big.bin', signal)
  for await (const piece of await source.read(item, 0, signal)) {
    expect(piece.length).toBeGreaterThan(0)
    break
  }
  const stop = new AbortController()
  const reading = source.read(item, 0, stop.signal).then(async (body) => {
    for await (const _piece of body) stop.abort(new Error('enough'))
  })
  await expect(reading).rejects.toThrow('enough')
})

test('a slow reader is waited for: nothing piles up, and no time-out strikes', async () => {
  await using drive = await startDrive()
  drive.create({ name: 'big.bin', size: 20_000_000 })
  await using source = sourceFor(drive, { timeouts: { idle: 100 } })
  const item = await itemNamed(source, drive, 'big.bin', signal)
  const body = await source.read(item, 0, signal)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(await bytesOf(body)).toHaveLength(20_000_000)
})

test('a file that needs its resource key gets it', async () => {
  await using drive = await startDrive()
  drive.create({ name: 'old.txt', content: 'o', resourceKey: '0-abcDEF' })
  await using source = sourceFor(drive)
  const item = await itemNamed(source, drive, 'old.txt', signal)
  const keys: (string | string[] | undefined)[] = []
  await using recorder = await serve((request, response) => {
    keys.push(request.headers['x-goog-drive-resource-keys'])
    response.end(
      JSON.stringify({ id: item.id, name: 'old.txt', mimeType: 'text/plain', size: '1', resourceKey: '0-abcDEF' }),
    )
  })
  await using other = sourceFor(drive, { apiUrl: recorder.url })
  await other.get(item.id, signal)
  await other.get(item.id, signal)
  expect(keys).toEqual([undefined, `${item.id}/0-abcDEF`])
})

test.each(['forbidden', 'insufficientFilePermissions', 'appNotAuthorizedToFile'])(
  'a 403 %s of a file passes, and is not taken for a download that its owner forbids',
  async (reason) => {
    await using drive = await startDrive({ files: { 'a.txt': 'a' } })
    await using source = sourceFor(drive)
    const item = await itemNamed(source, drive, 'a.txt', signal)
    drive.faults.once({ kind: 'error', status: 403, reason }, { name: 'files.media' })
    await expect(source.read(item, 0, signal)).rejects.toMatchObject({
      code: 'drive/access-denied',
      kind: { retry: 'backoff', scope: 'item' },
    })
    expect((await bytesOf(await source.read(item, 0, signal))).toString()).toBe('a')
  },
)

test('nothing is read for an item whose size is unknown, even where its record has forgotten that', async () => {
  await using drive = await startDrive({ files: { 'a.txt': 'a' } })
  await using source = sourceFor(drive)
  const fault = { kind: 'odd-item', drop: ['size', 'md5Checksum', 'sha256Checksum'] } as const
  const forget = drive.faults.add({ fault, match: { name: 'files.get' } })
  const item = await itemNamed(source, drive, 'a.txt', signal)
  for (const unreadable of [item.unreadable, null]) {
    await expect(source.read({ ...item, unreadable }, 0, signal)).rejects.toMatchObject({
      code: 'drive/unreadable-item',
      detail: 'it has no size',
      kind: { retry: 'daily', scope: 'item' },
    })
  }
  forget()
  drive.create({ name: 'empty', content: '', checksums: 'none' })
  const empty = await itemNamed(source, drive, 'empty', signal)
  expect(await bytesOf(await source.read(empty, 0, signal))).toHaveLength(0)
})

test('what a server says reaches a fault cut short, and without control characters', async () => {
  await using drive = await startDrive({ files: { 'a.txt': 'a' } })
  await using source = sourceFor(drive, { retryTries: 1 })
  const item = await itemNamed(source, drive, 'a.txt', signal)
  const message = `\u001b[31m${'m'.repeat(1000)}`
  drive.faults.once({ kind: 'error', status: 403, reason: 'domainPolicy', message }, { name: 'files.media' })
  const error = await source.read(item, 0, signal).catch((error: unknown) => error)
  expect(error).toMatchObject({ detail: expect.stringMatching(/^403 domainPolicy: \[31mm+…$/) })
  expect((error as { detail: string }).detail).toHaveLength(201)
})
