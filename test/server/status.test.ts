import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FAULTS, Fault } from '../../src/backup/model/faults.ts'
import { registerDestinations } from '../../src/catalog/destinations.ts'
import { enterDaemon, operator, readDaemon } from '../../src/catalog/operator.ts'
import { addMetrics } from '../../src/catalog/read/metrics.ts'
import { saveStartFault } from '../../src/catalog/settings.ts'
import { recordCycle } from '../../src/catalog/sources.ts'
import type { Status } from '../../src/server/contract/status.ts'
import { FiguresServer } from './figures.ts'

let one: FiguresServer
beforeEach(async () => {
  one = await FiguresServer.start()
  one.server.parts.clock.time = Date.parse('2031-05-05T10:00:00Z')
  one.browser.cookies.clear()
  await one.server.signIn('operator', one.browser)
})
afterEach(() => one[Symbol.asyncDispose]())

const COUNTS = { seen: 1, synced: 1, skipped: 0, moved: 0, failed: 0, retrying: 0, bytes: 10 }

/** A daemon that was started and has come to where the operator wants it. */
async function daemonRuns(): Promise<void> {
  const { db, clock } = one.server.parts
  await enterDaemon(db, { autoStart: true, pid: 1, now: clock.now() })
  await operator(db, () => clock.now()).report('running')
}

async function cycleEnded(): Promise<void> {
  const { db, clock } = one.server.parts
  const result = { end: 'done', fault: null, partly: false, ...COUNTS } as const
  const times = { kind: 'check', startedAt: clock.now() - 1000, endedAt: clock.now() } as const
  await recordCycle(db, one.drive.source, result, { ...times, apiCalls: 3, storageCalls: 1 })
}

async function status(): Promise<Status> {
  const { status, body, text } = await one.browser.get<Status>('/api/status')
  expect(status, text).toBe(200)
  return body
}

