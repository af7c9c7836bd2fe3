import { expect, test } from 'vitest'
import { type PendingSignIn, PendingSignIns } from './pending-sign-ins.ts'

const pending = (session: number): PendingSignIn => ({
  session,
  source: 'google_drive',
  verifier: 'v',
  redirectUri: 'http://localhost/api/google/callback',
  clientId: 'c',
  returnTo: '/sources',
})

test('a sign-in is ended once, by the session that began it', () => {
  const all = new PendingSignIns(() => 0)
  all.add('state', pending(1))
  expect([all.take('state', 2), all.take('state', null), all.take('other', 1)]).toEqual([null, null, null])
  expect(all.take('state', 1)).toMatchObject({ session: 1, returnTo: '/sources' })
  expect(all.take('state', 1)).toBeNull()
})

test('a sign-in that nobody ends is forgotten', () => {
  let now = 0
  const all = new PendingSignIns(() => now)
  all.add('state', pending(1))
  now = 15 * 60_000
  expect(all.take('state', 1)).toBeNull()
})

test('there are never many, of one session or in all', () => {
  const all = new PendingSignIns(() => 0)
  for (let i = 0; i < 7; i++) all.add(`mine ${i}`, pending(1))
  expect([0, 1, 2, 6].map((i) => all.take(`mine ${i}`, 1) !== null)).toEqual([false, false, true, true])
  for (let i = 0; i < 101; i++) all.add(`of ${i}`, pending(100 + i))
  expect([all.take('of 0', 100), all.take('of 100', 200)?.session]).toEqual([null, 200])
})
