import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { auth, drive, type drive_v3 } from '@googleapis/drive'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type DriveEmulator, startDrive } from '../index.ts'
import { bytesOf } from '../store/content.ts'
import { DOCX, FOLDER, nativeType } from '../store/kinds.ts'

let emulator: DriveEmulator
let api: drive_v3.Drive
let client: InstanceType<typeof auth.OAuth2>

beforeEach(async () => {
  emulator = await startDrive()
  client = new auth.OAuth2({
    clientId: emulator.credentials.clientId,
    clientSecret: emulator.credentials.clientSecret,
    endpoints: {
      oauth2TokenUrl: `${emulator.url}/token`,
      oauth2AuthBaseUrl: `${emulator.url}/o/oauth2/v2/auth`,
      oauth2RevokeUrl: `${emulator.url}/revoke`,
      tokenInfoUrl: `${emulator.url}/tokeninfo`,
    },
  })
  client.setCredentials({ refresh_token: emulator.credentials.refreshToken })
  api = drive({ version: 'v3', auth: client, rootUrl: emulator.url })
})

afterEach(() => emulator[Symbol.asyncDispose]())

test('a refresh token is all it needs, and a revoked one is told in the words of the token endpoint', async () => {
  const { data } = await api.about.get({ fields: 'user(emailAddress),kind' })
  expect(data).toEqual({ kind: 'drive#about', user: { emailAddress: emulator.store.primary.email } })
  const info = await client.getTokenInfo(client.credentials.access_token ?? '')
  expect(info.aud).toBe(emulator.credentials.clientId)
  await client.revokeToken(emulator.credentials.refreshToken)
  client.setCredentials({ refresh_token: emulator.credentials.refreshToken })
  await expect(api.files.list()).rejects.toThrow('invalid_grant')
})

test('lists page by page, with the fields asked for and a query', async () => {
  const folder = emulator.store.create({ name: "it's", mimeType: FOLDER })
  for (let index = 0; index < 25; index += 1)
    emulator.store.create({ name: `${index}.txt`, parent: folder.id, size: index })
  const names: string[] = []
  let pageToken: string | undefined
  let pages = 0
  do {
    const { data } = await api.files.list({
      q: `'${folder.id}' in parents and trashed = false and name != '7.txt'`,
      pageSize: 10,
      fields: 'nextPageToken,files(name,size)',
      ...(pageToken !== undefined && { pageToken }),
    })
    names.push(...(data.files ?? []).map(({ name }) => name ?? ''))
    pageToken = data.nextPageToken ?? undefined
    pages += 1
  } while (pageToken !== undefined)
  expect(pages).toBe(3)
  expect(new Set(names).size).toBe(24)
  const found = await api.files.list({ q: "name = 'it\\'s'", fields: 'files' })
  expect(found.data.files?.[0]).toMatchObject({ kind: 'drive#file', id: folder.id, mimeType: FOLDER })
})

test('follows changes from a start token on', async () => {
  const { data: start } = await api.changes.getStartPageToken()
  const file = emulator.store.create({ name: 'new.txt', content: 'x' })
  const gone = emulator.store.create({ name: 'gone.txt' })
  emulator.store.remove(gone.id)
  const { data } = await api.changes.list({ pageToken: start.startPageToken ?? '', includeRemoved: true })
  const seen = data.changes?.map(({ fileId, removed }) => [fileId, removed])
  expect(seen).toEqual([
    [file.id, false],
    [gone.id, true],
  ])
  expect(data.newStartPageToken).toBeTruthy()
  const { data: quiet } = await api.changes.list({ pageToken: data.newStartPageToken ?? '' })
  expect(quiet.changes).toEqual([])
})

test('downloads whole and by range', async () => {
  const item = emulator.store.create({ name: 'r.bin', size: 2_500_000 })
  const bytes = item.content === null ? undefined : await bytesOf(item.content)
  const whole = await api.files.get({ fileId: item.id, alt: 'media' }, { responseType: 'stream' })
  expect((await buffer(whole.data)).equals(bytes ?? Buffer.alloc(0))).toBe(true)
  const part = await api.files.get(
    { fileId: item.id, alt: 'media' },
    { responseType: 'arraybuffer', headers: { Range: 'bytes=1000-2999' } },
  )
  expect(part.status).toBe(206)
  expect(Buffer.from(part.data as unknown as ArrayBuffer)).toEqual(bytes?.subarray(1000, 3000))
})

