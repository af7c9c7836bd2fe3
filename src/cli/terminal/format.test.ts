import { expect, test } from 'vitest'
import { bytes, count, duration } from './format.ts'
import { type Progress, progressLine } from './progress-line.ts'

test('sizes have three digits at the most and no empty decimals', () => {
  const sizes = [0, 1, 1023, 1024, 1536, 102_300, 1024 ** 2 - 1, 50 * 1024 ** 3, 3 * 1024 ** 5]
  expect(sizes.map(bytes)).toEqual([
    '0 B',
    '1 B',
    '1023 B',
    '1 KiB',
    '1.5 KiB',
    '99.9 KiB',
    '1024 KiB',
    '50 GiB',
    '3 PiB',
  ])
})

test('durations name their two largest units', () => {
  const times = [-5, 0, 300, 9_949, 9_950, 61_000, 3_600_000, 3_660_000, 100 * 3_600_000]
  expect(times.map(duration)).toEqual([
    '0 s',
    '0 s',
    '0.3 s',
    '9.9 s',
    '10 s',
    '1 min 1 s',
    '1 h',
    '1 h 1 min',
    '4 d 4 h',
  ])
  expect([count(1, 'file'), count(1234, 'file'), count(2, 'copy', 'copies')]).toEqual([
    '1 file',
    '1,234 files',
    '2 copies',
  ])
})

const MIB = 1024 ** 2
const progress = (changes: Partial<Progress>): Progress => ({
  filesDone: 0,
  bytesDone: 0,
  fileRate: 0,
  byteRate: 0,
  backlog: { files: 0, bytes: 0, scanning: false, nextAttempt: null },
  pause: null,
  ...changes,
})

test('the progress line counts files and bytes, and tells the time left by whichever of both takes longer', () => {
  const backlog = { files: 750, bytes: 30 * MIB, scanning: false, nextAttempt: null }
  const known = { filesDone: 250, bytesDone: 10 * MIB, backlog }
  expect(progressLine(progress({ ...known, fileRate: 50, byteRate: MIB }), 0)).toBe(
    '[#####...............]  250/1,000 files  10 MiB/40 MiB  1 MiB/s  30 s left',
  )
  expect(progressLine(progress({ ...known, fileRate: 5, byteRate: MIB }), 0)).toContain('2 min 30 s left')
  expect(progressLine(progress({ ...known, backlog: { ...backlog, scanning: true }, byteRate: MIB }), 0)).toBe(
    '[#####...............]  250/1,000 files+  10 MiB/40 MiB+  1 MiB/s  still scanning',
  )
})

test('in a pause it says what is waited for', () => {
  const backlog = { files: 3, bytes: 0, scanning: false, nextAttempt: 12_000 }
  expect(progressLine(progress({ filesDone: 7, backlog, pause: { reason: null } }), 0)).toBe(
    '[##############......]  7/10 files  0 B/0 B  3 files wait for another attempt, the first in 12 s',
  )
  expect(progressLine(progress({ backlog, pause: { reason: 'Google cannot be reached' } }), 0)).toContain(
    'waiting: Google cannot be reached',
  )
})
