import { expect, test } from 'vitest'
import { ROUTES } from '../../../../src/server/contract/index.ts'
import { aboutInWords, actionInWords, hasWords, whoIn } from './audit-words.ts'

test('every call that stands in the log has its words', () => {
  const logged = ROUTES.filter(({ route }) => route.changes ?? route.method !== 'GET').map(({ id }) => id)
  expect(logged.filter((id) => !hasWords(id))).toEqual([])
})

test('one of another version is spelled out', () => {
  expect(actionInWords('signIn')).toBe('Sign in')
  expect(actionInWords('someNewCall')).toBe('Some new call')
})

test('what it was about, and nobody is named twice', () => {
  const entry = { action: 'createUser', actor: 'ana', subject: 'ben', detail: 'as viewer', outcome: 'done' } as const
  expect([whoIn(entry), aboutInWords(entry)]).toEqual(['ana', 'ben: as viewer'])
  const signOut = { ...entry, action: 'signOut', subject: 'ana', detail: null }
  expect([whoIn(signOut), aboutInWords(signOut)]).toEqual(['ana', ''])
  const signIn = { ...signOut, action: 'signIn', actor: null }
  expect([whoIn(signIn), aboutInWords(signIn)]).toEqual(['ana', ''])
  const stranger = { ...signIn, subject: null, detail: 'wrong password', outcome: 'refused' } as const
  expect([whoIn(stranger), aboutInWords(stranger)]).toEqual([null, 'wrong password'])
})