test('exports documents, up to the limit that Drive has', async () => {
  const small = emulator.store.create({ name: 'small', mimeType: nativeType('document') })
  const large = emulator.store.create({ name: 'large', mimeType: nativeType('document'), exportSize: 11 * 1024 * 1024 })
  const get = (fileId: string, mimeType: string) =>
    api.files.export({ fileId, mimeType }, { responseType: 'arraybuffer' })
  const docx = await get(small.id, DOCX)
  expect((docx.headers as unknown as Headers).get('content-type')).toBe(DOCX)
  expect(Buffer.from(docx.data as ArrayBuffer).toString('latin1', 0, 2)).toBe('PK')
  await expect(get(large.id, DOCX)).rejects.toMatchObject({ status: 403 })
  const { data } = await api.files.get({ fileId: large.id, fields: 'exportLinks' })
  const link = await client.request({ url: data.exportLinks?.[DOCX] ?? '', responseType: 'arraybuffer' })
  expect((link.data as ArrayBuffer).byteLength).toBeGreaterThan(11 * 1024 * 1024)
})

test('uploads with metadata, and changes the bytes later', async () => {
  const bytes = randomBytes(700_000)
  const { data: file } = await api.files.create(
    {
      requestBody: { name: 'up.bin', modifiedTime: '2009-02-03T04:05:06Z' },
      media: {
        mimeType: 'application/x-thing',
        body: Readable.from([bytes.subarray(0, 300_000), bytes.subarray(300_000)]),
      },
      fields: 'id,mimeType,sha256Checksum,modifiedTime',
    },
    { rootUrl: emulator.url },
  )
  expect(file).toEqual({
    id: file.id,
    mimeType: 'application/x-thing',
    sha256Checksum: createHash('sha256').update(bytes).digest('hex'),
    modifiedTime: '2009-02-03T04:05:06.000Z',
  })
  const { data: changed } = await api.files.update(
    { fileId: file.id ?? '', media: { mimeType: 'text/plain', body: 'now text' }, fields: 'size,version' },
    { rootUrl: emulator.url },
  )
  expect(changed.size).toBe('8')
})

test('uploads in chunks', async () => {
  const unit = 256 * 1024
  const bytes = randomBytes(2 * unit + 5)
  const start = await client.request({
    url: `${emulator.url}/upload/drive/v3/files?uploadType=resumable&fields=id,size`,
    method: 'POST',
    data: { name: 'chunks.bin' },
  })
  const location = start.headers.get('location') ?? ''
  const put = (from: number, to: number) =>
    client.request<drive_v3.Schema$File>({
      url: location,
      method: 'PUT',
      data: bytes.subarray(from, to),
      headers: { 'Content-Range': `bytes ${from}-${to - 1}/${bytes.length}` },
      validateStatus: (status: number) => status < 400,
    })
  const first = await put(0, 2 * unit)
  expect([first.status, first.headers.get('range')]).toEqual([308, `bytes=0-${2 * unit - 1}`])
  const last = await put(2 * unit, bytes.length)
  expect(last.data).toEqual({ id: last.data.id, size: String(bytes.length) })
  const stored = emulator.store.must(last.data.id ?? '').content
  expect(stored === null ? undefined : await bytesOf(stored)).toEqual(bytes)
})

test('lists permissions, creates folders, moves, trashes and deletes', async () => {
  const item = emulator.store.create({ name: 'shared.txt' })
  await api.permissions.create({ fileId: item.id, requestBody: { type: 'anyone', role: 'reader' } })
  const { data } = await api.permissions.list({ fileId: item.id, fields: 'permissions(id,type,role,emailAddress)' })
  expect(data.permissions).toContainEqual({ id: 'anyoneWithLink', type: 'anyone', role: 'reader' })
  expect(data.permissions).toContainEqual(expect.objectContaining({ role: 'owner' }))
  const { data: folder } = await api.files.create({ requestBody: { name: 'f', mimeType: FOLDER } })
  const root = emulator.store.primary.rootId
  await api.files.update({
    fileId: item.id,
    addParents: folder.id ?? '',
    removeParents: root,
    requestBody: { name: 'n' },
  })
  expect(emulator.store.must(item.id)).toMatchObject({ name: 'n', parents: [folder.id] })
  const trashed = await api.files.update({ fileId: item.id, requestBody: { trashed: true }, fields: 'trashed' })
  expect(trashed.data).toEqual({ trashed: true })
  await api.files.delete({ fileId: item.id })
  await expect(api.files.get({ fileId: item.id })).rejects.toMatchObject({
    status: 404,
    message: `File not found: ${item.id}.`,
  })
})

test('a token for metadata alone may list, and neither download nor write', async () => {
  const item = emulator.store.create({ name: 'a.txt', content: 'x' })
  const refreshToken = emulator.tokens.issueRefresh({
    user: emulator.store.primary.email,
    clientId: emulator.credentials.clientId,
    scopes: new Set(['https://www.googleapis.com/auth/drive.metadata.readonly']),
  })
  client.setCredentials({ refresh_token: refreshToken })
  expect((await api.files.list()).data.files).toHaveLength(1)
  const refused = { status: 403, message: 'Request had insufficient authentication scopes.' }
  await expect(api.files.get({ fileId: item.id, alt: 'media' })).rejects.toMatchObject({ status: 403 })
  await expect(api.files.create({ requestBody: { name: 'b' } })).rejects.toMatchObject(refused)
})
