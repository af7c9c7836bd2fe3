import { expect, test } from 'vitest'
import { inWords, points, sumInWords } from './points.ts'

const shown = points({
  step: 60,
  times: ['2026-03-12T12:00:00.000Z', '2026-03-12T12:01:00.000Z'],
  files: [38, null],
  bytes: [22_000_000, null],
  failures: [1, null],
  quota_units: [200, null],
  files_total: [100, null],
  files_synced: [99, null],
  bytes_stored: [84_200_000_000, null],
})

test('a step is said in words, also one in which nothing ran', () => {
  expect(inWords(shown[0] as never, 'hour')).toMatch(
    /^\d\d:\d\d: 38 files with 22 MB stored, 1 failure; 84\.2 GB in all\.$/,
  )
  expect(inWords(shown[1] as never, 'hour')).toMatch(/: Drivekeep did not run\.$/)
  expect(sumInWords(shown, 'hour')).toBe('In the last hour: 38 files with 22 MB stored, 1 failure.')
})
