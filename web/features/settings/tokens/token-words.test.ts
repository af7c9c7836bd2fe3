import { expect, test } from 'vitest'
import { scope } from '../../../../src/server/contract/route.ts'
import { daysOf, EXPIRIES, expiryOf, SCOPES, scopesInWords } from './token-words.ts'

test('every scope of the API has its words', () => {
  expect(SCOPES).toEqual(scope.options)
  expect(scopesInWords(['control', 'read'])).toBe('May read, control')
  expect(scopesInWords([])).toContain('nothing')
})

test('an expiry is a number of days, or none', () => {
  expect(EXPIRIES.map(({ value }) => daysOf(value))).toEqual([30, 90, 365, null])
})

const NOW = Date.parse('2026-03-12T12:00:00Z')
test.each([
  [null, 'never'],
  ['2026-03-12T12:00:00Z', 'over'],
  ['2026-03-18T12:00:00Z', 'soon'],
  ['2026-03-20T12:00:00Z', 'later'],
])('one that expires %s: %s', (expires_at, standing) => expect(expiryOf({ expires_at }, NOW)).toBe(standing))
