import { expect, test } from 'vitest'
import { FiguresServer } from './figures.ts'

interface Past {
  at: string
  known_since: string | null
  files: {
    id: number
    name: string
    kind: string
    trashed: boolean
    revision: { size: number; destinations: string[] } | null
  }[]
  crumbs: { id: number; name: string }[]
  next: string | null
}
interface History {
  placements: { name: string; folder: string; from: string; to: string | null }[]
  absences: { kind: string; from: string; to: string | null }[]
  revisions: { size: number; held_from: string; destinations: string[] }[]
}

const HOUR = 3_600_000

/** A drive with three moments: before, between and after some work of people. */
async function withHistory() {
  const one = await FiguresServer.start()
  const { clock } = one.server.parts
  const later = () => {
    clock.time += HOUR
    return new Date(clock.time - HOUR / 2).toISOString()
  }
  await one.drive.see({ 'Reports/a.txt': { size: 1 }, 'Reports/b.txt': { size: 2 }, 'gone.txt': { size: 3 } })
  await one.drive.settle({ 'Reports/a.txt': { status: 'stored', at: ['aws_s3'] } })
  const before = later()
  await one.drive.see({
    'Reports/a.txt': { name: 'renamed.txt', size: 10 },
    Reports: { name: 'Old reports', content: { kind: 'folder' } },
  })
  await one.drive.settle({ 'Reports/a.txt': { status: 'stored', at: ['aws_s3', 'cold'] } })
  await one.drive.remove('gone.txt')
  const after = later()
  const get = async <T>(path: string) => {
    const { status, body, text } = await one.browser.get<T>(path)
    expect(status, text).toBe(200)
    return body
  }
  const past = (at: string, query = '') => get<Past>(`/api/history?at=${encodeURIComponent(at)}${query}`)
  return { one, before, after, past, get }
}

test('a folder is shown as it was: its name, what was in it, and what that held', async () => {
  const { one, before, after, past } = await withHistory()
  await using _ = one
  const top = await past(before)
  expect(top.files.map(({ name }) => name)).toEqual(['Reports', 'gone.txt'])
  const folder = top.files[0]?.id ?? 0
  const then = await past(before, `&folder=${folder}`)
  expect(then).toMatchObject({ crumbs: [{ id: folder, name: 'Reports' }], next: null })
  expect(then.files).toMatchObject([
    { name: 'a.txt', trashed: false, revision: { size: 1, destinations: ['aws_s3'] } },
    { name: 'b.txt', revision: { size: 2 } },
  ])
  const now = await past(after, `&folder=${folder}`)
  expect(now.crumbs).toEqual([{ id: folder, name: 'Old reports' }])
  expect(now.files).toMatchObject([
    { name: 'b.txt' },
    { name: 'renamed.txt', revision: { size: 10, destinations: ['aws_s3', 'cold'] } },
  ])
  expect((await past(after)).files.map(({ name }) => name)).toEqual(['Old reports'])
})

test('pages and searches go on where the last one ended', async () => {
  const { one, before, after, past } = await withHistory()
  await using _ = one
  const names: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Past = await past(before, `&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)
    names.push(...page.files.map(({ name }) => name))
    cursor = page.next
  }
  expect(names).toEqual(['Reports', 'gone.txt'])
  const found = async (at: string, text: string) => (await past(at, `&search=${text}`)).files.map(({ name }) => name)
  expect(await found(before, 'A.TXT')).toEqual(['a.txt'])
  expect(await found(after, 'a.txt')).toEqual([])
  expect(await found(after, 'renamed')).toEqual(['renamed.txt'])
})

test('one item’s history: where it was, when it was gone, and what it held', async () => {
  const { one, before, past, get } = await withHistory()
  await using _ = one
  const [reports, gone] = (await past(before)).files
  const [a] = (await past(before, `&folder=${reports?.id}`)).files
  const history = await get<History>(`/api/files/${a?.id}/history`)
  expect(history.placements).toMatchObject([
    { name: 'renamed.txt', folder: 'Old reports', to: null },
    { name: 'a.txt', folder: 'Reports' },
  ])
  expect(history.placements[0]?.from).toBe(history.placements[1]?.to)
  expect(history.revisions.map(({ size }) => size)).toEqual([10, 1])
  expect((await get<History>(`/api/files/${gone?.id}/history`)).absences).toMatchObject([{ kind: 'removed', to: null }])
})

test('moments that cannot be asked for are refused, and so are folders that were not there', async () => {
  const { one, before, past } = await withHistory()
  await using _ = one
  const refused = async (query: string) => {
    const { status, text } = await one.browser.get(`/api/history?${query}`)
    return [status, text]
  }
  const future = new Date(one.server.parts.clock.time + HOUR).toISOString()
  expect(await refused(`at=${future}`)).toEqual([422, expect.stringContaining('in the future')])
  for (const bad of ['', 'at=yesterday', 'at=2026-13-45T00:00:00Z', `at=${before}&cursor=xyz`, `at=${before}&limit=0`])
    expect((await refused(bad))[0]).toBe(400)
  expect((await refused(`at=${before}&folder=4711`))[0]).toBe(404)
  // Before the first scan nothing is known, and the answer says since when something is.
  const early = await past('2001-01-01T00:00:00Z')
  expect(early).toMatchObject({ files: [], known_since: expect.any(String) })
  expect((await one.browser.get('/api/files/4711/history')).status).toBe(404)
})
