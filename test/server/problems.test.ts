import { afterEach, beforeEach, expect, test } from 'vitest'
import { FAULTS, Fault } from '../../src/backup/model/faults.ts'
import { recordUnremoved } from '../../src/catalog/destinations.ts'
import { FiguresServer } from './figures.ts'

interface Problems {
  problems: {
    kind: string
    name: string | null
    fault: string
    title: string
    hint: string | null
    needs_operator: boolean
    failed: number
    waiting: number
    examples: { path: string; detail: string | null }[]
  }[]
  skipped: { reason: string; explanation: string; files: number }[]
}

let one: FiguresServer
beforeEach(async () => {
  one = await FiguresServer.start()
  await one.drive.see({ 'a.txt': {}, 'b.txt': {}, 'c.txt': {}, 'd.txt': {}, 'huge.iso': {}, 'fine.txt': {} })
  await one.drive.settle({
    'a.txt': { status: 'failed', fault: 'storage/key-refused', nextAttempt: null },
    'b.txt': { status: 'pending', fault: 'drive/interrupted', nextAttempt: one.drive.now + 60_000, detail: 'HTTP 500' },
    'c.txt': { status: 'pending', fault: 'drive/interrupted', nextAttempt: one.drive.now + 30_000 },
    'd.txt': { status: 'failed', fault: 'drive/interrupted', nextAttempt: null, attempts: 6, detail: 'HTTP 500' },
    'huge.iso': { status: 'skipped', reason: 'too-large' },
  })
})
afterEach(() => one[Symbol.asyncDispose]())

async function problems(): Promise<Problems> {
  return (await one.browser.get<Problems>('/api/problems')).body
}

test('what is not protected is grouped by its cause, with what to do about it', async () => {
  const found = await problems()
  expect(found.problems).toMatchObject([
    {
      kind: 'files',
      name: null,
      fault: 'drive/interrupted',
      title: FAULTS['drive/interrupted'].title,
      // Two are tried again by themselves; the third has used up its attempts, and that is what needs somebody.
      hint: 'Open the file in Drive. If it opens there, press Retry.',
      detail: 'HTTP 500',
      needs_operator: true,
      since: new Date(one.drive.now).toISOString(),
      attempts: 6,
      failed: 1,
      waiting: 2,
      next_attempt: new Date(one.drive.now + 30_000).toISOString(),
      examples: [
        { path: 'b.txt', detail: null },
        { path: 'c.txt', detail: null },
        { path: 'd.txt', detail: null },
      ],
    },
    {
      kind: 'files',
      name: 'aws_s3',
      fault: 'storage/key-refused',
      hint: FAULTS['storage/key-refused'].hint,
      needs_operator: true,
      failed: 1,
      waiting: 0,
      next_attempt: null,
    },
  ])
  expect(found.skipped).toEqual([{ reason: 'too-large', explanation: 'larger than sync.max_file_size_gb', files: 1 }])
})

test('the files with one fault come a page at a time', async () => {
  const names: string[] = []
  for (let next: string | null = ''; next !== null; ) {
    const cursor: string = next === '' ? '' : `&cursor=${next}`
    const page = await one.browser.get<{ files: { name: string; error: string }[]; next: string | null }>(
      `/api/problems/files?fault=drive%2Finterrupted&limit=2${cursor}`,
    )
    names.push(...page.body.files.map(({ name }) => name))
    next = page.body.next
  }
  expect(names).toEqual(['b.txt', 'c.txt', 'd.txt'])
})

test('files are tried again by fault or all of them, and the daemon is woken', async () => {
  const wakeups = async () =>
    (await one.drive.db.selectFrom('daemon_state').select('wakeups').executeTakeFirst())?.wakeups
  await one.browser.post('/api/sync/start')
  const before = (await wakeups()) ?? 0
  const some = await one.browser.post('/api/problems/retry', { fault: 'storage/key-refused' })
  expect([some.status, some.body]).toEqual([200, { retried: 1 }])
  expect(await wakeups()).toBeGreaterThan(before)
  await one.drive.settle()
  expect((await problems()).problems.map(({ fault }) => fault)).toEqual(['drive/interrupted'])

  const all = await one.browser.post('/api/problems/retry', {})
  expect([all.status, all.body]).toEqual([200, { retried: 3 }])
  await one.drive.settle()
  expect((await problems()).problems).toEqual([])
  expect((await one.browser.post('/api/problems/retry', { fault: null })).body).toEqual({ retried: 0 })
})

