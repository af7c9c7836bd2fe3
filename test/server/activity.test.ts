import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { timeText } from '../../src/catalog/times.ts'
import { exportedLines } from '../../src/server/figures/export-activity.ts'
import { FiguresServer } from './figures.ts'

interface Page {
  entries: { id: number; action: string; path: string | null; file: number | null; message: string | null }[]
  next: string | null
  actions: string[]
  searched: number
}

const EVIL = ['=cmd|"/c calc"!A1', '+1', '-1', '@sum', 'line\r\nX-Evil: 1', '"quoted", comma', '<script>x</script>']

let one: FiguresServer
beforeEach(async () => {
  one = await FiguresServer.start()
})
afterEach(() => one[Symbol.asyncDispose]())

async function read(query = ''): Promise<Page> {
  const { status, body, text } = await one.browser.get<Page>(`/api/activity?${query}`)
  expect(status, text).toBe(200)
  return body
}

async function writeLines(count: number): Promise<void> {
  for (let first = 0; first < count; first += 1000) {
    const lines = Array.from({ length: Math.min(1000, count - first) }, (_, i) => ({
      timestamp: timeText(one.drive.now),
      source_id: one.drive.source,
      file_id: null,
      path: `bulk/${first + i}.bin`,
      action: 'stored',
      message: 'aws_s3',
      bytes: 1,
      duration_ms: 1,
    }))
    await one.drive.db.insertInto('sync_logs').values(lines).execute()
  }
}

describe('the log', () => {
  beforeEach(async () => {
    await one.drive.see({ 'a.txt': {}, 'b.txt': {} })
    await one.drive.settle({
      'b.txt': {
        status: 'failed',
        fault: 'storage/key-refused',
        detail: 'The object key is too long',
        nextAttempt: null,
      },
    })
    one.server.parts.clock.time += 60_000
    await one.drive.see({ 'a.txt': { name: 'Änderung.txt' } })
    await one.drive.remove('b.txt')
  })

  test('shows what happened, newest first, with the file where it is still known', async () => {
    const { entries, next, actions, searched } = await read()
    expect(entries.map(({ action, path }) => [action, path])).toEqual([
      ['removed', 'b.txt'],
      ['renamed', 'Änderung.txt'],
      ['changed', 'Änderung.txt'],
      ['failed', 'b.txt'],
      ['stored', 'a.txt'],
    ])
    expect(entries[0]?.file).toBe(await one.drive.id('b.txt'))
    expect([next, searched]).toEqual([null, 1])
    expect(actions).toContain('re-keyed')
  })

  test('is filtered by action, by text, by time, and by all of them', async () => {
    const paths = async (query: string) => (await read(query)).entries.map(({ action }) => action)
    expect(await paths('action=stored,removed')).toEqual(['removed', 'stored'])
    expect(await paths(`search=${encodeURIComponent('äNDERUNG')}`)).toEqual(['renamed', 'changed'])
    expect(await paths('search=object%20key')).toEqual(['failed'])
    expect(await paths('search=aws_s3')).toEqual(['failed', 'stored'])
    const then = new Date(one.drive.now - 30_000).toISOString()
    expect(await paths(`to=${then}`)).toEqual(['failed', 'stored'])
    expect(await paths(`from=${then}`)).toEqual(['removed', 'renamed', 'changed'])
    expect(await paths(`from=${then}&action=changed`)).toEqual(['changed'])
  })

  test('an action that there is not is refused', async () => {
    const { status, body } = await one.browser.get('/api/activity?action=stored,exploded')
    expect([status, body.errors]).toEqual([400, [{ field: 'action', message: expect.stringContaining('stored') }]])
  })
})

test('a long log comes page by page, each line once', async () => {
  await writeLines(2500)
  for (const query of ['', `from=${new Date(one.drive.now - 1000).toISOString()}`]) {
    const ids: number[] = []
    for (let next: string | null = ''; next !== null; ) {
      const page: Page = await read(`limit=400&${query}${next === '' ? '' : `&cursor=${next}`}`)
      ids.push(...page.entries.map(({ id }) => id))
      next = page.next
    }
    expect(ids).toEqual(ids.toSorted((a, b) => b - a))
    expect(new Set(ids).size).toBe(2500)
  }
})

