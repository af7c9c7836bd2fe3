import { expect, test } from 'vitest'
import { apiClient, type Json } from '../api-client.ts'
import { type DriveEmulator, startDrive } from '../index.ts'
import { FOLDER, nativeType } from '../store/kinds.ts'

const friend = 'friend@example.com'

/** A few files that a query can tell apart. */
async function library(): Promise<DriveEmulator> {
  const drive = await startDrive({ users: ['owner@example.com', friend] })
  const { store } = drive
  const books = store.create({ name: 'Books', mimeType: FOLDER, folderColor: '#ac725e' })
  store.create({
    name: 'Hello World.txt',
    parent: books.id,
    size: 10,
    modifiedTime: Date.UTC(2020, 0, 1),
    starred: true,
  })
  store.create({ name: "it's a 'quote'.txt", parent: books.id, size: 30, properties: { color: 'red' } })
  store.create({ name: 'back\\slash.txt', size: 20, modifiedTime: Date.UTC(2030, 0, 1) })
  store.create({ name: 'Straße', mimeType: nativeType('document') })
  store.create({ name: 'trashed.txt', trashed: true })
  const theirs = store.create({ name: 'theirs.txt', owner: friend })
  store.share(theirs.id, { type: 'user', role: 'reader', emailAddress: 'owner@example.com' })
  store.create({ name: 'private.txt', owner: friend })
  return drive
}

test.each([
  ["name = 'hello world.TXT'", ['Hello World.txt']],
  ["name='Hello World.txt'", ['Hello World.txt']],
  ["name contains 'wor'", ['Hello World.txt']],
  ["name contains 'orld'", []],
  ["name = 'STRASSE' or name = 'straße'", ['Straße']],
  [String.raw`name = 'it\'s a \'quote\'.txt'`, ["it's a 'quote'.txt"]],
  [String.raw`name = 'back\\slash.txt'`, ['back\\slash.txt']],
  ['trashed = true', ['trashed.txt']],
  ['trashed=false and sharedWithMe=true', ['theirs.txt']],
  ["not 'me' in owners", ['theirs.txt']],
  ["'me' in writers and name contains 'it'", ["it's a 'quote'.txt"]],
  [`mimeType = '${FOLDER}'`, ['Books']],
  [`mimeType contains 'apps.doc'`, ['Straße']],
  ["modifiedTime < '2020-06-01T00:00:00' and trashed = false", ['Hello World.txt']],
  ["modifiedTime >= '2030-01-01T00:00:00.000Z'", ['back\\slash.txt']],
  ['starred = true', ['Hello World.txt']],
  ["properties has { key='color' and value='red' }", ["it's a 'quote'.txt"]],
  ["fullText contains 'world hello'", ['Hello World.txt']],
  [`fullText contains '"world hello"'`, []],
  ["name = 'Books' or name = 'Straße' and trashed = true", ['Books']],
  ["(name = 'Books' or name = 'Straße') and trashed = true", []],
  ["'root' in parents and trashed = false and mimeType != 'text/plain'", ['Books', 'Straße']],
  ["not (trashed = true or 'root' in parents or sharedWithMe = true) and not starred = true", ["it's a 'quote'.txt"]],
])('q: %s', async (q, expected) => {
  await using drive = await library()
  expect(await apiClient(drive).names(q)).toEqual(expected)
})

test.each([
  'name',
  'name = ',
  "name = 'x",
  "size = '3'",
  "name < 'x'",
  'trashed = maybe',
  "modifiedTime > 'yesterday'",
  "(name = 'x'",
  "name = 'x' garbage",
  "'x' in nowhere",
])('q that Drive refuses: %s', async (q) => {
  await using drive = await library()
  const { status, body } = await apiClient(drive).ask(`files?q=${encodeURIComponent(q)}`)
  expect(status).toBe(400)
  expect(body.error.errors[0]).toEqual({
    message: 'Invalid Value',
    domain: 'global',
    reason: 'invalid',
    location: 'q',
    locationType: 'parameter',
  })
})

test('an unknown parent is 404, as Drive has it', async () => {
  await using drive = await library()
  const { status, body } = await apiClient(drive).ask(`files?q=${encodeURIComponent("'nowhere' in parents")}`)
  expect([status, body.error.message]).toEqual([404, 'File not found: .'])
})