describe('status', () => {
  test('before anything has happened', async () => {
    expect(await status()).toMatchObject({
      state: 'stopped',
      desired: null,
      version: '1.2.3',
      uptime: null,
      health: 'idle',
      files_total: 0,
      coverage: null,
      last_success: null,
      outage: null,
      outages: [],
      mass_changes: [],
      problems: 0,
      estimated_end: null,
      last_error: null,
    })
    one.world.setUp = false
    expect((await status()).health).toBe('not-set-up')
  })

  test('the statistics of the guide, and what is and is not protected', async () => {
    await daemonRuns()
    await one.drive.see({ 'a.txt': { size: 100 }, 'sub/b.txt': { size: 50 }, 'big.iso': {}, 'bad.txt': {} })
    await one.drive.settle({
      'big.iso': { status: 'skipped', reason: 'too-large' },
      'bad.txt': { status: 'failed', fault: 'storage/key-refused', nextAttempt: null },
    })
    await cycleEnded()
    one.server.parts.clock.time += 90_000
    expect(await status()).toMatchObject({
      state: 'running',
      uptime: 90,
      started_at: '2031-05-05T10:00:00.000Z',
      as_of: '2031-05-05T10:01:30.000Z',
      health: 'attention',
      files_total: 5,
      files_synced: 3,
      pending: 0,
      failed: 1,
      skipped: 1,
      total_size: 150,
      coverage: 0.75,
      oldest_unprotected: '2031-05-05T10:00:00.000Z',
      last_stored_at: '2031-05-05T10:00:00.000Z',
      last_success: '2031-05-05T10:00:00.000Z',
      last_error: {
        path: 'bad.txt',
        fault: 'storage/key-refused',
        destination: 'aws_s3',
        message: 'bad.txt: storage does not accept this object key.',
        at: '2031-05-05T10:00:00.000Z',
      },
    })
  })

  test('when all is stored it is protected, and coverage is 1', async () => {
    await daemonRuns()
    await one.drive.see({ 'a.txt': {} })
    await one.drive.settle()
    await cycleEnded()
    expect(await status()).toMatchObject({ health: 'protected', coverage: 1, oldest_unprotected: null })
  })

  test('what stands in the way is told with what to do, and mended outage is gone', async () => {
    await daemonRuns()
    await cycleEnded()
    await one.drive.outage({ source: one.drive.source }, new Fault('google/sign-in-ended', 'Google Drive'))
    expect(await status()).toMatchObject({
      health: 'attention',
      outage: {
        fault: 'google/sign-in-ended',
        message: 'owner@example.com: Google says the sign-in has ended (invalid_grant).',
        hint: expect.stringMatching(/^Sign in again/),
        needs_operator: true,
      },
    })
    await one.drive.outage({ source: one.drive.source }, new Fault('google/unreachable', 'Google Drive'))
    expect(await status()).toMatchObject({ health: 'waiting', outage: { needs_operator: false } })
    await one.drive.outage({ source: one.drive.source }, null)
    expect(await status()).toMatchObject({ health: 'protected', outage: null })
  })

  test('with two of three destinations down it names the right ones, the worst first', async () => {
    await daemonRuns()
    for (const name of ['nas', 'eu_provider']) await one.drive.addDestination(name)
    await one.drive.see({ 'a.txt': {} })
    await one.drive.settle()
    await cycleEnded()
    const since = one.drive.now
    await one.drive.outage({ destination: 'nas' }, new Fault('storage/unreachable', 'x', { detail: 'ECONNREFUSED' }))
    await one.drive.outage({ destination: 'eu_provider' }, new Fault('storage/access-denied', 'x'))
    const found = await status()
    expect(found).toMatchObject({
      health: 'attention',
      outage: { fault: 'storage/access-denied' },
      problems: 2,
      sources: ['owner@example.com'],
      destinations: ['aws_s3', 'nas', 'eu_provider'],
    })
    expect(found.outages).toEqual([
      expect.objectContaining({ kind: 'destination', name: 'eu_provider', needs_operator: true, detail: null }),
      {
        kind: 'destination',
        name: 'nas',
        fault: 'storage/unreachable',
        title: FAULTS['storage/unreachable'].title,
        message: 'nas: storage cannot be reached.',
        detail: 'ECONNREFUSED',
        hint: FAULTS['storage/unreachable'].hint,
        needs_operator: false,
        since: new Date(since).toISOString(),
        next_try: new Date(since + 60_000).toISOString(),
        tries: 1,
      },
    ])
  })

  test('an outage that has lasted for a day needs somebody, whatever it is', async () => {
    await daemonRuns()
    await cycleEnded()
    const day = 24 * 60 * 60 * 1000
    const down = new Fault('storage/unreachable', 'x')
    await one.drive.outage({ destination: 'aws_s3' }, down, { since: one.drive.now - day + 60_000 })
    expect(await status()).toMatchObject({ health: 'waiting', outages: [{ needs_operator: false }] })
    one.server.parts.clock.time += 60_000
    expect(await status()).toMatchObject({ health: 'attention', outages: [{ needs_operator: true }] })
  })

  test('what keeps the daemon from its work comes before all else', async () => {
    await daemonRuns()
    await cycleEnded()
    const fault = new Fault('local/settings-unusable', 'config.yaml', { detail: 'sync: unknown key' })
    await saveStartFault(one.drive.db, fault, one.drive.now)
    expect((await status()).outages).toMatchObject([
      { kind: 'daemon', name: 'config.yaml', detail: 'sync: unknown key', needs_operator: true, next_try: null },
    ])
  })

  test('what a new destination lacks is still being worked out', async () => {
    await daemonRuns()
    await one.drive.see({ 'a.txt': {} })
    await one.drive.settle()
    await cycleEnded()
    await registerDestinations(one.drive.db, [
      { name: 'aws_s3', address: 's3://aws_s3 at https://storage.example' },
      { name: 'new', address: 's3://new' },
    ])
    expect(await status()).toMatchObject({ filling: true, health: 'working' })
  })

  test('the end of the first backup is foretold by what was copied of late', async () => {
    await daemonRuns()
    const names = Array.from({ length: 100 }, (_, i) => [`${i}.bin`, { size: 1000 }] as const)
    await one.drive.see(Object.fromEntries(names))
    expect((await status()).estimated_end).toBeNull()
    const copied = { files: 60, bytes: 6000, failures: 0, api_calls: 0, storage_calls: 0, quota_units: 0 }
    await addMetrics(one.drive.db, copied, one.drive.now)
    one.server.parts.clock.time += 60_000
    // 100 bytes a second, and 100,000 to go.
    expect((await status()).estimated_end).toBe(new Date(one.drive.now + 1_000_000).toISOString())
    await one.drive.settle()
    await cycleEnded()
    expect((await status()).estimated_end).toBeNull()
  })

  test('what goes on is passed on as the daemon told it', async () => {
    one.world.progress = { ...one.world.progress, in_flight: 3, bytes_per_second: 12.5 }
    expect((await status()).progress).toEqual(one.world.progress)
  })
})