describe('the export', () => {
  test('is CSV that no spreadsheet takes for a formula, whatever files are called', async () => {
    await one.drive.see(Object.fromEntries(EVIL.map((name, i) => [`${i}`, { name }])))
    await one.drive.settle()
    const { headers, text } = await one.browser.get('/api/activity/export')
    expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
    expect(headers['content-disposition']).toMatch(/^attachment; filename="drivekeep-activity-\d{4}-\d\d-\d\d\.csv"$/)
    expect(headers['x-evil']).toBeUndefined()
    const rows = readCsv(text)
    expect(rows[0]).toEqual([
      ...[
        'id',
        'at',
        'action',
        'source',
        'drive_id',
        'path',
        'destination',
        'fault',
        'message',
        'bytes',
        'duration_ms',
      ],
    ])
    expect(
      rows
        .slice(1)
        .map((row) => row[5])
        .toSorted(),
    ).toEqual(
      [
        '\'=cmd|"/c calc"!A1',
        "'+1",
        "'-1",
        "'@sum",
        'line\r\nX-Evil: 1',
        '"quoted", comma',
        '<script>x</script>',
      ].toSorted(),
    )
  })

  test('is JSON Lines, as the names are', async () => {
    await one.drive.see(Object.fromEntries(EVIL.map((name, i) => [`${i}`, { name }])))
    await one.drive.settle()
    const { headers, text } = await one.browser.get('/api/activity/export?format=jsonl&action=stored')
    expect(headers['content-type']).toBe('application/jsonl; charset=utf-8')
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map(({ path }) => path).toSorted()).toEqual(EVIL.toSorted())
    expect(lines[0]).toMatchObject({
      action: 'stored',
      destination: 'aws_s3',
      duration_ms: 7,
      source: one.drive.source,
    })
  })

  test('of a long log is read as it is taken, and no further', async () => {
    await writeLines(10_000)
    const question = { actions: null, search: null, from: null, to: null }
    const pace = { now: () => 0, sliceMs: 1000, breathe: async () => {} }
    const lines = exportedLines(one.drive.db, question, 'jsonl', pace, new AbortController().signal)
    let text = (await lines.next()).value ?? ''
    await one.drive.db.deleteFrom('sync_logs').execute()
    for await (const more of lines) text += more
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(1000)
  })

  test('of a long log is whole, and one that nobody reads to its end is given up', async () => {
    await writeLines(20_000)
    const cookie = [...one.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const asked = request(`${one.server.url}/api/activity/export`, { headers: { cookie } }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    await once(answer, 'readable')
    answer.destroy()
    const whole = await one.browser.get('/api/activity/export')
    expect(readCsv(whole.text)).toHaveLength(20_001)
    expect(one.server.logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
  })
})

test('the cycles that did something come newest first, page by page', async () => {
  const cycle = {
    source_id: one.drive.source,
    started_at: timeText(one.drive.now),
    ended_at: timeText(one.drive.now + 1000),
    result: 'done' as const,
    fault: null,
    ...{ seen: 1, synced: 1, skipped: 0, moved: 0, failed: 0, retrying: 0, bytes: 5, api_calls: 2, storage_calls: 1 },
  }
  await one.drive.db
    .insertInto('cycles')
    .values([cycle, { ...cycle, synced: 2 }, { ...cycle, synced: 3 }])
    .execute()
  const first = await one.browser.get<{ cycles: { synced: number }[]; next: string }>('/api/cycles?limit=2')
  expect(first.body.cycles.map(({ synced }) => synced)).toEqual([3, 2])
  const rest = await one.browser.get<{ cycles: unknown[]; next: null }>(`/api/cycles?limit=2&cursor=${first.body.next}`)
  expect(rest.body).toMatchObject({ cycles: [{ synced: 1, source: one.drive.source, api_calls: 2 }], next: null })
})

/** RFC 4180, as strictly as it is written. */
function readCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy
  for (let match = cell.exec(text); match !== null; match = cell.exec(text)) {
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === ',') continue
    rows.push(row)
    row = []
    if (cell.lastIndex === text.length) return rows
  }
  throw new Error(`no CSV at ${JSON.stringify(text.slice(cell.lastIndex, cell.lastIndex + 100))}`)
}
