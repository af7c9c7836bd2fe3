import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FiguresServer } from './figures.ts'

interface Listed {
  files: { id: number; name: string; path: string; kind: string; status: string }[]
  crumbs: { id: number; name: string; path: string }[]
  next: string | null
  searched: number
}

const SCRIPT = '<script>alert(1)</script>.html'
const LONG = `${'ö'.repeat(120)}.txt`
/** Whatever Drive lets people type. */
const ODD = [
  'a\nb\r\nSet-Cookie: x=1',
  '\u202egpj.exe',
  '../../etc/passwd',
  '"quoted", =1+1',
  '100 % \\ _ *',
  '\ud83d\ude00',
  '.',
  ' ',
]

let one: FiguresServer
beforeAll(async () => {
  one = await FiguresServer.start()
  await one.drive.see({ 'Reports/2026/march.pdf': { size: 7 }, 'Reports/april.pdf': {}, 'gone.txt': {} })
  await one.drive.see({ script: { name: SCRIPT } })
  await one.drive.see(Object.fromEntries([1, 2, 3].map((i) => [`Long/${LONG}${i}`, {}])))
  await one.drive.see(Object.fromEntries(ODD.map((name, i) => [`Odd/${i}`, { name }])))
  await one.drive.settle({ 'Reports/april.pdf': { status: 'failed', fault: 'storage/key-refused', nextAttempt: null } })
  one.server.parts.clock.time += 1000
  await one.drive.see({ 'Reports/2026/march.pdf': { size: 9 } })
  await one.drive.settle({ 'Reports/2026/march.pdf': { status: 'stored', at: ['aws_s3', 'cold'] } })
  await one.drive.remove('gone.txt')
})
afterAll(() => one[Symbol.asyncDispose]())

async function list(query = ''): Promise<Listed> {
  const { status, body, text } = await one.browser.get<Listed>(`/api/files?${query}`)
  expect(status, text).toBe(200)
  return body
}

/** Page by page, with what each page has. */
async function all(query: string, limit: number): Promise<string[]> {
  const found: string[] = []
  for (let next: string | null = ''; next !== null; ) {
    const page: Listed = await list(`${query}&limit=${limit}${next === '' ? '' : `&cursor=${next}`}`)
    found.push(...page.files.map(({ name }) => name))
    next = page.next
  }
  return found
}

test('folders are browsed from the top down, with the way back up', async () => {
  const top = await list()
  expect(top.crumbs).toEqual([])
  const reports = top.files.find(({ name }) => name === 'Reports')
  const inside = await list(`folder=${reports?.id}`)
  expect(inside.files.map(({ name, status }) => [name, status])).toEqual([
    ['2026', 'synced'],
    ['april.pdf', 'failed'],
  ])
  const deeper = await list(`folder=${inside.files[0]?.id}`)
  expect(deeper.crumbs.map(({ path }) => path)).toEqual(['Reports', 'Reports/2026'])
  expect(deeper.files).toHaveLength(1)
  expect((await one.browser.get('/api/files?folder=999999')).status).toBe(404)
})

test('a name from Drive is text, whatever it looks like', async () => {
  const { headers, text } = await one.browser.get('/api/files')
  expect(headers['content-type']).toBe('application/json; charset=utf-8')
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(text).toContain(JSON.stringify(SCRIPT))
  const odd = (await list()).files.find(({ name }) => name === 'Odd')
  expect((await list(`folder=${odd?.id}`)).files.map(({ name }) => name).toSorted()).toEqual(ODD.toSorted())
  const query = `search=${encodeURIComponent('Set-Cookie: x')}`
  const found = await one.browser.get<Listed>(`/api/files?${query}`)
  expect(found.body.files).toHaveLength(1)
  expect(found.headers['set-cookie']).toBeUndefined()
})

test.each([1, 2, 7])('nothing is missed or shown twice in pages of %i, however long the names', async (limit) => {
  const long = (await list()).files.find(({ name }) => name === 'Long')
  expect(await all(`folder=${long?.id}`, limit)).toEqual([1, 2, 3].map((i) => `${LONG}${i}`))
  expect(new Set(await all('search=o', limit)).size).toBe((await list('search=o')).files.length)
})

describe('a cursor', () => {
  test.each(['nonsense', '!!', 'WyJhIl0', Buffer.from('["all",["x","y","z"]]').toString('base64url')])(
    'that no list gave is refused: %s',
    async (cursor) => {
      const { status, body } = await one.browser.get<{ errors: unknown[] }>(`/api/files?search=a&cursor=${cursor}`)
      expect([status, body.errors]).toEqual([400, [{ field: 'cursor', message: expect.any(String) }]])
    },
  )

  test('of another list is refused', async () => {
    const { next } = await list('limit=1')
    expect((await one.browser.get(`/api/files?search=a&limit=1&cursor=${next}`)).status).not.toBe(500)
    expect((await one.browser.get(`/api/problems/files?fault=x&cursor=${next}`)).status).not.toBe(500)
    expect((await one.browser.get(`/api/activity?cursor=${next}`)).status).not.toBe(500)
    expect((await one.browser.get(`/api/cycles?cursor=${next}`)).status).toBe(400)
  })
})

test('a file is shown with its revisions and where each is stored', async () => {
  const id = await one.drive.id('Reports/2026/march.pdf')
  const { body } = await one.browser.get<Record<string, unknown> & { revisions: Record<string, unknown>[] }>(
    `/api/files/${id}`,
  )
  expect(body).toMatchObject({
    path: 'Reports/2026/march.pdf',
    status: 'synced',
    web_link: `https://drive.google.com/open?id=${encodeURIComponent('Reports/2026/march.pdf')}`,
    crumbs: [{ path: 'Reports' }, { path: 'Reports/2026' }],
    revisions_total: 2,
    hint: null,
    skip_explanation: null,
  })
  expect(body.revisions).toMatchObject([
    { current: true, size: 9, copies: [{ destination: 'aws_s3', place: 'mirror' }, { destination: 'cold' }] },
    { current: false, size: 7, copies: [{ destination: 'aws_s3' }] },
  ])
  expect((await one.browser.get('/api/files/999999')).status).toBe(404)
  expect((await one.browser.get('/api/files/x')).status).toBe(400)
})

test('what was deleted in Drive is still shown, with since when', async () => {
  const gone = (await list('search=gone')).files[0]
  expect(gone).toMatchObject({ path: 'gone.txt', removed_at: expect.stringMatching(/Z$/) })
})

test('one file is tried again, and one that waits for nothing is not', async () => {
  const failed = await one.drive.id('Reports/april.pdf')
  const path = `/api/files/${failed}/retry`
  expect(await one.browser.post(path).then(({ status, body }) => [status, body])).toEqual([200, { retried: 1 }])
  expect((await list('status=pending')).files.map(({ id }) => id)).toEqual([failed])
  const stored = await one.browser.post(`/api/files/${await one.drive.id('gone.txt')}/retry`)
  expect([stored.status, stored.body.detail]).toEqual([409, 'It is stored: there is nothing to try again.'])
  expect((await one.browser.post('/api/files/999999/retry')).status).toBe(404)
})
