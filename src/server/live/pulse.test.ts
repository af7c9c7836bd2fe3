import { afterEach, beforeEach, expect, test } from 'vitest'
import { KnownDrive } from '../../../test/server/known-drive.ts'
import type { Outcome } from '../../backup/model/catalog.ts'
import { Fault } from '../../backup/model/faults.ts'
import { readMetrics } from '../../catalog/read/metrics.ts'
import type { Progress } from '../contract/status.ts'
import { Pulse, type PulseParts } from './pulse.ts'

const START = Date.parse('2026-11-22T10:00:00.000Z')
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let time: number
let drive: KnownDrive
let posted: Progress[]
let costs: { apiCalls: number; storageCalls: number; unitsUsed: number; unitsPerMinute: number } | null
let faults: unknown[]
beforeEach(async () => {
  time = START
  posted = []
  faults = []
  costs = { apiCalls: 0, storageCalls: 0, unitsUsed: 0, unitsPerMinute: Number.POSITIVE_INFINITY }
  drive = await KnownDrive.open({ now: () => time })
})
afterEach(() => drive[Symbol.asyncDispose]())

function startPulse(more: Partial<PulseParts> = {}): Pulse {
  return new Pulse({
    db: drive.db,
    now: () => time,
    costs: () => costs,
    post: (progress) => posted.push(progress),
    failed: (error) => faults.push(error),
    ...more,
  })
}

/** Lets time go by, with a tick each second; over long times with one each minute. */
async function pass(pulse: Pulse, ms: number, every = ms > HOUR ? MINUTE : SECOND): Promise<void> {
  for (const end = time + ms; time < end; ) {
    time += every
    await pulse.tick()
  }
}

function done(row: number, size: number, end: Outcome['end'] = { status: 'synced' }) {
  const file = { row, source: 1 } as Outcome['file']
  const copies = end.status === 'synced' ? [{ stored: { size } } as Outcome['copies'][number]] : []
  const faults = 'fault' in end ? [{ destination: 'home', fault: end.fault }] : []
  const outcome = { file, copies, moves: 0, faults, took: 5, end }
  return { type: 'file-done', outcome } as const
}

const ME = { id: 1, name: 'me', cursor: null, scan: null, reconcileAt: null, scannedAt: null, rootId: 'root' }
const STARTED = { type: 'cycle-started', source: ME, at: START } as const
const BROKEN = {
  status: 'failed',
  fault: new Fault('storage/key-refused', 'x'),
  attempts: 1,
  nextAttempt: null,
} as const

test('what goes on is told once a second, and not again while nothing changes', async () => {
  const pulse = startPulse()
  await pulse.tick()
  posted.length = 0
  await pass(pulse, 5 * SECOND)
  expect(posted).toEqual([])

  pulse.tell(STARTED)
  pulse.tell({ type: 'seen', source: 1, items: 3 })
  for (const row of [1, 2, 3]) pulse.tell({ type: 'transfer-started', row, path: `file ${row}`, size: 8_000_000 })
  pulse.tell({ type: 'transfer-progress', row: 2, bytes: 4_000_000 })
  pulse.tell(done(1, 8_000_000))
  pulse.tell(done(3, 0, BROKEN))
  await pass(pulse, SECOND)
  expect(posted).toEqual([
    {
      cycle: {
        source: 'me',
        started_at: '2026-11-22T10:00:00.000Z',
        ...{ seen: 3, synced: 1, moved: 0, skipped: 0, failed: 1, bytes: 8_000_000 },
      },
      transfers: [
        { file: 2, path: 'file 2', size: 8_000_000, bytes: 4_000_000, started_at: '2026-11-22T10:00:05.000Z' },
      ],
      in_flight: 1,
      bytes_per_second: 12_000_000,
      files_per_second: 1,
      quota: { units_per_minute: 0, limit_per_minute: null },
    },
  ])
})

test('rates are of the last ten seconds, and fall to nothing when nothing moves', async () => {
  const pulse = startPulse()
  for (let second = 0; second < 30; second++) {
    for (let i = 0; i < 100; i++) pulse.tell(done(i, 50))
    await pass(pulse, SECOND)
  }
  expect(posted.at(-1)?.files_per_second).toBeCloseTo(100, -1)
  expect(posted.at(-1)?.bytes_per_second).toBeCloseTo(5000, -3)
  await pass(pulse, 10 * SECOND)
  expect(posted.at(-1)).toMatchObject({ files_per_second: 0, bytes_per_second: 0 })
})

test('bytes of a file that is read twice, for two destinations, count as often as they are stored', async () => {
  const pulse = startPulse()
  pulse.tell({ type: 'transfer-started', row: 1, path: 'a', size: 100 })
  for (const bytes of [50, 90, 50, 90]) pulse.tell({ type: 'transfer-progress', row: 1, bytes })
  const twice = done(1, 100)
  pulse.tell({ ...twice, outcome: { ...twice.outcome, copies: [...twice.outcome.copies, ...twice.outcome.copies] } })
  await pass(pulse, SECOND)
  expect(posted.at(-1)?.bytes_per_second).toBe(200)
})