test('pages follow one another to the end, and each item comes once', async () => {
  await using drive = await startDrive({ dataSet: 'small' })
  const all = await apiClient(drive).names('trashed = false')
  for (const pageSize of [1, 7, 63, 1000]) {
    expect(await apiClient(drive).names('trashed = false', `&pageSize=${pageSize}`)).toEqual(all)
  }
  const sorted = await apiClient(drive).names('trashed = false', '&pageSize=10&orderBy=name')
  expect(sorted).toEqual([...all].sort())
})

test('a page token is for one listing and some hours', async () => {
  let now = Date.UTC(2026, 0, 1)
  await using drive = await startDrive({ dataSet: 'small', now: () => now })
  const { send, get, ask } = apiClient(drive)
  const { nextPageToken } = await get('files?pageSize=5&fields=nextPageToken')
  const next = `&pageToken=${encodeURIComponent(nextPageToken)}`
  expect((await send(`files?pageSize=5${next}`)).status).toBe(200)
  const other = await ask(`files?pageSize=5&q=trashed%3Dfalse${next}`)
  expect([other.status, other.body.error.errors[0].location]).toEqual([400, 'pageToken'])
  expect((await ask('files?pageToken=nonsense')).body.error.errors[0]).toMatchObject({
    reason: 'invalid',
    location: 'pageToken',
  })
  now += 7 * 3600_000
  const client = apiClient(drive)
  const stale = await client.ask(`files?pageSize=5${next}`)
  expect([stale.status, stale.body.error.errors[0].reason]).toEqual([403, 'pageTokenExpired'])
})

test('fields cut the answer to what was asked for, and unknown names are refused', async () => {
  await using drive = await library()
  const { get, ask } = apiClient(drive)
  const id = drive.find('Hello World.txt').id
  expect(await get(`files/${id}`)).toEqual({ kind: 'drive#file', id, name: 'Hello World.txt', mimeType: 'text/plain' })
  expect(await get(`files/${id}?fields=size,owners/me,capabilities(canDownload)`)).toEqual({
    size: '10',
    owners: [{ me: true }],
    capabilities: { canDownload: true },
  })
  expect(await get(`files/${id}?fields=`)).toEqual({})
  expect(Object.keys(await get('files?fields=files/id,kind'))).toEqual(['kind', 'files'])
  const all = await get(`files/${id}?fields=*`)
  expect(all).toMatchObject({ size: '10', starred: true, headRevisionId: expect.any(String), version: '1' })
  for (const fields of ['nonsense', 'id/deeper', 'owners(nonsense)', 'id,,name', 'owners(me']) {
    const { status, body } = await ask(`files/${id}?fields=${fields}`)
    expect([status, body.error.errors[0].location, body.error.message]).toEqual([
      400,
      'fields',
      expect.stringContaining('Invalid field selection'),
    ])
  }
})

test('parameters are checked as Google checks them', async () => {
  await using drive = await library()
  const problem = async (query: string): Promise<Json> => {
    const { status, body } = await apiClient(drive).ask(`files?${query}`)
    return [status, body.error.errors[0].reason, body.error.errors[0].location ?? body.error.status]
  }
  expect(await problem('pageSize=0')).toEqual([400, 'invalidParameter', 'page_size'])
  expect(await problem('orderBy=size')).toEqual([400, 'invalid', 'orderBy'])
  expect(await problem('orderBy=name,name desc')).toEqual([403, 'orderByContainsDuplicateSortKeys', 'orderBy'])
  expect(await problem('includeItemsFromAllDrives=true')).toEqual([
    403,
    'supportsTeamDrivesRequired',
    'supportsAllDrives',
  ])
  expect(await problem('supportsAllDrives=maybe')).toEqual([400, 'invalid', 'INVALID_ARGUMENT'])
  expect(await problem('pageSize=0&orderBy=size&q=nonsense')).toEqual([400, 'invalidParameter', 'page_size'])
})

