import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { apiClient } from '../api-client.ts'
import { startDrive } from '../index.ts'

const MIB = 2 ** 20

test('seeded content is the same from any start, and matches its checksums', async () => {
  await using drive = await startDrive()
  const size = 3 * MIB + 12_345
  const id = drive.create({ name: 'big.bin', size })
  const { bytes, get } = apiClient(drive)
  const whole = await bytes(`files/${id}?alt=media`)
  expect(whole.headers.get('content-length')).toBe(String(size))
  for (const [first, last] of [
    [0, 0],
    [5, 50],
    [31, 33],
    [MIB - 1, MIB],
    [MIB - 7, 2 * MIB + 40],
    [size - 1, size - 1],
  ] as const) {
    const part = await bytes(`files/${id}?alt=media`, { range: `bytes=${first}-${last}` })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe(`bytes ${first}-${last}/${size}`)
    expect(part.bytes.equals(whole.bytes.subarray(first, last + 1))).toBe(true)
  }
  const shown = await get(`files/${id}?fields=md5Checksum,sha1Checksum,sha256Checksum`)
  for (const algorithm of ['md5', 'sha1', 'sha256']) {
    expect(shown[`${algorithm}Checksum`]).toBe(createHash(algorithm).update(whole.bytes).digest('hex'))
  }
})

test('files, revisions and blocks all differ', async () => {
  await using drive = await startDrive()
  const [a, b] = [drive.create({ name: 'a', size: 2 * MIB }), drive.create({ name: 'b', size: 2 * MIB })]
  const contents = [await drive.content(a), await drive.content(b)]
  drive.edit(a, { size: 2 * MIB })
  contents.push(await drive.content(a))
  const halves = contents.flatMap((bytes) => [bytes.subarray(0, MIB), bytes.subarray(MIB)])
  expect(new Set(halves.map((half) => createHash('md5').update(half).digest('hex'))).size).toBe(6)
})

test('terabytes are served without being held', async () => {
  await using drive = await startDrive()
  const size = 5e12
  const id = drive.create({ name: 'huge.img', size })
  const { bytes } = apiClient(drive)
  const end = await bytes(`files/${id}?alt=media`, { range: 'bytes=-100' })
  expect(end.headers.get('content-range')).toBe(`bytes ${size - 100}-${size - 1}/${size}`)
  expect(end.bytes).toHaveLength(100)
})

test('ranges: suffix, open end, beyond the end, of an empty file', async () => {
  await using drive = await startDrive({ files: { 'digits.txt': '0123456789', 'empty.txt': '' } })
  const { bytes } = apiClient(drive)
  const read = async (name: string, range: string): Promise<[number, string]> => {
    const { status, bytes: body } = await bytes(`files/${drive.find(name).id}?alt=media`, { range })
    return [status, status === 416 ? '' : body.toString()]
  }
  expect(await read('digits.txt', 'bytes=-3')).toEqual([206, '789'])
  expect(await read('digits.txt', 'bytes=7-')).toEqual([206, '789'])
  expect(await read('digits.txt', 'bytes=7-100')).toEqual([206, '789'])
  expect(await read('digits.txt', 'bytes=10-')).toEqual([416, ''])
  expect(await read('digits.txt', 'bytes=5-2')).toEqual([200, '0123456789'])
  expect(await read('empty.txt', 'bytes=0-')).toEqual([416, ''])
})

test('what Drive does not hand out as bytes', async () => {
  await using drive = await startDrive({ dataSet: 'awkward' })
  const { ask } = apiClient(drive)
  drive.create({ name: 'download quota exceeded.mp4', size: 100, downloadQuotaExceeded: true })
  const refusal = async (name: string, more = ''): Promise<unknown[]> => {
    const { status, body } = await ask(`files/${drive.find(name).id}?alt=media${more}`)
    return status === 200 ? [200] : [status, body.error.errors[0].reason, body.error.errors[0].location]
  }
  expect(await refusal('A document')).toEqual([403, 'fileNotDownloadable', 'alt'])
  expect(await refusal('Loop')).toEqual([403, 'fileNotDownloadable', 'alt'])
  expect(await refusal('plain shortcut')).toEqual([403, 'fileNotDownloadable', 'alt'])
  expect(await refusal('forbidden download.pdf')).toEqual([403, 'cannotDownloadFile', undefined])
  expect(await refusal('download quota exceeded.mp4')).toEqual([403, 'downloadQuotaExceeded', undefined])
  expect(await refusal('flagged as abusive.exe')).toEqual([403, 'cannotDownloadAbusiveFile', undefined])
  expect(await refusal('flagged as abusive.exe', '&acknowledgeAbuse=true')).toEqual([200])
  const theirs = 'shared, and flagged as abusive.zip'
  expect(await refusal(theirs, '&acknowledgeAbuse=true')).toEqual([
    403,
    'invalidAbuseAcknowledgment',
    'acknowledgeAbuse',
  ])
  const { body } = await ask(`files/${drive.find('flagged as abusive.exe').id}?acknowledgeAbuse=true`)
  expect(body.error.errors[0].reason).toBe('invalidAbuseAcknowledgment')
})