test('health answers anybody, and says nothing about files', async () => {
  await daemonRuns()
  one.server.parts.clock.time += 5000
  const { status, body } = await one.server.client().get('/api/health')
  expect([status, body]).toEqual([200, { status: 'ok', state: 'running', uptime: 5 }])
})

describe('control', () => {
  async function click(verb: string) {
    const { status, body } = await one.browser.post<{ state?: string; message?: string; detail?: string }>(
      `/api/sync/${verb}`,
    )
    const { desired } = (await readDaemon(one.drive.db)) ?? {}
    return [status, status === 200 ? body.state : 'refused', desired]
  }

  test('each control works where it makes sense, and says why where it does not', async () => {
    await daemonRuns()
    expect(await click('start')).toEqual([409, 'refused', 'running'])
    expect(await click('now')).toEqual([200, 'running', 'running'])
    expect(await click('pause')).toEqual([200, 'paused', 'paused'])
    expect(await click('pause')).toEqual([409, 'refused', 'paused'])
    expect(await click('now')).toEqual([409, 'refused', 'paused'])
    expect(await click('resume')).toEqual([200, 'running', 'running'])
    expect(await click('stop')).toEqual([200, 'stopped', 'stopped'])
    expect(await click('resume')).toEqual([409, 'refused', 'stopped'])
    expect(await click('start')).toEqual([200, 'running', 'running'])
    const { body, headers } = await one.browser.post('/api/sync/start')
    expect(headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(body).toMatchObject({ status: 409, detail: 'It is running already.' })
  })

  test('of two clicks at once one is done and the other refused', async () => {
    await daemonRuns()
    const answers = await Promise.all([click('pause'), click('pause')])
    expect(answers.map(([status]) => status).toSorted()).toEqual([200, 409])
  })

  test('nothing is started before it is set up', async () => {
    one.world.setUp = false
    expect(await click('start')).toEqual([409, 'refused', undefined])
  })

  test('a status read behind a click shows what was chosen', async () => {
    await daemonRuns()
    await click('pause')
    expect(await status()).toMatchObject({ desired: 'paused', health: 'idle' })
  })

  test('who may only read may control nothing', async () => {
    const viewer = await one.server.signedIn('viewer')
    expect((await viewer.post('/api/sync/stop')).status).toBe(403)
    expect((await viewer.get('/api/status')).status).toBe(200)
  })
})

test.each([
  ['hour', 60, 60],
  ['day', 3600, 24],
  ['month', 86_400, 31],
])(
  'figures over the last %s come in steps of %i seconds, with gaps where the daemon was off',
  async (range, step, steps) => {
    const sums = { files: 2, bytes: 30, failures: 1, api_calls: 4, storage_calls: 5, quota_units: 600 }
    await addMetrics(one.drive.db, sums, one.drive.now)
    const { body } = await one.browser.get<Record<string, unknown[]>>(`/api/metrics?range=${range}`)
    expect(body.step).toBe(step)
    expect(body.times).toHaveLength(steps)
    expect(body.times?.at(-1)).toBe(range === 'month' ? '2031-05-05T00:00:00.000Z' : '2031-05-05T10:00:00.000Z')
    const last = Object.fromEntries(
      Object.entries(body).flatMap(([name, all]) => (name === 'step' ? [] : [[name, all.at(-1)]])),
    )
    expect(last).toMatchObject({ files: 2, bytes: 30, failures: 1, quota_units: 600, files_total: 0, bytes_stored: 0 })
    expect(body.files?.slice(0, -1).every((value) => value === null)).toBe(true)
  },
)
