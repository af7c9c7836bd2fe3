import { afterEach, beforeEach, expect, test } from 'vitest'
import { choose } from '../../src/catalog/operator.ts'
import { timeText } from '../../src/catalog/times.ts'
import { EventReader } from './event-reader.ts'
import { FiguresServer } from './figures.ts'

let one: FiguresServer
const readers: EventReader[] = []
beforeEach(async () => {
  one = await FiguresServer.start()
})
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close()
  await one[Symbol.asyncDispose]()
})

async function listen(query = '', headers: Record<string, string> = {}, lazy = false): Promise<EventReader> {
  const cookie = [...one.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const reader = await EventReader.open(`${one.server.url}/api/events${query}`, { cookie, ...headers }, { lazy })
  readers.push(reader)
  return reader
}

/** A second goes by. */
async function beat(ms = 1000): Promise<void> {
  one.server.parts.clock.time += ms
  await one.figures.hub.beat()
}

async function writeLines(count: number, path = 'x'): Promise<number> {
  const line = { timestamp: timeText(one.drive.now), action: 'stored', destination: 'aws_s3' }
  const lines = Array.from({ length: count }, (_, i) => ({ ...line, path: `${path}${i}` }))
  await one.drive.db.insertInto('sync_logs').values(lines).execute()
  const { id } = await one.drive.db.selectFrom('sync_logs').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow()
  return id
}

test('who listens is told how things stand at once, and from then on what changes', async () => {
  const reader = await listen()
  expect(reader.status).toBe(200)
  expect(reader.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  expect(await reader.next()).toMatchObject({ event: 'status', id: '0', data: { state: 'stopped', files_total: 0 } })

  await one.drive.see({ 'a.txt': {} })
  await one.drive.settle()
  await beat()
  const activity = await reader.next()
  expect(activity).toMatchObject({
    event: 'activity',
    data: { action: 'stored', path: 'a.txt', destination: 'aws_s3' },
  })
  expect(activity.id).toBe(String(activity.data.id))
  expect(activity.data.file).toBe(await one.drive.id('a.txt'))
  expect(await reader.next()).toMatchObject({ event: 'status', data: { files_synced: 1 } })

  one.world.progress = { ...one.world.progress, in_flight: 2 }
  await beat()
  expect(await reader.next()).toMatchObject({ event: 'progress', data: { in_flight: 2 } })

  await choose(one.drive.db, 'paused', one.drive.now)
  await beat()
  expect(await reader.next()).toMatchObject({ event: 'status', data: { desired: 'paused' } })
})

test('nothing is said twice, but a status now and then, so that silence means a broken stream', async () => {
  const reader = await listen()
  await reader.next()
  await beat() // the first one for all
  await beat(0)
  await reader.next()
  for (let second = 0; second < 9; second++) await beat()
  expect(reader.waiting).toEqual([])
  await beat()
  expect(await reader.next()).toMatchObject({ event: 'status' })
})

test.each(['header', 'address'])('after a break it goes on behind the last that was told, by the %s', async (by) => {
  const last = await writeLines(3)
  await writeLines(2, 'missed ')
  const reader =
    by === 'header'
      ? await listen('?last_event_id=1', { 'last-event-id': `${last}` })
      : await listen(`?last_event_id=${last}`)
  expect((await reader.next()).id).toBe(`${last}`)
  expect((await reader.next()).data.path).toBe('missed 0')
  expect((await reader.next()).data.path).toBe('missed 1')
  await beat()
  await writeLines(1, 'later ')
  await beat()
  expect((await reader.next('activity')).data.path).toBe('later 0')
})

test('where too much happened, the newest is told and the gap is said', async () => {
  const reader = await listen('?last_event_id=0')
  await reader.next()
  await writeLines(1000)
  await beat()
  expect(await reader.next()).toMatchObject({ event: 'gap', data: { omitted: 900 } })
  for (let i = 900; i < 1000; i++) expect((await reader.next()).data.path).toBe(`x${i}`)
  const late = await listen('?last_event_id=950')
  expect(await late.next()).toMatchObject({ event: 'status', id: '950' })
  for (let i = 950; i < 1000; i++) expect((await late.next()).data.path).toBe(`x${i}`)
})

test('a log that was begun anew is a gap, and goes on', async () => {
  const reader = await listen('?last_event_id=5000')
  await reader.next()
  expect(await reader.next()).toMatchObject({ event: 'gap' })
  await writeLines(3)
  await beat()
  expect((await reader.next('activity')).data.path).toBe('x0')
  await one.drive.db.deleteFrom('sync_logs').execute()
  await beat()
  expect(await reader.next('gap')).toBeDefined()
  await writeLines(1, 'anew ')
  await beat()
  expect((await reader.next('activity')).data.path).toBe('anew 0')
})

test('names from Drive break out of no frame', async () => {
  const reader = await listen()
  const name = 'a\n\nevent: status\ndata: {}\r\n\u2028<script>'
  await one.drive.see({ odd: { name } })
  await one.drive.settle()
  await beat()
  expect((await reader.next('activity')).data.path).toBe(name)
})

test('two hundred listen, and the catalog is asked once for all of them', async () => {
  const all = await Promise.all(Array.from({ length: 200 }, () => listen()))
  expect(one.figures.hub.size).toBe(200)
  await writeLines(1)
  await beat()
  for (const reader of all) expect((await reader.next('activity')).data.path).toBe('x0')
  for (const reader of all.splice(0, 199)) reader.close()
  await until(() => one.figures.hub.size === 1)
})

test('more than are bearable are refused, and told so', async () => {
  const sockets = Array.from({ length: 500 }, () => listen())
  await Promise.all(sockets)
  const reader = await listen()
  expect(reader.status).toBe(503)
  expect(reader.headers['content-type']).toMatch(/^application\/problem\+json/)
})

test('one that does not read is passed over, and told the latest when it reads again', async () => {
  const slow = await listen('', {}, true)
  const quick = await listen()
  const long = 'x'.repeat(30_000)
  // More than all buffers between the two take.
  for (let i = 0; i < 20; i++) {
    await writeLines(100, `${long} ${i} `)
    await beat()
    for (let told = 0; told < 100; told++) await quick.next('activity')
  }
  slow.read()
  await until(async () => {
    await beat()
    return slow.waiting.some(({ event }) => event === 'gap')
  })
  await writeLines(1, 'at last ')
  await until(async () => {
    await beat()
    return slow.waiting.some(({ data }) => data.path === 'at last 0')
  })
})

test('one that takes nothing for a minute is ended', async () => {
  await listen('', {}, true)
  const long = 'x'.repeat(30_000)
  for (let i = 0; i < 20; i++) {
    await writeLines(100, `${long} ${i} `)
    await beat()
  }
  await beat(60_000)
  await until(() => one.figures.hub.size === 0)
})

test('a stream ends with the session', async () => {
  const reader = await listen()
  await reader.next()
  expect((await one.browser.delete('/api/session')).status).toBe(200)
  await one.server.parts.access.openCalls.review()
  await reader.ended()
  await until(() => one.figures.hub.size === 0)
})

test('nobody listens who is not signed in', async () => {
  expect((await one.server.client().get('/api/events')).status).toBe(401)
})

test('streams end with the server', async () => {
  const reader = await listen()
  await reader.next()
  one.figures.close()
  await reader.ended()
  expect((await one.browser.get('/api/events')).status).toBe(503)
})

test('a catalog that cannot be read for a moment breaks no stream', async () => {
  const reader = await listen()
  await reader.next()
  await one.drive.db.schema.alterTable('sync_logs').renameTo('elsewhere').execute()
  await beat()
  expect(one.world.failures).toHaveLength(1)
  await one.drive.db.schema.alterTable('elsewhere').renameTo('sync_logs').execute()
  await writeLines(1)
  await beat()
  expect((await reader.next('activity')).data.path).toBe('x0')
})

/** Sockets close and drain in their own time. */
async function until(reached: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await reached())) await new Promise((resolve) => setImmediate(resolve))
}
