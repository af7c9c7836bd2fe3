import { createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Faults } from '../faults/faults.ts'
import type { Reply } from '../http/call.ts'
import { RequestLog } from '../http/request-log.ts'
import { DriveServer, type Listener, listen } from '../http/server.ts'
import { Operations } from '../operations.ts'
import { PushChannels } from '../push.ts'
import { bytesOf } from '../store/content.ts'
import { DOCX, nativeType } from '../store/kinds.ts'
import { DriveStore } from '../store/store.ts'
import { Sessions } from './session.ts'
import { uploadRoutes } from './uploads.ts'

const UNIT = 256 * 1024
const reader = 'reader@example.com'

let now: number
let store: DriveStore
let sessions: Sessions<Reply>
let listener: Listener

beforeEach(async () => {
  now = Date.parse('2026-11-22T12:00:00Z')
  store = new DriveStore({ now: () => now, users: ['owner@example.com', reader] })
  sessions = new Sessions(() => now)
  const server = new DriveServer({
    authenticate: (bearer) => {
      const user = store.users.get(bearer ?? '')
      return user === undefined ? 'missing' : { user, project: 'p', scopes: null }
    },
    faults: new Faults(),
    requests: new RequestLog(),
    now: () => now,
  })
  const parts = { store, push: new PushChannels(() => now), operations: new Operations(), origin: () => listener.url }
  server.add(uploadRoutes({ ...parts, sessions }))
  listener = await listen(server.handle)
})

afterEach(() => listener.close())

type Json = Record<string, unknown> & { id: string }
type Sent = { method?: string; headers?: Record<string, string>; body?: Buffer | string; user?: string }

function send(path: string, { method = 'POST', headers = {}, body = '', user = 'owner@example.com' }: Sent = {}) {
  const url = path.startsWith('http') ? path : `${listener.url}/upload/drive/v3/files${path}`
  return fetch(url, { method, headers: { Authorization: `Bearer ${user}`, ...headers }, body })
}

