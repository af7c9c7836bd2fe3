import { expect, test } from 'vitest'
import { CallError } from '../../../server/call.ts'
import { comparedWith, matchedWords, patternComplaint, searchedWords } from './preview-words.ts'

const found = (matched: number, more = {}) => ({
  matched,
  bytes: matched * 1e6,
  searched: 12_431,
  complete: true,
  ...more,
})

test.each([
  [found(1204), '1,204 of 12,431 files are skipped: 1.2 GB.'],
  [found(1), '1 of 12,431 files is skipped: 1 MB.'],
  [found(0), 'No file is skipped.'],
  [found(5, { complete: false }), 'At least 5 of 12,431 files are skipped: 5 MB.'],
  [found(0, { complete: false }), 'No file has been found that is skipped.'],
  [found(0, { searched: 0 }), 'Nothing is known of the drive yet.'],
])('%j: %s', (counted, words) => expect(matchedWords(counted)).toBe(words))

test('what was not looked at is said', () => {
  expect(searchedWords(found(1, { complete: false }))).toContain('12,431 files that were looked at')
  expect(searchedWords(found(1))).toBe('Of every file that is known.')
})

test('a change is compared with what is saved', () => {
  expect(comparedWith(found(12), found(10))).toContain('2 files more than now (2 MB)')
  expect(comparedWith(found(9), found(10))).toContain('1 file fewer than now (1 MB)')
  expect(comparedWith(found(10), found(10))).toBe('As many as now.')
  expect(comparedWith(found(10), found(10, { searched: 3 }))).toBeNull()
})

test('a pattern that cannot be is named', () => {
  const errors = [{ field: 'patterns[2]', message: 'is no pattern. Close its brackets.' }]
  const problem = { type: 'about:blank', title: '', status: 422, detail: '', errors }
  expect(patternComplaint(new CallError(422, problem, ''), ['*.tmp', '[a'])).toBe(
    '“[a” is no pattern. Close its brackets.',
  )
  expect(patternComplaint(new CallError(0, null, ''), ['*.tmp'])).toBeNull()
  expect(patternComplaint(null, [])).toBeNull()
})
