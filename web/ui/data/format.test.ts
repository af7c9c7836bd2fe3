import { expect, test } from 'vitest'
import {
  ago,
  bytes,
  bytesOnAxis,
  day,
  duration,
  exactBytes,
  nameAndFolder,
  percent,
  plural,
  roughly,
} from './format.ts'

test.each([
  [0, '0 B'],
  [1, '1 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1234, '1.2 kB'],
  [99_960, '100 kB'],
  [999_499, '999 kB'],
  [999_500, '1 MB'],
  [1_288_490_188, '1.3 GB'],
  [1_500_000_000_000, '1.5 TB'],
  [9e18, '9,000 PB'],
])('%d bytes are written %s', (count, text) => expect(bytes(count)).toBe(text))

test('sizes on an axis are in one unit, and no two read alike', () => {
  expect(bytesOnAxis([0, 20e6, 40e6])).toEqual(['0 MB', '20 MB', '40 MB'])
  expect(bytesOnAxis([2.1e6, 2.15e6, 2.2e6])).toEqual(['2.10 MB', '2.15 MB', '2.20 MB'])
  expect(bytesOnAxis([0, 0.5, 1])).toEqual(['0.0 B', '0.5 B', '1.0 B'])
  expect(bytesOnAxis([84_231_000_000, 84_232_000_000])).toEqual(['84.231 GB', '84.232 GB'])
  expect(bytesOnAxis([0])).toEqual(['0 B'])
})

test('exact bytes', () => expect(exactBytes(1_288_490_188)).toBe('1,288,490,188 bytes'))

test.each([
  [0, '0 files'],
  [1, '1 file'],
  [12_431, '12,431 files'],
])('%d is %s', (count, text) => expect(plural(count, 'file')).toBe(text))

test.each([
  [1, '100 %'],
  [0.999999, '99.99 %'],
  [0.5, '50.0 %'],
  [0.98765, '98.7 %'],
  [0.00001, '0.01 %'],
  [0, '0 %'],
])('a share of %d is %s, and never whole before it is', (share, text) => expect(percent(share)).toBe(text))

test.each([
  [-3, '0 s'],
  [8.9, '8 s'],
  [60, '1 min'],
  [125, '2 min 5 s'],
  [3600 * 76, '3 d 4 h'],
  [86_400 + 59, '1 d'],
])('%d seconds last %s', (seconds, text) => expect(duration(seconds)).toBe(text))

test.each([
  [20, 'less than a minute'],
  [80, 'about 1 minute'],
  [300, 'about 5 minutes'],
  [7300, 'about 2 hours'],
  [86_400 * 3, 'about 3 days'],
])('%d seconds are %s', (seconds, text) => expect(roughly(seconds)).toBe(text))

const NOW = Date.parse('2026-03-12T12:00:00Z')
test.each([
  [2, 'just now', 'just now'],
  [40, '40 seconds ago', '40 s ago'],
  [61, '1 minute ago', '1 min ago'],
  [7200, '2 hours ago', '2 h ago'],
  [86_400 * 3, '3 days ago', '3 days ago'],
  [-300, 'in 5 minutes', 'in 5 min'],
])('%d seconds before now is %s', (seconds, long, short) => {
  const at = new Date(NOW - seconds * 1000).toISOString()
  expect(ago(at, NOW)).toBe(long)
  expect(ago(at, NOW, 'short')).toBe(short)
})

test('what is longer ago than a month is a date', () => {
  const at = '2025-12-24T12:00:00Z'
  expect(ago(at, NOW)).toBe(day(at))
  expect(day(at)).toBe('24 Dec 2025')
})

test('a path is a name in a folder', () => {
  expect(nameAndFolder('Reports/2026/ten.pdf')).toEqual({ name: 'ten.pdf', folder: 'Reports/2026/' })
  expect(nameAndFolder('ten.pdf')).toEqual({ name: 'ten.pdf', folder: '' })
})
