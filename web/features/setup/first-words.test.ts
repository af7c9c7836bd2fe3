import { expect, test } from 'vitest'
import { firstWords, missingIn, shareDone } from './first-words.ts'

const START = { files_synced: 0, files_total: 0, pending: 0, failed: 0, scanning: false }

test.each([
  [START, 'Starting…', 'Drivekeep asks Google for the list of your files.'],
  [{ ...START, scanning: true }, 'Reading your drive…', 'The first files appear in a moment.'],
  [
    { ...START, scanning: true, files_total: 1000, pending: 1000 },
    'Copying the first files…',
    '1,000 files found so far.',
  ],
  [
    { ...START, scanning: true, files_total: 1000, pending: 999, files_synced: 1 },
    'The first file is protected.',
    '1,000 files found so far, 999 still to copy.',
  ],
  [
    { ...START, files_total: 1200, pending: 198, files_synced: 1000, failed: 2 },
    '1,000 files are protected.',
    '1,200 files found, 198 still to copy, 2 failed.',
  ],
  [{ ...START, files_total: 1200, files_synced: 1200 }, 'Everything is protected.', '1,200 files stored and checked.'],
])('%j: %s', (status, headline, detail) => {
  expect(firstWords(status)).toEqual({ headline, detail })
})

test('what is missing is named, the first thing first', () => {
  const steps = { google: true, selection: false, destination: true, started: false }
  expect(missingIn({ steps })).toBeNull()
  expect(missingIn({ steps: { ...steps, destination: false } })).toContain('destination')
  expect(missingIn({ steps: { ...steps, google: false, destination: false } })).toContain('Google')
  expect(missingIn({ steps: null })).toContain('Google')
})

test.each([
  [null, false, 0],
  [0.5, true, 50],
  [0.5, false, 50],
  [1, true, 99],
  [0.9999, false, 99],
  [1, false, 100],
])('coverage %s, scanning %s: the bar stands at %i', (coverage, scanning, shown) => {
  expect(shareDone({ coverage, scanning })).toBe(shown)
})
