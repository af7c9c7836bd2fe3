import { afterEach, beforeEach, expect, test } from 'vitest'
import { FiguresServer } from './figures.ts'

interface Problems {
  problems: {
    fault: string
    title: string
    failed: number
    waiting: number
    examples: { path: string; error: string }[]
  }[]
  skipped: { reason: string; explanation: string; files: number }[]
}

let one: FiguresServer
beforeEach(async () => {
  one = await FiguresServer.start()
  await one.drive.see({ 'a.txt': {}, 'b.txt': {}, 'c.txt': {}, 'd.txt': {}, 'huge.iso': {}, 'fine.txt': {} })
  await one.drive.settle({
    'a.txt': { status: 'failed', fault: 's3/key-refused', nextAttempt: null },
    'b.txt': { status: 'pending', fault: 'drive/interrupted', nextAttempt: one.drive.now + 60_000 },
    'c.txt': { status: 'pending', fault: 'drive/interrupted', nextAttempt: one.drive.now + 30_000 },
    'd.txt': { status: 'failed', fault: 'drive/interrupted', nextAttempt: null },
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
      fault: 'drive/interrupted',
      title: 'The download broke off',
      failed: 1,
      waiting: 2,
      next_attempt: new Date(one.drive.now + 30_000).toISOString(),
      examples: [{ path: 'b.txt', error: 'b.txt: the download broke off.' }, { path: 'c.txt' }, { path: 'd.txt' }],
    },
    {
      fault: 's3/key-refused',
      hint: 'Rename the file or move it higher up in Drive.',
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
  const some = await one.browser.post('/api/problems/retry', { fault: 's3/key-refused' })
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

test('a file in hand is left alone: it is being tried', async () => {
  const id = await one.drive.id('a.txt')
  await one.drive.db.insertInto('claims').values({ file: id, due_no: 1, stored_path: 'a.txt' }).execute()
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