test('memory is bounded: at most twenty transfers are told, and what was broken off is forgotten with its cycle', async () => {
  const pulse = startPulse()
  pulse.tell(STARTED)
  for (let row = 0; row < 50; row++) pulse.tell({ type: 'transfer-started', row, path: `${row}`, size: 1 })
  await pass(pulse, SECOND)
  expect(posted.at(-1)?.in_flight).toBe(50)
  expect(posted.at(-1)?.transfers.map(({ file }) => file)).toEqual(Array.from({ length: 20 }, (_, i) => i))
  const counts = { seen: 0, synced: 0, skipped: 0, moved: 0, failed: 0, retrying: 0, bytes: 0 }
  pulse.tell({
    type: 'cycle-ended',
    source: STARTED.source,
    result: { end: 'drained', fault: null, partly: false, ...counts },
  })
  await pass(pulse, SECOND)
  expect(posted.at(-1)).toMatchObject({ cycle: null, in_flight: 0, transfers: [] })
})

test('the quota is that of the last minute, also after a source has taken the place of another', async () => {
  const pulse = startPulse()
  await pulse.tick()
  costs = { apiCalls: 10, storageCalls: 0, unitsUsed: 700, unitsPerMinute: 325_000 }
  await pass(pulse, SECOND)
  expect(posted.at(-1)?.quota).toEqual({ units_per_minute: 700, limit_per_minute: 325_000 })
  costs = null
  await pass(pulse, SECOND)
  costs = { apiCalls: 1, storageCalls: 0, unitsUsed: 100, unitsPerMinute: Number.POSITIVE_INFINITY }
  await pass(pulse, SECOND)
  expect(posted.at(-1)?.quota).toEqual({ units_per_minute: 800, limit_per_minute: null })
  await pass(pulse, MINUTE)
  expect(posted.at(-1)?.quota.units_per_minute).toBe(0)
})

test('what happened is summed up by minute, hour and day, with what stood at the end', async () => {
  await using pulse = startPulse()
  await drive.see({ 'a.txt': { size: 100 }, 'b.txt': { size: 50 } })
  await drive.settle({ 'b.txt': { status: 'failed', fault: 'storage/key-refused' } })
  pulse.tell(done(1, 100))
  pulse.tell(done(2, 0, BROKEN))
  costs = { apiCalls: 5, storageCalls: 2, unitsUsed: 410, unitsPerMinute: 325_000 }
  await pass(pulse, MINUTE + 30 * SECOND)
  pulse.tell(done(3, 7))
  await pass(pulse, 15 * SECOND)

  const minutes = await readMetrics(drive.db, 'minute', 3, time)
  expect(minutes).toEqual({
    times: ['2026-11-22 09:59:00.000', '2026-11-22 10:00:00.000', '2026-11-22 10:01:00.000'],
    files: [null, 1, 1],
    bytes: [null, 100, 7],
    failures: [null, 1, 0],
    quota_units: [null, 410, 0],
    files_total: [null, 2, 2],
    files_synced: [null, 1, 1],
    bytes_stored: [null, 100, 100],
  })
  for (const resolution of ['hour', 'day'] as const) {
    const { files, bytes, quota_units } = await readMetrics(drive.db, resolution, 1, time)
    expect({ files, bytes, quota_units }).toEqual({ files: [2], bytes: [107], quota_units: [410] })
  }
  expect(faults).toEqual([])
})

test('an hour with nothing to do is a line of zeros, and a time without the daemon a gap', async () => {
  {
    await using pulse = startPulse()
    await pass(pulse, 3 * MINUTE)
  }
  time += 2 * MINUTE
  await using pulse = startPulse()
  await pass(pulse, 2 * MINUTE)
  const { files } = await readMetrics(drive.db, 'minute', 8, time)
  expect(files).toEqual([0, 0, 0, 0, null, 0, 0, 0])
})

test('a restart in the middle of a minute adds to it', async () => {
  for (const size of [100, 20]) {
    await using pulse = startPulse()
    pulse.tell(done(1, size))
    await pass(pulse, 5 * SECOND)
  }
  expect((await readMetrics(drive.db, 'minute', 1, time)).bytes).toEqual([120])
})

test('figures are kept for as long as their chart shows them, and no longer', async () => {
  const pulse = startPulse()
  await pass(pulse, 3 * DAY)
  const count = async (resolution: 'minute' | 'hour' | 'day') => {
    const rows = await drive.db.selectFrom('metrics').select('at').where('resolution', '=', resolution).execute()
    return rows.length
  }
  expect(await count('minute')).toBeLessThanOrEqual(2 * 24 * 60 + 61)
  expect(await count('hour')).toBe(73)
  expect(await count('day')).toBe(4)
  time += 63 * DAY
  await pulse.tick()
  expect(await count('minute')).toBe(1)
  expect(await count('hour')).toBe(1)
})

test('what cannot be written now is written later, and why is told', async () => {
  const pulse = startPulse()
  pulse.tell(done(1, 100))
  await drive.db.schema.alterTable('metrics').renameTo('elsewhere').execute()
  await pass(pulse, MINUTE)
  expect(faults.length).toBeGreaterThan(0)
  await drive.db.schema.alterTable('elsewhere').renameTo('metrics').execute()
  await pass(pulse, 20 * SECOND)
  expect((await readMetrics(drive.db, 'minute', 1, time)).bytes).toEqual([100])
})
