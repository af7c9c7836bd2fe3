import { expect, test } from 'vitest'
import { apiClient } from './api-client.ts'
import { startDrive } from './index.ts'
import { FOLDER, SHORTCUT } from './store/kinds.ts'

const friend = 'friend@example.com'

test('create, rename, move, trash, restore, copy and delete, as a restore does them', async () => {
  await using drive = await startDrive()
  const { call, get } = apiClient(drive)
  const { ids } = await get('files/generateIds?count=1')
  const body = { id: ids[0], name: 'Folder', mimeType: FOLDER }
  expect((await call('POST', 'files', body)).body).toMatchObject({ id: ids[0], name: 'Folder' })
  expect((await call('POST', 'files', body)).status).toBe(409)
  const { body: file } = await call('POST', 'files?fields=id,modifiedTime', {
    name: 'file.txt',
    modifiedTime: '2009-02-13T23:31:30.123456789Z',
    properties: { a: 'b' },
  })
  expect(file.modifiedTime).toBe('2009-02-13T23:31:30.123Z')
  const path = `files/${file.id}`
  await call('PATCH', path, { name: 'renamed.txt', properties: { a: null, c: 'd' } })
  expect(await get(`${path}?fields=name,properties`)).toEqual({ name: 'renamed.txt', properties: { c: 'd' } })
  await call('PATCH', `${path}?addParents=${ids[0]}&removeParents=root`, {})
  expect((await get(`${path}?fields=parents`)).parents).toEqual([ids[0]])
  await call('PATCH', `files/${ids[0]}`, { trashed: true })
  expect(await get(`${path}?fields=trashed,explicitlyTrashed`)).toEqual({ trashed: true, explicitlyTrashed: false })
  await call('PATCH', `files/${ids[0]}`, { trashed: false })
  expect(await get(`${path}?fields=trashed`)).toEqual({ trashed: false })
  const { body: shortcut } = await call('POST', 'files?fields=shortcutDetails', {
    name: 'link',
    mimeType: SHORTCUT,
    shortcutDetails: { targetId: file.id },
  })
  expect(shortcut.shortcutDetails).toEqual({ targetId: file.id, targetMimeType: 'application/octet-stream' })
  expect((await call('DELETE', `files/${ids[0]}`)).status).toBe(204)
  expect((await call('GET', path)).status).toBe(404)
})

test('a rename moves modifiedTime unless the caller sets it; a move leaves it alone', async () => {
  let now = 1_700_000_000_000
  await using drive = await startDrive({ files: { a: 'a' }, now: () => now })
  const { id } = drive.find('a')
  const { call } = apiClient(drive)
  const folder = drive.create({ name: 'folder', mimeType: FOLDER })
  const time = () => drive.item(id).modifiedTime
  now += 1000
  await call('PATCH', `files/${id}`, { name: 'b' })
  expect(time()).toBe(now)
  now += 1000
  drive.rename(id, 'c')
  expect(time()).toBe(now)
  now += 1000
  await call('PATCH', `files/${id}`, { name: 'c', description: 'the same name' })
  await call('PATCH', `files/${id}?addParents=${folder}`, {})
  expect(time()).toBe(now - 1000)
  await call('PATCH', `files/${id}`, { name: 'd', modifiedTime: '2009-02-13T23:31:30.123Z' })
  expect(time()).toBe(Date.parse('2009-02-13T23:31:30.123Z'))
})

test('addParents alone moves a file, and two parents are refused', async () => {
  await using drive = await startDrive({ files: { a: 'a' } })
  const { id } = drive.find('a')
  const { call } = apiClient(drive)
  const [one, two] = ['one', 'two'].map((name) => drive.create({ name, mimeType: FOLDER }))
  expect((await call('PATCH', `files/${id}?addParents=${one}`, {})).status).toBe(200)
  expect(drive.item(id).parents).toEqual([one])
  expect((await call('PATCH', `files/${id}?addParents=${two},root`, {})).status).toBe(403)
  expect(drive.item(id).parents).toEqual([one])
})

test('an account whose address changes keeps its id, root, files, feed, tokens and rights', async () => {
  await using drive = await startDrive({ users: ['owner@example.com', friend], files: { a: 'a' } })
  const team = drive.store.addDrive('Team').id
  drive.store.share(drive.create({ name: 'theirs', owner: friend }), {
    type: 'user',
    role: 'reader',
    emailAddress: 'owner@example.com',
  })
  const { get, names } = apiClient(drive)
  const about = () => get('about?fields=user(permissionId,emailAddress)')
  const [{ user: before }, root, seen] = [await about(), await get('files/root?fields=id'), await names('')]
  const { startPageToken } = await get('changes/startPageToken')
  drive.changeAddress('renamed@example.com')
  drive.edit(drive.find('a').id, 'edited')
  expect((await about()).user).toEqual({ ...before, emailAddress: 'renamed@example.com' })
  expect([await get('files/root?fields=id'), await names('')]).toEqual([root, seen])
  expect((await get(`drives/${team}`)).id).toBe(team)
  expect((await get(`changes?pageToken=${startPageToken}`)).changes).toHaveLength(1)
  const { id } = drive.find('a')
  const { owners, ownedByMe } = await get(`files/${id}?fields=owners,ownedByMe`)
  expect([owners[0].emailAddress, ownedByMe]).toEqual(['renamed@example.com', true])
})

test('a copy has the bytes of the original under an id of its own', async () => {
  await using drive = await startDrive()
  const id = drive.create({ name: 'big.bin', size: 100_000 })
  const { call } = apiClient(drive)
  const { body } = await call('POST', `files/${id}/copy`, {})
  expect(body.name).toBe('Copy of big.bin')
  expect((await drive.content(body.id)).equals(await drive.content(id))).toBe(true)
})