test('shared drives need their flags, and are listed by themselves', async () => {
  await using drive = await library()
  const team = drive.store.addDrive('Team')
  drive.create({ name: 'plan.txt', parent: team.id })
  const { names, ask } = apiClient(drive)
  const flags = '&supportsAllDrives=true&includeItemsFromAllDrives=true'
  expect(await names("name = 'plan.txt'")).toEqual([])
  expect(await names("name = 'plan.txt'", flags)).toEqual(['plan.txt'])
  expect(await names('', `${flags}&corpora=drive&driveId=${team.id}`)).toEqual(['plan.txt'])
  const { id } = drive.find('plan.txt')
  expect((await ask(`files/${id}`)).status).toBe(404)
  const shown = await ask(`files/${id}?supportsAllDrives=true&fields=*`)
  expect(shown.body).toMatchObject({ driveId: team.id, parents: [team.id], hasAugmentedPermissions: false })
  for (const absent of ['owners', 'ownedByMe', 'shared', 'permissions', 'writersCanShare']) {
    expect(shown.body).not.toHaveProperty(absent)
  }
  const stranger = apiClient(drive, friend)
  expect((await stranger.ask(`files?corpora=drive&driveId=${team.id}${flags}`)).status).toBe(404)
})

test('what is absent for which kind', async () => {
  await using drive = await startDrive({ dataSet: 'awkward' })
  const { get } = apiClient(drive)
  const shown = async (name: string): Promise<Json> => get(`files/${drive.find(name).id}?fields=*`)
  const folder = await shown('Loop')
  for (const absent of [
    'size',
    'md5Checksum',
    'headRevisionId',
    'originalFilename',
    'fileExtension',
    'webContentLink',
    'exportLinks',
  ]) {
    expect(folder).not.toHaveProperty(absent)
  }
  expect(folder.quotaBytesUsed).toBe('0')
  const document = await shown('A document')
  expect(document).toMatchObject({
    size: '1024',
    exportLinks: { 'application/pdf': expect.stringContaining(drive.url) },
  })
  for (const absent of ['md5Checksum', 'headRevisionId', 'originalFilename', 'fileExtension'])
    expect(document).not.toHaveProperty(absent)
  expect(await shown('A site')).not.toHaveProperty('exportLinks')
  const shortcut = await shown('dangling shortcut')
  expect(shortcut.shortcutDetails.targetId).toMatch(/gone$/)
  expect(shortcut).not.toHaveProperty('size')
  expect(await shown('zero bytes.bin')).toMatchObject({ size: '0', md5Checksum: 'd41d8cd98f00b204e9800998ecf8427e' })
  expect(await shown('no checksum.bin')).not.toHaveProperty('md5Checksum')
  const old = await shown('md5 only.bin')
  expect(old).toHaveProperty('md5Checksum')
  expect(old).not.toHaveProperty('sha256Checksum')
  expect(await shown('shared with me.txt')).toMatchObject({ ownedByMe: false, sharedWithMeTime: expect.any(String) })
  expect(await shown('shared with me.txt')).not.toHaveProperty('parents')
  expect(await shown('orphan.txt')).not.toHaveProperty('parents')
  expect((await shown('two parents.txt')).parents).toHaveLength(2)
  expect(await shown('within a trashed folder.txt')).toMatchObject({ trashed: true, explicitlyTrashed: false })
  expect((await shown('modified in 2009.txt')).modifiedTime).toBe('2009-02-13T23:31:30.000Z')
})

test('what belongs to others and is not shared does not exist', async () => {
  await using drive = await library()
  const { ask, names } = apiClient(drive)
  expect((await ask(`files/${drive.find('private.txt').id}`)).body.error.errors[0]).toMatchObject({
    reason: 'notFound',
    location: 'fileId',
  })
  expect(await names("name = 'private.txt'")).toEqual([])
  expect(await apiClient(drive, friend).names("'me' in owners")).toEqual(['theirs.txt', 'private.txt'])
})

test('JSON is pretty unless asked otherwise, with suspicious characters escaped', async () => {
  await using drive = await startDrive({ files: { '<b>\u200b\u007f.txt': '' } })
  const { send } = apiClient(drive)
  const pretty = await (await send('files?fields=files/name')).text()
  expect(pretty).toBe('{\n  "files": [\n    {\n      "name": "\\u003cb\\u003e\\u200b\\u007f.txt"\n    }\n  ]\n}\n')
  const compact = await (await send('files?fields=files/name&prettyPrint=false')).text()
  expect(compact).toBe('{"files":[{"name":"\\u003cb\\u003e\\u200b\\u007f.txt"}]}')
  const packed = await send('files', { headers: { 'user-agent': 'my client (gzip)', 'accept-encoding': 'gzip' } })
  expect(packed.headers.get('content-type')).toBe('application/json; charset=UTF-8')
})