test('the same fault at two destinations is two problems, each tried again by itself', async () => {
  await one.drive.addDestination('nas')
  await one.drive.settle({ 'fine.txt': { status: 'failed', fault: 'storage/key-refused', at: 'nas' } })
  const refused = async () =>
    (await problems()).problems
      .filter(({ fault }) => fault === 'storage/key-refused')
      .map(({ name, failed }) => [name, failed])
  expect(await refused()).toEqual([
    ['aws_s3', 1],
    ['nas', 1],
  ])
  const listed = async (destination: string) =>
    (
      await one.browser.get<{ files: { path: string }[] }>(
        `/api/problems/files?fault=storage%2Fkey-refused&destination=${destination}`,
      )
    ).body.files.map(({ path }) => path)
  expect([await listed('aws_s3'), await listed('nas'), await listed('')]).toEqual([['a.txt'], ['fine.txt'], []])
  const retried = await one.browser.post('/api/problems/retry', { fault: 'storage/key-refused', destination: 'nas' })
  expect(retried.body).toEqual({ retried: 1 })
  expect(await refused()).toEqual([['aws_s3', 1]])
})

test('what does not work is a problem like others, and comes first', async () => {
  await one.drive.addDestination('nas')
  await one.drive.outage({ destination: 'nas' }, new Fault('storage/unreachable', 'bucket', { detail: 'ENOTFOUND' }), {
    tries: 3,
  })
  await one.drive.outage({ source: one.drive.source }, new Fault('google/sign-in-ended', 'Google Drive'))
  const found = (await problems()).problems
  expect(found.slice(0, 2)).toMatchObject([
    { kind: 'source', name: 'owner@example.com', fault: 'google/sign-in-ended', needs_operator: true, waiting: 5 },
    {
      kind: 'destination',
      name: 'nas',
      fault: 'storage/unreachable',
      needs_operator: false,
      detail: 'ENOTFOUND',
      since: new Date(one.drive.now).toISOString(),
      next_attempt: new Date(one.drive.now + 60_000).toISOString(),
      attempts: 3,
      waiting: 5,
      examples: [],
    },
  ])
  const { problems: counted } = (await one.browser.get<{ problems: number }>('/api/status')).body
  expect(counted).toBe(found.length)
})

test('objects that cannot be removed are told, and keep no file from being protected', async () => {
  const denied = new Fault('storage/access-denied', 'bucket', { detail: 'AccessDenied: DeleteObject' })
  await recordUnremoved(one.drive.db, 'aws_s3', denied, one.drive.now)
  expect((await problems()).problems.at(-1)).toMatchObject({
    kind: 'unremoved',
    name: 'aws_s3',
    fault: 'storage/access-denied',
    detail: 'AccessDenied: DeleteObject',
    since: new Date(one.drive.now).toISOString(),
    waiting: 0,
  })
  expect((await one.browser.get('/api/status')).body).toMatchObject({ outages: [], problems: 3 })
})

test('a fault that there is not is nobody’s', async () => {
  for (const fault of ['constructor', '__proto__', 'toString'])
    expect(await one.browser.post('/api/problems/retry', { fault })).toMatchObject({
      status: 200,
      body: { retried: 0 },
    })
  expect((await one.browser.get('/api/problems/files?fault=constructor')).body).toEqual({ files: [], next: null })
  expect((await one.browser.get('/api/files?reason=constructor')).status).toBe(200)
})

test('a file in hand is left alone: it is being tried', async () => {
  const id = await one.drive.id('a.txt')
  await one.drive.db.updateTable('deliveries').set({ claimed_by: 'boot' }).where('file', '=', id).execute()
  await one.browser.post('/api/problems/retry', {})
  const row = await one.drive.db.selectFrom('files').select('sync_status').where('id', '=', id).executeTakeFirst()
  expect(row?.sync_status).toBe('failed')
  expect((await one.browser.post(`/api/files/${id}/retry`)).body.detail).toBe('It is being tried at this moment.')
})

test('who may only read may try nothing again', async () => {
  const viewer = await one.server.signedIn('viewer')
  expect((await viewer.post('/api/problems/retry', {})).status).toBe(403)
  expect((await viewer.get('/api/problems')).status).toBe(200)
})