test('emptying the trash takes what is trashed, and nothing else', async () => {
  await using drive = await startDrive({ files: { keep: '', drop: '' } })
  drive.trash(drive.find('drop').id)
  const { call, names } = apiClient(drive)
  expect((await call('DELETE', 'files/trash')).status).toBe(204)
  expect(await names('')).toEqual(['keep'])
})

test('rights: readers read, scopes bind, dead and missing tokens are told apart', async () => {
  await using drive = await startDrive({ users: ['owner@example.com', friend], files: { 'shared.txt': 'x' } })
  const { id } = drive.find('shared.txt')
  const owner = apiClient(drive)
  const grant = await owner.call('POST', `files/${id}/permissions`, {
    type: 'user',
    role: 'reader',
    emailAddress: friend,
  })
  expect(grant.body).toMatchObject({ kind: 'drive#permission', role: 'reader' })
  expect((await owner.get(`files/${id}/permissions`)).permissions.map(({ role }: { role: string }) => role)).toEqual([
    'owner',
    'reader',
  ])
  const reader = apiClient(drive, friend)
  expect((await reader.bytes(`files/${id}?alt=media`)).bytes.toString()).toBe('x')
  expect((await reader.call('PATCH', `files/${id}`, { name: 'y' })).body.error.errors[0].reason).toBe(
    'insufficientFilePermissions',
  )

  const readonly = drive.accessToken(undefined, ['https://www.googleapis.com/auth/drive.readonly'])
  const as = (token: string | undefined, path: string, method = 'GET'): Promise<Response> =>
    fetch(`${drive.url}/drive/v3/${path}`, {
      method,
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    })
  expect((await as(readonly, 'files')).status).toBe(200)
  const refused = await as(readonly, `files/${id}`, 'DELETE')
  expect([refused.status, await refused.json()]).toMatchObject([
    403,
    { error: { errors: [{ reason: 'insufficientPermissions' }] } },
  ])
  expect((await as('nonsense', 'files')).status).toBe(401)
  expect((await as(undefined, 'files')).status).toBe(403)
  expect((await as(undefined, 'files', 'POST')).status).toBe(401)
  drive.tokens.expireAccessTokens()
  expect((await as(readonly, 'files')).status).toBe(401)
})

test('comments and about need fields; about counts what is stored', async () => {
  await using drive = await startDrive({ files: { 'a.txt': '12345' } })
  const { id } = drive.find('a.txt')
  drive.store.comment(id, { content: 'Is this right?', quoted: '345' })
  const { ask, get } = apiClient(drive)
  expect((await ask(`files/${id}/comments`)).body.error.errors[0].reason).toBe('required')
  const { comments } = await get(`files/${id}/comments?fields=*`)
  expect(comments).toMatchObject([
    { content: 'Is this right?', quotedFileContent: { value: '345' }, author: { me: true } },
  ])
  expect((await ask('about')).body.error.message).toBe("The 'fields' parameter is required for this method.")
  expect(await get('about?fields=storageQuota/usage,maxUploadSize')).toEqual({
    storageQuota: { usage: '5' },
    maxUploadSize: '5242880000000',
  })
})

test('shared drives are listed, with what the caller may do', async () => {
  await using drive = await startDrive({ users: ['owner@example.com', friend] })
  for (let n = 0; n < 12; n++) drive.store.addDrive(`Team ${n}`)
  const { get } = apiClient(drive)
  const page = await get('drives')
  expect([page.drives.length, page.drives[0]]).toEqual([
    10,
    { kind: 'drive#drive', id: expect.any(String), name: 'Team 0' },
  ])
  expect((await get(`drives?pageToken=${encodeURIComponent(page.nextPageToken)}`)).drives).toHaveLength(2)
  expect((await get(`drives/${page.drives[0].id}?fields=capabilities`)).capabilities.canManageMembers).toBe(true)
  expect((await apiClient(drive, friend).get('drives')).drives).toEqual([])
  const denied = await apiClient(drive).ask('drives?useDomainAdminAccess=true')
  expect(denied.body.error.errors[0].reason).toBe('noListTeamDrivesAdministratorPrivilege')
})

test('a batch answers its parts, each by itself, and counts as so many calls', async () => {
  await using drive = await startDrive({ files: { 'a.txt': 'a' } })
  const { id } = drive.find('a.txt')
  const part = (contentId: string, request: string, body = ''): string =>
    `--x\r\nContent-Type: application/http\r\nContent-ID: <${contentId}>\r\n\r\n${request}\r\nContent-Type: application/json\r\n\r\n${body}\r\n`
  const response = await apiClient(drive).send('/batch/drive/v3', {
    method: 'POST',
    headers: { 'content-type': 'multipart/mixed; boundary=x' },
    body: `${part('one', `GET /drive/v3/files/${id}?fields=name HTTP/1.1`)}${part('two', 'GET /drive/v3/files/nowhere')}${part('three', `PATCH /drive/v3/files/${id}?fields=name`, '{"name":"b.txt"}')}${part('four', `GET /drive/v3/files/${id}?alt=media`)}--x--`,
  })
  const text = await response.text()
  expect(response.headers.get('content-type')).toMatch(/^multipart\/mixed; boundary=batch_/)
  expect(text.match(/Content-ID: <[^>]+>|HTTP\/1.1 \d+|"name": "[^"]+"/g)).toEqual([
    'Content-ID: <response-one>',
    'HTTP/1.1 200',
    '"name": "a.txt"',
    'Content-ID: <response-two>',
    'HTTP/1.1 404',
    'Content-ID: <response-three>',
    'HTTP/1.1 200',
    '"name": "b.txt"',
    'Content-ID: <response-four>',
    'HTTP/1.1 302',
  ])
  expect(drive.requests.total).toBe(3)
})
