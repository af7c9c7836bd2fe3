import { expect, test } from 'vitest'
import { Fault } from '../model/faults.ts'
import type { CycleResult } from '../model/parts.ts'
import { nextCycleAt } from './schedule.ts'

const SCHEDULE = { mode: 'realtime', intervalMs: 300_000, retryDelayMs: 30_000 } as const
const DONE: CycleResult = { end: 'done', fault: null, partly: false, seen: 0, synced: 0, skipped: 0, moved: 0, failed: 0, retrying: 0, bytes: 0 } // biome-ignore format: one value
const broken = (code: 'storage/no-bucket' | 'google/cursor-dead') => ({
  ...DONE,
  end: 'broken' as const,
  fault: new Fault(code, 'x'),
})
const wait = (schedule: Parameters<typeof nextCycleAt>[0], idle: number, failures = 0, result = DONE) =>
  nextCycleAt(schedule, { now: 1e9, lastActivity: 1e9 - idle, failures, result }) - 1e9

test('in realtime, cycles are close together after activity and drift apart to the interval', () => {
  expect(wait(SCHEDULE, 0)).toBe(5_000)
  expect(wait(SCHEDULE, 10 * 60_000)).toBe(60_000)
  expect(wait(SCHEDULE, 24 * 60 * 60_000)).toBe(300_000)
  expect(wait(SCHEDULE, Number.POSITIVE_INFINITY)).toBe(300_000)
})

test('an interval shorter than the busy pause is obeyed', () => {
  expect(wait({ ...SCHEDULE, intervalMs: 1000 }, 0)).toBe(1000)
  expect(wait({ ...SCHEDULE, mode: 'interval' }, 0)).toBe(300_000)
})

test('something broken is looked at soon, then at growing intervals, never later than the interval', () => {
  expect(wait(SCHEDULE, 0, 1, broken('storage/no-bucket'))).toBe(30_000)
  expect(wait(SCHEDULE, 0, 2, broken('storage/no-bucket'))).toBe(60_000)
  expect(wait(SCHEDULE, 0, 20, broken('storage/no-bucket'))).toBe(300_000)
  expect(wait(SCHEDULE, 0, 1, broken('google/cursor-dead'))).toBe(0)
})
