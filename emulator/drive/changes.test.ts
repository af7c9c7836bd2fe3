import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { apiClient, type Json } from './api-client.ts'
import { type DriveEmulator, startDrive } from './index.ts'
import { FOLDER } from './store/kinds.ts'

const friend = 'friend@example.com'

/** Follows the change feed of an account or a shared drive. */
async function follow(drive: DriveEmulator, more = '', email?: string) {
  const { get } = apiClient(drive, email)
  let token: string = (await get(`changes/startPageToken?supportsAllDrives=true${more}`)).startPageToken
  return async (pageSize = 1000): Promise<Json[]> => {
    const changes: Json[] = []
    for (;;) {
      const page = await get(
        `changes?pageToken=${token}&pageSize=${pageSize}&supportsAllDrives=true&includeItemsFromAllDrives=true&fields=*${more}`,
      )
      changes.push(...page.changes)
      token = page.newStartPageToken ?? page.nextPageToken
      if (page.newStartPageToken) return changes
    }
  }
}

const summary = ({ fileId, driveId, removed, file }: Json): unknown =>
  removed ? ['removed', fileId ?? driveId] : [file?.name ?? driveId, file?.trashed ?? false]

test('every kind of mutation is reported, each file once, with its present state', async () => {
  await using drive = await startDrive({ files: { 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c', 'd.txt': 'd' } })
  const changes = await follow(drive)
  expect(await changes()).toEqual([])
  const [a, b, c, d] = ['a.txt', 'b.txt', 'c.txt', 'd.txt'].map((name) => drive.find(name).id)
  if (!a || !b || !c || !d) throw new Error('four files')
  const folder = drive.create({ name: 'folder', mimeType: FOLDER })
  drive.edit(a, 'A')
  drive.rename(a, 'a2.txt')
  drive.move(b, folder)
  drive.trash(c)
  drive.remove(d)
  expect((await changes(2)).map(summary)).toEqual([
    ['folder', false],
    ['a2.txt', false],
    ['b.txt', false],
    ['c.txt', true],
    ['removed', d],
  ])
  expect(await changes()).toEqual([])
  drive.restore(c)
  drive.trash(folder)
  const later = await changes()
  expect(later.map(summary)).toEqual([
    ['c.txt', false],
    ['folder', true],
  ])
  expect(drive.store.isTrashed(drive.item(b))).toBe(true)
})

test('deleting a folder reports all that was in it', async () => {
  await using drive = await startDrive()
  const folder = drive.create({ name: 'folder', mimeType: FOLDER })
  const inside = drive.create({ name: 'inside', parent: folder })
  const changes = await follow(drive)
  drive.remove(folder)
  expect((await changes()).map(summary)).toEqual([
    ['removed', inside],
    ['removed', folder],
  ])
})

test('of a deleted folder, what others own becomes an orphan, and what has another parent stays', async () => {
  await using drive = await startDrive({ users: ['owner@example.com', friend] })
  const [folder, other] = ['folder', 'other'].map((name) => drive.create({ name, mimeType: FOLDER }))
  if (!folder || !other) throw new Error('two folders')
  const theirs = drive.create({ name: 'theirs', parent: folder, owner: friend })
  const both = drive.create({ name: 'both', parent: [folder, other] })
  drive.remove(folder)
  expect([drive.item(theirs).parents, drive.item(both).parents]).toEqual([[], [other]])
})

test('a lagging feed reports the last writes later, and loses none', async () => {
  await using drive = await startDrive()
  const changes = await follow(drive)
  for (const name of ['a', 'b', 'c']) drive.create({ name })
  drive.faults.once({ kind: 'stale-list', writes: 2 }, { name: 'changes.list' })
  expect((await changes()).map(summary)).toEqual([['a', false]])
  expect((await changes()).map(summary)).toEqual([
    ['b', false],
    ['c', false],
  ])
})

test('losing access looks like removal, and only for who lost it', async () => {
  await using drive = await startDrive({ users: ['owner@example.com', friend] })
  const id = drive.create({ name: 'shared.txt' })
  const [mine, theirs] = [await follow(drive), await follow(drive, '', friend)]
  const { id: permission } = drive.store.share(id, { type: 'user', role: 'reader', emailAddress: friend })
  expect((await theirs()).map(summary)).toEqual([['shared.txt', false]])
  drive.store.unshare(id, permission)
  expect((await theirs()).map(summary)).toEqual([['removed', id]])
  expect((await mine()).map(summary)).toEqual([['shared.txt', false]])
})

test('a move into a shared drive is removed from one log and new in the other, under one id', async () => {
  await using drive = await startDrive({ files: { 'plan.txt': 'x' } })
  const { id: team } = drive.store.addDrive('Team')
  const { id } = drive.find('plan.txt')
  const [mine, teams] = [await follow(drive), await follow(drive, `&driveId=${team}`)]
  drive.move(id, team)
  expect((await mine()).map(summary)).toEqual([['removed', id]])
  const [entry] = await teams()
  expect(entry).toMatchObject({ fileId: id, removed: false, file: { driveId: team } })
  drive.move(id, drive.store.primary.rootId)
  expect((await mine()).map(summary)).toEqual([['plan.txt', false]])
  expect((await teams()).map(summary)).toEqual([['removed', id]])
})

test('joining a shared drive is one event, its items are in its own log', async () => {
  await using drive = await startDrive({ users: ['owner@example.com', friend] })
  const theirs = await follow(drive, '', friend)
  const { id } = drive.store.addDrive('Team', { 'owner@example.com': 'organizer' })
  drive.create({ name: 'in the team.txt', parent: id })
  expect(await theirs()).toEqual([])
  drive.store.setMember(id, friend, 'reader')
  expect(await theirs()).toMatchObject([{ changeType: 'drive', driveId: id, removed: false, drive: { name: 'Team' } }])
  drive.store.setMember(id, friend, null)
  expect(await theirs()).toMatchObject([{ changeType: 'drive', driveId: id, removed: true }])
})

test('a token of another corpus, or none, is refused', async () => {
  await using drive = await startDrive()
  const { id } = drive.store.addDrive('Team')
  const { get, ask } = apiClient(drive)
  const { startPageToken } = await get('changes/startPageToken')
  const other = await ask(`changes?pageToken=${startPageToken}&driveId=${id}&supportsAllDrives=true`)
  expect([other.status, other.body.error.errors[0].location]).toEqual([400, 'pageToken'])
  expect((await ask('changes')).body.error.errors[0].reason).toBe('required')
})

/** A server that keeps the push messages it gets. */
async function receiver(answers: number[] = []) {
  const messages: IncomingMessage['headers'][] = []
  let wake = (): void => {}
  const server = createServer((request, response) => {
    messages.push(request.headers)
    response.writeHead(answers.shift() ?? 200).end()
    wake()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    async received(count: number): Promise<IncomingMessage['headers'][]> {
      while (messages.length < count) await new Promise<void>((resolve) => (wake = resolve))
      return messages
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

test('push: a sync message, then one for what changes, until the channel is stopped', async () => {
  await using drive = await startDrive()
  await using hook = await receiver()
  const { get, call } = apiClient(drive)
  const { startPageToken } = await get('changes/startPageToken')
  const watch = (): ReturnType<typeof call> =>
    call('POST', `changes/watch?pageToken=${startPageToken}`, {
      id: 'my-channel',
      type: 'web_hook',
      address: hook.address,
      token: 'secret',
    })
  const { status, body: channel } = await watch()
  expect([status, channel]).toEqual([
    200,
    expect.objectContaining({ kind: 'api#channel', id: 'my-channel', resourceId: expect.any(String) }),
  ])
  expect((await watch()).body.error.errors[0].reason).toBe('channelIdNotUnique')
  const [sync] = await hook.received(1)
  expect(sync).toMatchObject({
    'x-goog-resource-state': 'sync',
    'x-goog-message-number': '1',
    'x-goog-channel-id': 'my-channel',
    'x-goog-channel-token': 'secret',
  })
  drive.create({ name: 'new.txt' })
  const [, change] = await hook.received(2)
  expect(change).toMatchObject({ 'x-goog-resource-state': 'change', 'x-goog-resource-id': channel.resourceId })
  expect((await call('POST', 'channels/stop', { id: 'my-channel', resourceId: channel.resourceId })).status).toBe(204)
  expect((await call('POST', 'channels/stop', { id: 'my-channel', resourceId: channel.resourceId })).status).toBe(404)
  drive.create({ name: 'unnoticed.txt' })
  expect(await hook.received(2)).toHaveLength(2)
})