test('older revisions can be read, and pinned to one the bytes do not change', async () => {
  await using drive = await startDrive({ files: { 'notes.txt': 'first' } })
  const { id, headRevisionId } = drive.item(drive.find('notes.txt').id)
  drive.edit(id, 'second')
  const { get, bytes, ask } = apiClient(drive)
  const { revisions } = await get(`files/${id}/revisions?fields=revisions(id,size,md5Checksum)`)
  expect(revisions.map((revision: { size: string }) => revision.size)).toEqual(['5', '6'])
  expect(revisions[0].id).toBe(headRevisionId)
  expect((await bytes(`files/${id}/revisions/${headRevisionId}?alt=media`)).bytes.toString()).toBe('first')
  drive.store.oldRevisionsReadable = false
  expect((await ask(`files/${id}/revisions/${headRevisionId}?alt=media`)).status).toBe(403)
  expect((await bytes(`files/${id}/revisions/${revisions[1].id}?alt=media`)).bytes.toString()).toBe('second')
})

test('exports: formats, errors in order, the limit of ten megabytes and the ways around it', async () => {
  await using drive = await startDrive({ dataSet: 'awkward' })
  const { ask, bytes, get, call } = apiClient(drive)
  const reason = async (path: string): Promise<unknown[]> => {
    const { status, body } = await ask(path)
    return [status, body.error.errors[0].reason, body.error.errors[0].location]
  }
  const document = drive.find('A document').id
  const pdf = await bytes(`files/${document}/export?mimeType=application/pdf`)
  expect([pdf.status, pdf.headers.get('content-type'), pdf.bytes.subarray(0, 5).toString()]).toEqual([
    200,
    'application/pdf',
    '%PDF-',
  ])
  expect(await reason('files/nowhere/export')).toEqual([400, 'required', 'mimeType'])
  expect(await reason('files/nowhere/export?mimeType=x/y')).toEqual([404, 'notFound', 'fileId'])
  expect(await reason(`files/${drive.find('a+b.txt').id}/export?mimeType=text/plain`)).toEqual([
    403,
    'fileNotExportable',
    undefined,
  ])
  expect(await reason(`files/${drive.find('A vid').id}/export?mimeType=video/mp4`)).toEqual([
    403,
    'fileNotExportable',
    undefined,
  ])
  expect(await reason(`files/${document}/export?mimeType=image/png`)).toEqual([400, 'badRequest', 'convertTo'])

  const long = drive.find('Over ten megabytes when exported').id
  expect(await reason(`files/${long}/export?mimeType=application/pdf`)).toEqual([
    403,
    'exportSizeLimitExceeded',
    undefined,
  ])
  const { exportLinks } = await get(`files/${long}?fields=exportLinks`)
  expect((await bytes(exportLinks['application/pdf'])).bytes.length).toBeGreaterThanOrEqual(12_000_000)

  drive.operations.pendingPolls = 1
  const { body: operation } = await call('POST', `files/${long}/download?mimeType=application/pdf`)
  expect(operation).not.toHaveProperty('done')
  expect(await get(`operations/${operation.name}`)).toMatchObject({
    done: true,
    response: { partialDownloadAllowed: false },
  })
  const { body: video } = await call('POST', `files/${drive.find('A vid').id}/download`)
  const { response } = await get(`operations/${video.name}`)
  expect((await bytes(response.downloadUri)).headers.get('content-type')).toBe('video/mp4')
})