function related(metadata: object, media: Buffer, type: string, boundary = 'b'): Sent {
  const head = `--${boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify(metadata)}\r\n--${boundary}\r\nContent-Type: ${type}\r\n\r\n`
  return {
    headers: { 'Content-Type': `multipart/related; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), media, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  }
}

async function startSession(metadata: object, headers: Record<string, string> = {}, query = ''): Promise<string> {
  const response = await send(`?uploadType=resumable${query}`, { headers, body: JSON.stringify(metadata) })
  expect([response.status, await response.text()]).toEqual([200, ''])
  return response.headers.get('location') ?? ''
}

function chunk(location: string, range: string, body: Buffer | string = '', method = 'PUT') {
  return send(location, { method, headers: { 'Content-Range': range }, body })
}

async function contentOf(id: string): Promise<Buffer> {
  const { content } = store.must(id)
  return content === null ? Buffer.alloc(0) : bytesOf(content)
}

test('a simple upload makes an untitled file of the type it came with', async () => {
  const response = await send('?uploadType=media', { headers: { 'Content-Type': 'image/png' }, body: 'PNG' })
  expect(response.status).toBe(200)
  const file = (await response.json()) as Json
  expect(file).toEqual({ kind: 'drive#file', id: file.id, name: 'Untitled', mimeType: 'image/png' })
  expect((await contentOf(file.id)).toString()).toBe('PNG')
})

test('a multipart upload keeps every byte, whatever the bytes are, and answers the fields asked for', async () => {
  const bytes = Buffer.concat([Buffer.from('\r\n--b not quite\r\n\r\n--'), randomBytes(5000), Buffer.from('\r\n')])
  const metadata = { name: 'r.bin', modifiedTime: '2009-02-03T04:05:06.123456789Z', unknown: 1, description: 'd' }
  const sent = related(metadata, bytes, 'application/octet-stream', 'a-b.c')
  const response = await send(
    '?uploadType=multipart&keepRevisionForever=false&fields=id,size,md5Checksum,modifiedTime',
    sent,
  )
  const file = (await response.json()) as Json
  expect(file).toEqual({
    id: file.id,
    size: String(bytes.length),
    md5Checksum: createHash('md5').update(bytes).digest('hex'),
    modifiedTime: '2009-02-03T04:05:06.123Z',
  })
  expect(await contentOf(file.id)).toEqual(bytes)
  expect(store.must(file.id)).toMatchObject({ description: 'd', parents: [store.primary.rootId] })
})

test('a chunk may end anywhere, but only whole units are kept', async () => {
  const bytes = randomBytes(2 * UNIT + 1000)
  const location = await startSession({ name: 'big' }, { 'X-Upload-Content-Length': String(bytes.length) })
  const nothing = await chunk(location, `bytes */${bytes.length}`)
  expect([nothing.status, nothing.headers.get('range')]).toEqual([308, null])
  const first = await chunk(location, `bytes 0-${UNIT + 99}/${bytes.length}`, bytes.subarray(0, UNIT + 100))
  expect([first.status, first.headers.get('range')]).toEqual([308, `bytes=0-${UNIT - 1}`])
  const query = await chunk(location, 'bytes */*')
  expect([query.status, query.headers.get('range')]).toEqual([308, `bytes=0-${UNIT - 1}`])
  const gap = await chunk(
    location,
    `bytes ${UNIT + 100}-${bytes.length - 1}/${bytes.length}`,
    bytes.subarray(UNIT + 100),
  )
  expect(gap.status).toBe(400)
  const last = await chunk(location, `bytes ${UNIT}-${bytes.length - 1}/${bytes.length}`, bytes.subarray(UNIT), 'POST')
  expect(last.status).toBe(200)
  const { id } = (await last.json()) as Json
  expect(await contentOf(id)).toEqual(bytes)
  const again = await chunk(location, `bytes */${bytes.length}`)
  expect(((await again.json()) as Json).id).toBe(id)
})

test('bytes that were sent already are skipped', async () => {
  const bytes = randomBytes(2 * UNIT)
  const location = await startSession({ name: 'twice' })
  await chunk(location, `bytes 0-${UNIT - 1}/*`, bytes.subarray(0, UNIT))
  const all = await chunk(location, `bytes 0-${bytes.length - 1}/${bytes.length}`, bytes)
  expect(await contentOf(((await all.json()) as Json).id)).toEqual(bytes)
})

test('an upload of unknown size ends when its size is named', async () => {
  const location = await startSession({ name: 'stream' })
  expect((await chunk(location, `bytes 0-${UNIT - 1}/*`, Buffer.alloc(UNIT))).status).toBe(308)
  const done = await chunk(location, `bytes */${UNIT}`)
  expect(done.status).toBe(200)
  expect((await contentOf(((await done.json()) as Json).id)).length).toBe(UNIT)
})

test('a resumable upload of nothing makes an empty file, and one request may carry it all', async () => {
  const empty = await chunk(await startSession({ name: 'empty' }), 'bytes */0')
  expect((await contentOf(((await empty.json()) as Json).id)).length).toBe(0)
  const whole = await send(await startSession({ name: 'whole' }), { method: 'PUT', body: 'hello' })
  expect((await contentOf(((await whole.json()) as Json).id)).toString()).toBe('hello')
})

test('an upload that was never started is 404, and one a week old is 410', async () => {
  expect((await send('?upload_id=none', { method: 'PUT' })).status).toBe(404)
  const location = await startSession({ name: 'late' })
  now += 7 * 24 * 3600_000
  expect((await chunk(location, 'bytes */*')).status).toBe(410)
})

test('an update gives a file its next revision, the present time unless told, and leaves the name alone', async () => {
  const { id } = store.create({ name: 'a.txt', content: 'one', modifiedTime: 1000 })
  const response = await send(`/${id}?uploadType=media&setModifiedDate=true`, { method: 'PATCH', body: 'two' })
  expect(response.status).toBe(200)
  expect((await contentOf(id)).toString()).toBe('two')
  expect(store.must(id)).toMatchObject({ name: 'a.txt', mimeType: 'text/plain', modifiedTime: now })
  expect(store.must(id).revisions).toHaveLength(1)
  const sent = related({ name: 'b.txt', modifiedTime: '2009-01-01T00:00:00Z' }, Buffer.from('three'), 'text/plain')
  await send(`/${id}?uploadType=multipart`, { ...sent, method: 'PATCH' })
  expect(store.must(id)).toMatchObject({ name: 'b.txt', modifiedTime: Date.UTC(2009, 0, 1) })
  const location = (await send(`/${id}?uploadType=resumable`, { method: 'PATCH', body: '{}' })).headers.get('location')
  expect((await send(location ?? '', { method: 'PUT', body: 'four' })).status).toBe(200)
  expect((await contentOf(id)).toString()).toBe('four')
})

test('bytes become a native document when the metadata says so, and only from formats that can', async () => {
  const metadata = { name: 'Doc', mimeType: nativeType('document') }
  const response = await send('?uploadType=multipart', related(metadata, Buffer.from('docx'), DOCX))
  const { id } = (await response.json()) as Json
  expect(store.must(id)).toMatchObject({ mimeType: nativeType('document'), content: null })
  expect(store.must(id).exports?.get(DOCX)?.toString()).toBe('docx')
  expect((await send('?uploadType=multipart', related(metadata, Buffer.from('x'), 'image/png'))).status).toBe(400)
})

test('a reader may neither change a file nor add one to a folder', async () => {
  const folder = store.create({ name: 'folder', mimeType: nativeType('folder') })
  const file = store.create({ name: 'a', parent: folder.id })
  const update: Sent = { method: 'PATCH', body: 'x', user: reader }
  expect((await send(`/${file.id}?uploadType=media`, update)).status).toBe(404)
  store.share(folder.id, { type: 'user', role: 'reader', emailAddress: reader })
  expect((await send(`/${file.id}?uploadType=media`, update)).status).toBe(403)
  const create = related({ name: 'b', parents: [folder.id] }, Buffer.from('x'), 'text/plain')
  expect((await send('?uploadType=multipart', { ...create, user: reader })).status).toBe(403)
})

test('a request that makes no sense is a 400', async () => {
  expect((await send('', { body: 'x' })).status).toBe(400)
  expect((await send('?uploadType=multipart', { headers: { 'Content-Type': 'text/plain' }, body: 'x' })).status).toBe(
    400,
  )
  expect((await send('?uploadType=media&fields=nonsense', { body: 'x' })).status).toBe(400)
  const cut = related({ name: 'x' }, Buffer.from('x'), 'text/plain')
  const body = (cut.body as Buffer).subarray(0, -10)
  expect((await send('?uploadType=multipart', { ...cut, body })).status).toBe(400)
  expect((await send('?uploadType=resumable', { body: '{"name":1}' })).status).toBe(400)
  expect(
    (await send('?uploadType=resumable', { headers: { 'X-Upload-Content-Length': '5000000000000' } })).status,
  ).toBe(413)
})
