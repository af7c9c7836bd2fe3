import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { SecretBox } from '../../config/overrides/seal.ts'
import { isSameAccount } from './google-account.ts'
import { type PendingAccount, PendingAccounts } from './pending-accounts.ts'

const folder = mkdtempSync(join(tmpdir(), 'drivekeep-pending-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const box = new SecretBox({ dataDir: folder, secret: undefined })
const account = (email: string, permissionId: string | null = null) => ({ email, permissionId })
const pending = (session: number, email = 'ben@example.com'): PendingAccount => ({
  session,
  source: 'google_drive',
  clientId: 'c',
  account: account(email),
  before: account('anna@example.com'),
  refreshToken: 'the token',
})

test('a sign-in waits for its session alone, and is taken once, with its token', () => {
  const all = new PendingAccounts(() => 0, box)
  all.add(pending(1))
  const id = all.of(1)?.id ?? ''
  expect([all.of(2), all.of(null), all.take(id, 2), all.take(id, null), all.take('other', 1)]).toEqual(
    Array(5).fill(null),
  )
  expect(JSON.stringify(all.of(1))).not.toContain('the token')
  expect(all.take(id, 1)).toMatchObject({ refreshToken: 'the token', account: { email: 'ben@example.com' } })
  expect(all.take(id, 1)).toBeNull()
})

test('a later sign-in of the session takes the place, and none is kept for long', () => {
  let now = 0
  const all = new PendingAccounts(() => now, box)
  all.add(pending(1))
  const first = all.of(1)?.id ?? ''
  all.add(pending(1, 'cleo@example.com'))
  expect([all.take(first, 1), all.of(1)?.account.email]).toEqual([null, 'cleo@example.com'])
  now = 15 * 60_000
  expect(all.of(1)).toBeNull()
})

test('there are never many', () => {
  const all = new PendingAccounts(() => 0, box)
  for (let session = 0; session < 101; session++) all.add(pending(session))
  expect([all.of(0), all.of(1)?.session, all.of(100)?.session]).toEqual([null, 1, 100])
})

test.each([
  ['the same address', account('Anna@example.com'), account('anna@example.com'), true],
  ['a changed address of the same user', account('new@example.com', '1'), account('old@example.com', '1'), true],
  ['an address that another user has now', account('a@example.com', '1'), account('a@example.com', '2'), false],
  ['a user that is known by the address alone', account('a@example.com', '1'), account('a@example.com'), true],
  ['another address', account('a@example.com', '1'), account('b@example.com'), false],
])('%s is the same account: %#', (_, one, other, same) => {
  expect(isSameAccount(one, other)).toBe(same)
})
